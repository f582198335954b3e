// SPDX-License-Identifier: BSD-2-Clause
#include "policy/elf.hpp"

#include <cstring>
#include <elf.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>
#include <vector>

namespace serai::testbed {
namespace {

/// A program of one segment with `changes` applied to its headers.
template <class Change>
std::vector<std::byte> make_file(Change change) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_EXEC;
  header.e_machine = EM_AARCH64;
  header.e_entry = 0x200010;
  header.e_phoff = sizeof(header);
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 1;
  Elf64_Phdr segment{};
  segment.p_type = PT_LOAD;
  segment.p_flags = PF_R | PF_X;
  segment.p_offset = 0x100;
  segment.p_vaddr = 0x200000;
  segment.p_filesz = 0x80;
  segment.p_memsz = 0x90;
  change(header, segment);
  std::vector<std::byte> file(0x200);
  std::memcpy(file.data(), &header, sizeof(header));
  std::memcpy(file.data() + sizeof(header), &segment, sizeof(segment));
  return file;
}

TEST(Elf, ReadsSegments) {
  const auto program = read_elf(make_file([](Elf64_Ehdr&, Elf64_Phdr&) {}));
  ASSERT_TRUE(program);
  EXPECT_EQ(program->entry, 0x200010U);
  ASSERT_EQ(program->segments.size(), 1U);
  const Segment& segment = program->segments[0];
  EXPECT_EQ(segment.address, 0x200000U);
  EXPECT_EQ(segment.offset, 0x100U);
  EXPECT_EQ(segment.file_size, 0x80U);
  EXPECT_EQ(segment.memory_size, 0x90U);
  EXPECT_TRUE(segment.execute);
  EXPECT_FALSE(segment.write);
}

TEST(Elf, SkipsWhatIsNotLoaded) {
  const auto file = make_file([](Elf64_Ehdr&, Elf64_Phdr& segment) { segment.p_type = PT_NOTE; });
  EXPECT_TRUE(read_elf(file)->segments.empty());
}

struct Fault {
  const char* name;
  void (*change)(Elf64_Ehdr& header, Elf64_Phdr& segment);
  Error error;
};

class ElfFault : public testing::TestWithParam<Fault> {};

TEST_P(ElfFault, IsRefused) {
  const auto program = read_elf(make_file(GetParam().change));
  ASSERT_FALSE(program);
  EXPECT_EQ(program.error(), GetParam().error);
}

constexpr Fault faults[] = {
    {"magic", [](Elf64_Ehdr& header, Elf64_Phdr&) { header.e_ident[0] = 0; }, Error::bad_value},
    {"class_32", [](Elf64_Ehdr& header, Elf64_Phdr&) { header.e_ident[EI_CLASS] = ELFCLASS32; },
     Error::bad_value},
    {"big_endian", [](Elf64_Ehdr& header, Elf64_Phdr&) { header.e_ident[EI_DATA] = ELFDATA2MSB; },
     Error::bad_value},
    {"machine", [](Elf64_Ehdr& header, Elf64_Phdr&) { header.e_machine = EM_X86_64; },
     Error::bad_value},
    {"relocatable", [](Elf64_Ehdr& header, Elf64_Phdr&) { header.e_type = ET_REL; },
     Error::bad_value},
    {"header_size", [](Elf64_Ehdr& header, Elf64_Phdr&) { header.e_phentsize = 32; },
     Error::bad_value},
    {"headers_outside", [](Elf64_Ehdr& header, Elf64_Phdr&) { header.e_phoff = 0x1f0; },
     Error::out_of_range},
    {"headers_far_outside", [](Elf64_Ehdr& header, Elf64_Phdr&) { header.e_phoff = ~0UL - 8; },
     Error::out_of_range},
    {"bytes_outside", [](Elf64_Ehdr&, Elf64_Phdr& segment) { segment.p_offset = 0x190; },
     Error::out_of_range},
    {"more_in_file", [](Elf64_Ehdr&, Elf64_Phdr& segment) { segment.p_filesz = 0x91; },
     Error::bad_value},
    {"wraps", [](Elf64_Ehdr&, Elf64_Phdr& segment) { segment.p_vaddr = ~0UL - 0x40; },
     Error::out_of_range},
    {"too_high", [](Elf64_Ehdr&, Elf64_Phdr& segment) { segment.p_vaddr = 0x100'0000'0000; },
     Error::out_of_range},
};

INSTANTIATE_TEST_SUITE_P(Elf, ElfFault, testing::ValuesIn(faults),
                         [](const auto& test) { return test.param.name; });

TEST(Elf, EmptyFileIsRefused) {
  EXPECT_EQ(read_elf({}).error(), Error::bad_value);
}

RC_GTEST_PROP(Elf, AcceptedSegmentsLieInside, (std::vector<std::uint8_t> noise)) {
  auto file = make_file([](Elf64_Ehdr&, Elf64_Phdr&) {});
  for (std::size_t i = 0; i + 2 < noise.size(); i += 3) {
    file[(noise[i] * 256U + noise[i + 1]) % 0x78] = static_cast<std::byte>(noise[i + 2]);
  }
  if (const auto program = read_elf(file)) {
    for (const Segment& segment : program->segments) {
      RC_ASSERT(segment.offset + segment.file_size <= file.size());
      RC_ASSERT(segment.address + segment.memory_size <= (1UL << 40));
    }
  }
}

}  // namespace
}  // namespace serai::testbed
