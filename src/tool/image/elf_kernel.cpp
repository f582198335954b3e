// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <array>
#include <elf.h>
#include <fmt/core.h>

#include "tool/image/file_bytes.hpp"
#include "tool/image/kernel_formats.hpp"

namespace serai::tool {

namespace {

struct MachineName {
  std::uint16_t machine;
  std::string_view name;
};

constexpr std::array machine_names{
    MachineName{EM_386, "32-bit x86"},     MachineName{EM_X86_64, "x86-64"},
    MachineName{EM_ARM, "32-bit Arm"},     MachineName{EM_RISCV, "RISC-V"},
    MachineName{EM_PPC64, "64-bit POWER"}, MachineName{EM_S390, "s390"},
    MachineName{EM_MIPS, "MIPS"},          MachineName{258, "LoongArch"},
};

std::string machine_name(std::uint16_t machine) {
  const auto found = std::ranges::find(machine_names, machine, &MachineName::machine);
  return found != machine_names.end() ? std::string(found->name)
                                      : fmt::format("machine number {}", machine);
}

std::unexpected<ImageError> refuse(std::string what, std::string hint) {
  return std::unexpected(ImageError{.what = std::move(what), .hint = std::move(hint)});
}

std::unexpected<ImageError> cut_off() {
  return refuse("this ELF file is cut off or damaged", "copy the file again");
}

/// What is wrong with the ELF header, if anything.
std::expected<Elf64_Ehdr, ImageError> read_header(const FileBytes& file) {
  const std::string arm64 = "use an ELF file for arm64 (AArch64)";
  // The identification and the machine have the same place in 32-bit files.
  constexpr std::uint64_t machine_at = 18;
  const auto ident = file.at<std::array<unsigned char, EI_NIDENT>>(0);
  const auto machine = file.u16(machine_at);
  if (!ident || !machine) {
    return cut_off();
  }
  if ((*ident)[EI_DATA] != ELFDATA2LSB) {
    return refuse("this is a big-endian ELF file", arm64);
  }
  if (*machine != EM_AARCH64) {
    return refuse(fmt::format("this is an ELF file for {}, not for arm64", machine_name(*machine)),
                  arm64);
  }
  if ((*ident)[EI_CLASS] != ELFCLASS64) {
    return refuse("this is a 32-bit ELF file", arm64);
  }
  const auto header = file.at<Elf64_Ehdr>(0);
  if (!header) {
    return cut_off();
  }
  if (header->e_type == ET_REL) {
    return refuse("this is an object file or a kernel module, not a kernel",
                  "use the linked program");
  }
  if (header->e_type != ET_EXEC && header->e_type != ET_DYN) {
    return refuse("this ELF file is not a program", "use an executable ELF file");
  }
  if (header->e_phentsize != sizeof(Elf64_Phdr)) {
    return cut_off();
  }
  return *header;
}

std::expected<std::vector<Elf64_Phdr>, ImageError> read_segments(const FileBytes& file,
                                                                 const Elf64_Ehdr& header) {
  std::vector<Elf64_Phdr> segments;
  for (std::uint64_t i = 0; i < header.e_phnum; ++i) {
    const std::uint64_t at = header.e_phoff + i * sizeof(Elf64_Phdr);
    const auto segment = at < header.e_phoff ? std::nullopt : file.at<Elf64_Phdr>(at);
    if (!segment) {
      return cut_off();
    }
    if (segment->p_type != PT_LOAD || segment->p_memsz == 0) {
      continue;
    }
    const bool fits = file.part(segment->p_offset, segment->p_filesz).has_value();
    if (!fits || segment->p_filesz > segment->p_memsz ||
        segment->p_paddr + segment->p_memsz < segment->p_paddr ||
        segment->p_vaddr + segment->p_memsz < segment->p_vaddr) {
      return cut_off();
    }
    segments.push_back(*segment);
  }
  std::ranges::sort(segments, {}, &Elf64_Phdr::p_paddr);
  return segments;
}

/// What makes right segments unfit for a guest, or nothing.
std::optional<ImageError> check_segments(const std::vector<Elf64_Phdr>& segments) {
  // Guests have at most 40-bit physical addresses, and Linux's own vmlinux claims the top of 64.
  constexpr std::uint64_t end_of_physical = std::uint64_t{1} << 40;
  if (segments.empty()) {
    return ImageError{.what = "this ELF file has nothing to load", .hint = "use a linked program"};
  }
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::uint64_t end = segments[i].p_paddr + segments[i].p_memsz;
    if (end > end_of_physical) {
      return ImageError{
          .what = fmt::format("this ELF file is to be loaded at {:#x}, which is no physical "
                              "address of a guest",
                              segments[i].p_paddr),
          .hint = "of Linux, use arch/arm64/boot/Image or the distribution's vmlinuz, not vmlinux",
      };
    }
    if (i + 1 < segments.size() && end > segments[i + 1].p_paddr) {
      return ImageError{.what = "two segments of this ELF file overlap",
                        .hint = "check the linker script's physical addresses"};
    }
  }
  return std::nullopt;
}

/// e_entry is a virtual address; the guest starts with translation off.
std::optional<std::uint64_t> physical_entry(const std::vector<Elf64_Phdr>& segments,
                                            std::uint64_t entry) {
  for (const Elf64_Phdr& segment : segments) {
    if (entry >= segment.p_vaddr && entry - segment.p_vaddr < segment.p_memsz) {
      return entry - segment.p_vaddr + segment.p_paddr;
    }
  }
  return std::nullopt;
}

}  // namespace

bool is_elf(std::span<const std::byte> bytes) {
  return FileBytes(bytes).has(0, ELFMAG);
}

LoadedKernel read_elf(const Bytes& bytes) {
  const FileBytes file(bytes);
  const auto header = read_header(file);
  if (!header) {
    return std::unexpected(header.error());
  }
  const auto segments = read_segments(file, *header);
  if (!segments) {
    return std::unexpected(segments.error());
  }
  if (auto error = check_segments(*segments)) {
    return std::unexpected(*std::move(error));
  }
  const auto entry = physical_entry(*segments, header->e_entry);
  if (!entry) {
    return refuse(fmt::format("this ELF file's entry point {:#x} lies in none of its segments",
                              header->e_entry),
                  "set the linker script's ENTRY");
  }
  GuestKernel kernel;
  kernel.format = KernelFormat::elf;
  kernel.entry = *entry;
  const Elf64_Phdr& last = segments->back();
  kernel.image_size = last.p_paddr + last.p_memsz - segments->front().p_paddr;
  for (const Elf64_Phdr& segment : *segments) {
    const auto part = *file.part(segment.p_offset, segment.p_filesz);
    kernel.segments.push_back({.offset = segment.p_paddr,
                               .bytes = Bytes(part.begin(), part.end()),
                               .memory_size = segment.p_memsz});
  }
  return kernel;
}

}  // namespace serai::tool
