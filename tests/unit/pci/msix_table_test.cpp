// SPDX-License-Identifier: BSD-2-Clause
#include "pci/msix_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <utility>
#include <vector>

namespace serai::pci {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

struct RecordingSink final : MessageSink {
  void send(std::uint64_t address, std::uint32_t data) noexcept override {
    messages.emplace_back(address, data);
  }

  std::vector<std::pair<std::uint64_t, std::uint32_t>> messages;
};

class MsixTableTest : public testing::Test {
 protected:
  void write(std::uint64_t offset, std::uint32_t value) {
    ASSERT_TRUE(table.write(offset, AccessSize::word, value));
  }

  std::uint64_t read(std::uint64_t offset) { return table.read(offset, AccessSize::word).value(); }

  std::uint64_t pending() { return read(MsixTable::pending_offset); }

  void set_up(std::uint32_t vector, std::uint32_t control) {
    write(16 * vector, 0x802'0040);
    write(16 * vector + 4, 0);
    write(16 * vector + 8, 80 + vector);
    write(16 * vector + 12, control);
  }

  RecordingSink sink;
  MsixTable table{sink, 3};
};

TEST_F(MsixTableTest, EveryVectorIsMaskedAtPowerOn) {
  for (std::uint32_t vector = 0; vector < 3; ++vector) {
    EXPECT_EQ(read(16 * vector + 12), 1U);
  }
  EXPECT_EQ(read(16 * 3 + 12), 0U) << "there is no fourth vector";
}

TEST_F(MsixTableTest, SendsWhatTheEntrySays) {
  table.set_control(true, false);
  set_up(1, 0);
  write(16 + 4, 7);
  table.raise(1);
  EXPECT_THAT(sink.messages, ElementsAre(Pair(0x7'0802'0040, 81)));
  EXPECT_EQ(pending(), 0U);
}

TEST_F(MsixTableTest, AMaskedVectorPendsUntilItIsUnmasked) {
  table.set_control(true, false);
  set_up(0, 1);
  table.raise(0);
  table.raise(0);
  EXPECT_THAT(sink.messages, IsEmpty());
  EXPECT_EQ(pending(), 1U);
  write(12, 0);
  EXPECT_THAT(sink.messages, ElementsAre(Pair(0x802'0040, 80)));
  EXPECT_EQ(pending(), 0U);
}

TEST_F(MsixTableTest, TheFunctionMaskHoldsAllVectorsBack) {
  table.set_control(true, true);
  set_up(0, 0);
  set_up(2, 0);
  table.raise(2);
  table.raise(0);
  EXPECT_EQ(pending(), 0b101U);
  EXPECT_THAT(sink.messages, IsEmpty());
  table.set_control(true, false);
  EXPECT_THAT(sink.messages, ElementsAre(Pair(0x802'0040, 80), Pair(0x802'0040, 82)));
}

TEST_F(MsixTableTest, NothingHappensWhileItIsOff) {
  set_up(0, 0);
  table.raise(0);
  table.set_control(true, false);
  EXPECT_THAT(sink.messages, IsEmpty());
}

TEST_F(MsixTableTest, SwitchingItOffForgetsWhatPends) {
  table.set_control(true, false);
  set_up(0, 1);
  table.raise(0);
  table.set_control(false, false);
  table.set_control(true, false);
  write(12, 0);
  EXPECT_THAT(sink.messages, IsEmpty());
}

TEST_F(MsixTableTest, VectorsThatDoNotExistAreIgnored) {
  table.set_control(true, false);
  for (const unsigned vector : {3U, 33U, 63U, 64U, 0xffffU}) {
    table.raise(static_cast<std::uint16_t>(vector));
  }
  EXPECT_THAT(sink.messages, IsEmpty());
  EXPECT_EQ(pending(), 0U);
}

TEST_F(MsixTableTest, ReservedBitsStayZero) {
  write(0, ~0U);
  write(12, ~0U);
  EXPECT_EQ(read(0), ~3U);
  EXPECT_EQ(read(12), 1U);
  write(MsixTable::pending_offset, ~0U);
  EXPECT_EQ(pending(), 0U);
}

TEST_F(MsixTableTest, DoubleWordsAreTwoWords) {
  ASSERT_TRUE(table.write(0, AccessSize::double_word, 0x1'0802'0040));
  EXPECT_EQ(read(0), 0x802'0040U);
  EXPECT_EQ(read(4), 1U);
  EXPECT_EQ(table.read(0, AccessSize::double_word).value(), 0x1'0802'0040U);
}

TEST_F(MsixTableTest, EveryAccessHasADefinedResult) {
  table.set_control(true, false);
  for (const auto size :
       {AccessSize::byte, AccessSize::half, AccessSize::word, AccessSize::double_word}) {
    for (std::uint64_t offset = 0; offset + bytes_of(size) <= MsixTable::window_bytes; ++offset) {
      const bool narrow = bytes_of(size) < 4;
      const bool misaligned = offset % bytes_of(size) != 0;
      const auto value = table.read(offset, size);
      const auto written = table.write(offset, size, truncate(~0ULL, size));
      ASSERT_EQ(value.has_value(), !narrow && !misaligned);
      ASSERT_EQ(written.has_value(), value.has_value());
      if (!value) {
        ASSERT_EQ(value.error(), narrow ? Error::unsupported : Error::misaligned);
        ASSERT_EQ(written.error(), value.error());
      } else if (offset >= 3 * 16) {
        ASSERT_EQ(*value, 0U);
      }
    }
  }
}

TEST_F(MsixTableTest, ResetMasksAndForgets) {
  table.set_control(true, false);
  set_up(0, 0);
  table.reset();
  EXPECT_FALSE(table.is_enabled());
  EXPECT_EQ(read(0), 0U);
  EXPECT_EQ(read(12), 1U);
  table.raise(0);
  EXPECT_THAT(sink.messages, IsEmpty());
}

}  // namespace
}  // namespace serai::pci
