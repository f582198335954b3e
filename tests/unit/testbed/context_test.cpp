// SPDX-License-Identifier: BSD-2-Clause
#include "policy/context.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "arch/aarch64/register_file.hpp"

namespace serai::testbed {
namespace {

TEST(Context, HasTheOrderThatVmmsUse) {
  EXPECT_EQ(Context{}.size(), aarch64::context_words);
  EXPECT_TRUE(std::equal(place_of_register.begin(), place_of_register.end(),
                         aarch64::slot_of_register.begin(), aarch64::slot_of_register.end()));
  EXPECT_EQ(place::pc, aarch64::slot::pc);
  EXPECT_EQ(place::sp, aarch64::slot::sp);
  EXPECT_EQ(place::spsr, aarch64::slot::spsr);
}

TEST(PermittedSpsr, LetsAVcpuRunInEl0AndEl1) {
  for (const std::uint64_t value : {0x0U, 0x3c4U, 0x3c5U, 0x6000'0005U}) {
    EXPECT_EQ(permitted_spsr(ThreadKind::vcpu, value), value);
  }
}

TEST(PermittedSpsr, NeverLetsAnyoneRunInEl2OrAarch32) {
  for (const std::uint64_t mode : {0x8U, 0x9U, 0xcU, 0xdU, 0x10U, 0x13U, 0x1fU, 0x1U}) {
    EXPECT_EQ(permitted_spsr(ThreadKind::vcpu, 0xa000'0000 | mode), 0xa000'0140U);
  }
}

TEST(PermittedSpsr, LetsAPdRunInEl0Only) {
  EXPECT_EQ(permitted_spsr(ThreadKind::pd, 0x3c5), 0x140U);
  EXPECT_EQ(permitted_spsr(ThreadKind::pd, 0xf000'0000), 0xf000'0140U);
}

}  // namespace
}  // namespace serai::testbed
