// SPDX-License-Identifier: BSD-2-Clause
//
// Any bytes as a program: attached to it, data lies where it was asked to, or there is a sentence.
#include <algorithm>
#include <cstring>
#include <elf.h>

#include "base/assert.hpp"
#include "tool/emit/emit.hpp"
#include "tool/image/file_bytes.hpp"

namespace serai::tool {
namespace {

/// Whether a segment of `program` has exactly the attachment's place and bytes.
bool holds(const std::vector<std::byte>& program, const Attachment& attachment) {
  const FileBytes file(program);
  const auto header = file.at<Elf64_Ehdr>(0);
  SERAI_ASSERT(header.has_value());
  for (std::uint64_t i = 0; i < header->e_phnum; ++i) {
    const auto segment = file.at<Elf64_Phdr>(header->e_phoff + i * sizeof(Elf64_Phdr));
    SERAI_ASSERT(segment.has_value());
    const auto bytes = file.part(segment->p_offset, segment->p_filesz);
    if (segment->p_vaddr == attachment.address && segment->p_type == PT_LOAD && bytes &&
        std::ranges::equal(*bytes, attachment.bytes)) {
      return true;
    }
  }
  return false;
}

/// The input behind a header that is right, so that its segments are looked at.
std::vector<std::byte> with_header(std::span<const std::byte> input) {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_type = ET_EXEC;
  header.e_machine = EM_AARCH64;
  header.e_phoff = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = static_cast<Elf64_Half>(input.size() / sizeof(Elf64_Phdr));
  std::vector<std::byte> program(sizeof header);
  std::memcpy(program.data(), &header, sizeof header);
  program.insert(program.end(), input.begin(), input.end());
  return program;
}

void try_to_attach(const std::vector<std::byte>& program) {
  const std::vector<Attachment> attachments{
      {.name = "configuration", .address = 0x1000'0000, .bytes = std::vector<std::byte>(100)},
      {.name = "kernel",
       .address = 0x2000'0000,
       .bytes = std::vector<std::byte>(5000, std::byte{2})}};
  const auto whole = attach(program, attachments);
  if (!whole) {
    SERAI_ASSERT(!whole.error().what.empty());
    return;
  }
  for (const Attachment& attachment : attachments) {
    SERAI_ASSERT(holds(*whole, attachment));
  }
}

}  // namespace
}  // namespace serai::tool

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  serai::tool::try_to_attach({bytes.begin(), bytes.end()});
  serai::tool::try_to_attach(serai::tool::with_header(bytes));
  return 0;
}
