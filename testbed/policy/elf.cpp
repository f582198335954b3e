// SPDX-License-Identifier: BSD-2-Clause
#include "policy/elf.hpp"

#include <array>
#include <cstring>

#include "policy/stage2.hpp"

namespace serai::testbed {
namespace {

/// ELF-64 Object File Format, version 1.5: file header.
struct FileHeader {
  std::array<std::uint8_t, 16> identification;
  std::uint16_t type;
  std::uint16_t machine;
  std::uint32_t version;
  std::uint64_t entry;
  std::uint64_t program_headers;
  std::uint64_t section_headers;
  std::uint32_t flags;
  std::uint16_t header_size;
  std::uint16_t program_header_size;
  std::uint16_t program_header_count;
  std::uint16_t section_header_size;
  std::uint16_t section_header_count;
  std::uint16_t section_names;
};

/// The same: program header.
struct ProgramHeader {
  std::uint32_t type;
  std::uint32_t flags;
  std::uint64_t offset;
  std::uint64_t address;
  std::uint64_t physical;
  std::uint64_t file_size;
  std::uint64_t memory_size;
  std::uint64_t alignment;
};

static_assert(sizeof(FileHeader) == 64);
static_assert(sizeof(ProgramHeader) == 56);

constexpr std::array<std::uint8_t, 6> magic_64_bit_little_endian = {0x7f, 'E', 'L', 'F', 2, 1};
constexpr std::uint16_t executable = 2;
constexpr std::uint16_t aarch64 = 183;
constexpr std::uint32_t load = 1;
constexpr std::uint32_t flag_execute = 1;
constexpr std::uint32_t flag_write = 2;

bool inside(std::uint64_t offset, std::uint64_t size, std::uint64_t limit) noexcept {
  return offset <= limit && size <= limit - offset;
}

template <class T>
Result<T> copy_at(std::span<const std::byte> file, std::uint64_t offset) noexcept {
  if (!inside(offset, sizeof(T), file.size())) {
    return fail(Error::out_of_range);
  }
  T value{};
  std::memcpy(&value, file.data() + offset, sizeof(T));
  return value;
}

bool is_ours(const FileHeader& header) noexcept {
  for (std::size_t i = 0; i < magic_64_bit_little_endian.size(); ++i) {
    if (header.identification[i] != magic_64_bit_little_endian[i]) {
      return false;
    }
  }
  return header.type == executable && header.machine == aarch64 &&
         header.program_header_size == sizeof(ProgramHeader);
}

Result<Segment> to_segment(const ProgramHeader& header, std::uint64_t file_bytes) noexcept {
  constexpr std::uint64_t address_limit = std::uint64_t{1} << stage2::address_bits;
  if (header.file_size > header.memory_size) {
    return fail(Error::bad_value);
  }
  if (!inside(header.offset, header.file_size, file_bytes) ||
      !inside(header.address, header.memory_size, address_limit)) {
    return fail(Error::out_of_range);
  }
  return Segment{.offset = header.offset,
                 .address = header.address,
                 .file_size = header.file_size,
                 .memory_size = header.memory_size,
                 .write = (header.flags & flag_write) != 0,
                 .execute = (header.flags & flag_execute) != 0};
}

Result<void> add_segment(ElfProgram& program, const ProgramHeader& header,
                         std::uint64_t file_bytes) noexcept {
  if (header.type != load || header.memory_size == 0) {
    return {};
  }
  const auto segment = to_segment(header, file_bytes);
  if (!segment) {
    return fail(segment.error());
  }
  return program.segments.push_back(*segment);
}

}  // namespace

Result<ElfProgram> read_elf(std::span<const std::byte> file) noexcept {
  const auto header = copy_at<FileHeader>(file, 0);
  if (!header || !is_ours(*header)) {
    return fail(Error::bad_value);
  }
  ElfProgram program;
  program.entry = header->entry;
  if (!inside(header->program_headers, 0, file.size())) {
    return fail(Error::out_of_range);
  }
  for (std::uint64_t i = 0; i < header->program_header_count; ++i) {
    const auto entry =
        copy_at<ProgramHeader>(file, header->program_headers + i * sizeof(ProgramHeader));
    if (!entry) {
      return fail(entry.error());
    }
    if (const auto added = add_segment(program, *entry, file.size()); !added) {
      return fail(added.error());
    }
  }
  return program;
}

}  // namespace serai::testbed
