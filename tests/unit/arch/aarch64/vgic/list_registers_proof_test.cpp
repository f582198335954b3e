// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "arch/aarch64/vgic/list_registers.hpp"
#include "support/fake_vcpu_port.hpp"

namespace serai::aarch64 {
namespace {

TEST(ListRegisters, WhatWasTakenBackMustBeFilledWithACheckAgain) {
  test::FakeVcpuPort port(1);
  ListRegisters lists;
  ASSERT_TRUE(lists.put(port, 3, 0, 0));
  lists.end(0);
  EXPECT_TRUE(lists.has_proven());
  ASSERT_TRUE(lists.put(port, 3, 0, 0));
  ASSERT_TRUE(lists.take_back(port, 3));
  EXPECT_FALSE(lists.has_proven());
}

}  // namespace
}  // namespace serai::aarch64
