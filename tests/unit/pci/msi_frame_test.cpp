// SPDX-License-Identifier: BSD-2-Clause
#include "pci/msi_frame.hpp"

#include <gtest/gtest.h>

#include "support/fake_interrupt_controller.hpp"
#include "support/register_sweep.hpp"

namespace serai::pci {
namespace {

class MsiFrameTest : public testing::Test {
 protected:
  static constexpr std::uint64_t address = 0x802'0000;

  test::FakeInterruptController gic;
  MsiFrame frame{GuestAddress(address), 80, 64, gic};
};

TEST_F(MsiFrameTest, SaysWhichInterruptsItHas) {
  EXPECT_EQ(frame.read(0x008, AccessSize::word).value(), 80U << 16 | 64);
  EXPECT_EQ(frame.read(0xfcc, AccessSize::word).value(), 0x053U << 20);
  EXPECT_EQ(frame.read(0x040, AccessSize::word).value(), 0U);
}

TEST_F(MsiFrameTest, AMessageIsAnEdge) {
  frame.send(address + 0x40, 80);
  EXPECT_EQ(gic.changes, 2);
  EXPECT_TRUE(gic.levels.contains(80));
  EXPECT_FALSE(gic.is_high(80));
  frame.send(address + 0x40, 143);
  EXPECT_TRUE(gic.levels.contains(143));
}

TEST_F(MsiFrameTest, AWriteOfTheGuestIsAMessageToo) {
  ASSERT_TRUE(frame.write(0x040, AccessSize::word, 81));
  EXPECT_EQ(gic.changes, 2);
  EXPECT_TRUE(gic.levels.contains(81));
}

TEST_F(MsiFrameTest, MessagesElsewhereVanish) {
  frame.send(address + 0x44, 80);
  frame.send(address, 80);
  frame.send(0, 80);
  frame.send(~std::uint64_t{0}, 80);
  EXPECT_EQ(gic.changes, 0);
}

TEST_F(MsiFrameTest, InterruptsOfOthersCannotBeRaised) {
  for (const std::uint32_t intid : {0U, 16U, 27U, 33U, 79U, 144U, 1023U, 80U | 1U << 31, ~0U}) {
    frame.send(address + 0x40, intid);
    ASSERT_TRUE(frame.write(0x040, AccessSize::word, intid));
  }
  EXPECT_EQ(gic.changes, 0);
}

TEST_F(MsiFrameTest, EveryAccessHasADefinedResult) {
  test::sweep_registers(frame, MsiFrame::window_bytes);
  frame.reset();
  // Of the values that the sweep writes, one is an interrupt of the frame: the byte 0x5a.
  EXPECT_EQ(gic.changes, 2);
  EXPECT_TRUE(gic.levels.contains(0x5a));
}

}  // namespace
}  // namespace serai::pci
