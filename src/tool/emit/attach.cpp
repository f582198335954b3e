// SPDX-License-Identifier: BSD-2-Clause
//
// Adds data to a linked program as further read-only segments. What the file holds already stays
// where it is, so that its section headers and symbols remain right: loaders patch variables of a
// program by name.
#include <algorithm>
#include <cstring>
#include <elf.h>
#include <fmt/core.h>
#include <optional>
#include <span>

#include "base/bits.hpp"
#include "tool/emit/emit.hpp"
#include "tool/image/file_bytes.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t page_bytes = 0x1000;

std::unexpected<EmitError> unfit(std::string what) {
  return std::unexpected(EmitError{
      .what = std::move(what),
      .hint = "it is one of Serai's own programs: build them again",
  });
}

std::expected<Elf64_Ehdr, EmitError> read_header(const FileBytes& file) {
  const auto header = file.at<Elf64_Ehdr>(0);
  const bool fits = header && file.has(0, ELFMAG) && header->e_ident[EI_CLASS] == ELFCLASS64 &&
                    header->e_ident[EI_DATA] == ELFDATA2LSB && header->e_machine == EM_AARCH64 &&
                    header->e_type == ET_EXEC && header->e_phentsize == sizeof(Elf64_Phdr);
  if (!fits) {
    return unfit("the program is no statically linked ELF program for arm64");
  }
  return *header;
}

std::expected<std::vector<Elf64_Phdr>, EmitError> read_segments(const FileBytes& file,
                                                                const Elf64_Ehdr& header) {
  std::vector<Elf64_Phdr> segments;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const auto segment = header.e_phoff > file.size()
                             ? std::nullopt
                             : file.at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr));
    if (!segment) {
      return unfit("the program's table of segments is cut off");
    }
    segments.push_back(*segment);
  }
  return segments;
}

struct Pages {
  std::uint64_t first;
  std::uint64_t end;
};

/// The pages of an address range, or nothing where it leaves 64 bits.
std::optional<Pages> pages_of(std::uint64_t address, std::uint64_t size) {
  if (address + size < address || address + size > ~(page_bytes - 1)) {
    return std::nullopt;
  }
  return Pages{.first = align_down(address, page_bytes),
               .end = align_up(address + size, page_bytes)};
}

bool overlap(const Pages& a, const Pages& b) {
  return a.first < b.end && b.first < a.end;
}

/// Whether nothing that is loaded already shares a page with `pages`.
bool is_free(const std::vector<Elf64_Phdr>& segments, const Pages& pages) {
  return std::ranges::none_of(segments, [&](const Elf64_Phdr& segment) {
    const auto taken = pages_of(segment.p_vaddr, segment.p_memsz);
    return segment.p_type == PT_LOAD && (!taken || overlap(*taken, pages));
  });
}

/// Appends an attachment's bytes, at a file offset congruent to its address.
Elf64_Phdr append(std::vector<std::byte>& program, const Attachment& attachment) {
  const std::uint64_t offset =
      align_up(program.size(), page_bytes) + attachment.address % page_bytes;
  program.resize(offset);
  program.insert(program.end(), attachment.bytes.begin(), attachment.bytes.end());
  return {.p_type = PT_LOAD,
          .p_flags = PF_R,
          .p_offset = offset,
          .p_vaddr = attachment.address,
          .p_paddr = attachment.address,
          .p_filesz = attachment.bytes.size(),
          .p_memsz = attachment.bytes.size(),
          .p_align = page_bytes};
}

/// The specification wants loaded segments in ascending order of their addresses.
void sort_loaded(std::vector<Elf64_Phdr>& segments) {
  const auto loaded = std::ranges::stable_partition(
      segments, [](const Elf64_Phdr& segment) { return segment.p_type != PT_LOAD; });
  std::ranges::stable_sort(loaded, {}, &Elf64_Phdr::p_vaddr);
}

void write_table(std::vector<std::byte>& program, Elf64_Ehdr header,
                 const std::vector<Elf64_Phdr>& segments) {
  program.resize(align_up(program.size(), alignof(Elf64_Phdr)));
  header.e_phoff = program.size();
  header.e_phnum = static_cast<Elf64_Half>(segments.size());
  const auto table = std::as_bytes(std::span(segments));
  program.insert(program.end(), table.begin(), table.end());
  std::memcpy(program.data(), &header, sizeof header);
}

}  // namespace

std::expected<std::vector<std::byte>, EmitError> attach(
    std::vector<std::byte> program, const std::vector<Attachment>& attachments) {
  const FileBytes file(program);
  const auto header = read_header(file);
  if (!header) {
    return std::unexpected(header.error());
  }
  auto segments = read_segments(file, *header);
  if (!segments) {
    return std::unexpected(segments.error());
  }
  // The table moves, and a segment that says where it is would be wrong.
  std::erase_if(*segments, [](const Elf64_Phdr& segment) { return segment.p_type == PT_PHDR; });
  for (const Attachment& attachment : attachments) {
    if (attachment.bytes.empty()) {
      continue;
    }
    const auto pages = pages_of(attachment.address, attachment.bytes.size());
    if (!pages || !is_free(*segments, *pages)) {
      return unfit(fmt::format("the {} cannot lie at {:#x}: the program uses that address",
                               attachment.name, attachment.address));
    }
    segments->push_back(append(program, attachment));
  }
  constexpr std::size_t most_segments = PN_XNUM - 1;
  if (segments->size() > most_segments) {
    return unfit("the program has too many segments");
  }
  sort_loaded(*segments);
  write_table(program, *header, *segments);
  return program;
}

}  // namespace serai::tool
