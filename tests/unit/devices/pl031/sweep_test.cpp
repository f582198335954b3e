// SPDX-License-Identifier: BSD-2-Clause
#include "devices/pl031/pl031.hpp"
#include "support/fake_clock_port.hpp"
#include "support/fake_interrupt_controller.hpp"
#include "support/register_sweep.hpp"

namespace serai::pl031 {
namespace {

TEST(Pl031Sweep, EveryAccessHasADefinedResult) {
  test::FakeClockPort clock;
  test::FakeInterruptController gic;
  Pl031 rtc(clock, 1'700'000'000, IrqLine(gic, 34));
  test::sweep_registers(rtc, Pl031::window_bytes);
}

TEST(Pl031Sweep, ReservedAddressesReadZeroAndStaySo) {
  test::FakeClockPort clock;
  test::FakeInterruptController gic;
  Pl031 rtc(clock, 1'700'000'000, IrqLine(gic, 34));
  for (std::uint64_t offset = 0x20; offset < 0xfe0; offset += 4) {
    ASSERT_TRUE(rtc.write(offset, AccessSize::word, 0xffff'ffff));
    EXPECT_EQ(rtc.read(offset, AccessSize::word).value(), 0U) << std::hex << offset;
  }
}

}  // namespace
}  // namespace serai::pl031
