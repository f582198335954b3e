// SPDX-License-Identifier: BSD-2-Clause
//
// Random guests, devices and kernels: nothing is lost, doubled, delivered while masked or out of
// order.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <tuple>
#include <vector>

#include "support/vgic_driver.hpp"

namespace serai::test {
namespace {

using Step = std::tuple<std::uint8_t, std::uint8_t, std::uint8_t>;

TEST(VgicProperty, every_history_keeps_the_promises) {
  const bool holds = rc::check("every history keeps the promises", [] {
    const auto list_registers = *rc::gen::inRange<std::size_t>(1, 6);
    const auto length = *rc::gen::inRange(1, 300);
    const auto steps = *rc::gen::container<std::vector<Step>>(
        static_cast<std::size_t>(length),
        rc::gen::tuple(rc::gen::inRange<std::uint8_t>(0, VgicDriver::action_count),
                       rc::gen::arbitrary<std::uint8_t>(), rc::gen::arbitrary<std::uint8_t>()));
    VgicDriver driver(list_registers);
    for (const auto& [action, which, argument] : steps) {
      driver.step(static_cast<VgicDriver::Action>(action), which, argument);
      RC_ASSERT(driver.violation() == "");
    }
    driver.finish();
    RC_ASSERT(driver.violation() == "");
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace serai::test
