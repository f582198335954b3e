// SPDX-License-Identifier: BSD-2-Clause
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_system.hpp"
#include "tool/emit/emit.hpp"
#include "tool/image/file_bytes.hpp"

namespace serai::tool {
namespace {

std::vector<Elf64_Phdr> segments_of(const Bytes& program) {
  const FileBytes file(program);
  const auto header = file.at<Elf64_Ehdr>(0).value();
  std::vector<Elf64_Phdr> segments;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    segments.push_back(file.at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr)).value());
  }
  return segments;
}

Attachment attachment(std::uint64_t address, std::size_t size) {
  return {.name = "kernel", .address = address, .bytes = some_bytes(size, 9)};
}

TEST(Attach, AddsReadOnlySegmentsWithTheBytes) {
  const std::vector<Attachment> attachments{attachment(0x2000'0000, 10'000),
                                            attachment(0x1000'0000, 10)};
  const auto program = attach(sample_program(), attachments);
  ASSERT_TRUE(program.has_value()) << program.error().what;
  const auto segments = segments_of(*program);
  // Two of the program's own, in ascending order; PT_PHDR is gone.
  ASSERT_EQ(segments.size(), 4U);
  EXPECT_EQ(segments[1].p_vaddr, 0x20'1300U);
  EXPECT_EQ(segments[2].p_vaddr, 0x1000'0000U);
  for (std::size_t i = 0; i < 2; ++i) {
    const Elf64_Phdr& segment = segments[i == 0 ? 3 : 2];
    EXPECT_EQ(segment.p_type, static_cast<unsigned>(PT_LOAD));
    EXPECT_EQ(segment.p_flags, static_cast<unsigned>(PF_R));
    EXPECT_EQ(segment.p_vaddr, attachments[i].address);
    EXPECT_EQ(segment.p_paddr, attachments[i].address);
    EXPECT_EQ(segment.p_memsz, attachments[i].bytes.size());
    EXPECT_EQ(segment.p_offset % 4096, segment.p_vaddr % 4096);
    const auto bytes = FileBytes(*program).part(segment.p_offset, segment.p_filesz).value();
    EXPECT_TRUE(std::ranges::equal(bytes, attachments[i].bytes));
  }
}

TEST(Attach, LeavesTheRestOfTheFileInItsPlace) {
  const Bytes before = sample_program();
  const auto after = attach(before, {attachment(0x2000'0000, 5)});
  ASSERT_TRUE(after.has_value());
  EXPECT_TRUE(std::equal(before.begin() + sizeof(Elf64_Ehdr), before.end(),
                         after->begin() + sizeof(Elf64_Ehdr)));
  const auto header = FileBytes(*after).at<Elf64_Ehdr>(0).value();
  EXPECT_EQ(header.e_shoff, 0x1800U);
  EXPECT_EQ(header.e_entry, 0x20'0000U);
}

TEST(Attach, KeepsAnAddressInsideItsPage) {
  const auto program = attach(sample_program(), {attachment(0x2000'0123, 5)});
  ASSERT_TRUE(program.has_value());
  EXPECT_EQ(segments_of(*program).back().p_offset % 4096, 0x123U);
}

TEST(Attach, SkipsWhatIsEmpty) {
  const auto program = attach(sample_program(), {attachment(0x2000'0000, 0)});
  ASSERT_TRUE(program.has_value());
  EXPECT_EQ(segments_of(*program).size(), 2U);
}

TEST(Attach, RefusesSharedPages) {
  // The program's zeros end at 0x205300.
  EXPECT_FALSE(attach(sample_program(), {attachment(0x20'5800, 5)}).has_value());
  EXPECT_TRUE(attach(sample_program(), {attachment(0x20'6000, 5)}).has_value());
  EXPECT_FALSE(attach(sample_program(), {attachment(0x1f'f000, 0x1001)}).has_value());
  const auto twice =
      attach(sample_program(), {attachment(0x3000'0000, 0x1001), attachment(0x3000'1800, 1)});
  ASSERT_FALSE(twice.has_value());
  EXPECT_EQ(twice.error().what,
            "the kernel cannot lie at 0x30001800: the program uses that address");
  EXPECT_FALSE(attach(sample_program(), {attachment(~std::uint64_t{0} - 3, 5)}).has_value());
}

TEST(Attach, RefusesWhatIsNoProgram) {
  Bytes other_machine = sample_program();
  other_machine[18] = std::byte{62};
  Bytes object = sample_program();
  object[16] = std::byte{ET_REL};
  for (const Bytes& bytes : {Bytes(), some_bytes(500, 4), other_machine, object}) {
    const auto program = attach(bytes, {});
    ASSERT_FALSE(program.has_value());
    EXPECT_EQ(program.error().what, "the program is no statically linked ELF program for arm64");
  }
  Bytes short_table = sample_program();
  short_table[32 + 3] = std::byte{0xff};
  EXPECT_EQ(attach(short_table, {}).error().what, "the program's table of segments is cut off");
  short_table[32 + 7] = std::byte{0xff};
  EXPECT_EQ(attach(short_table, {}).error().what, "the program's table of segments is cut off");
}

}  // namespace
}  // namespace serai::tool
