// SPDX-License-Identifier: BSD-2-Clause
//
// Which program an instruction of a protection domain belongs to. All of them are linked to the
// same addresses, so the instruction's page, as it lies in QEMU's memory, is compared with the
// programs' files.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <elf.h>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// The code of one program: what its ELF file has to be executed.
class Program {
 public:
  /// Reads `path`; without code where that is no ELF file of 64 bits.
  explicit Program(std::string_view path) : name_(path.substr(path.rfind('/') + 1)) {
    name_.resize(std::min(name_.size(), name_.rfind(".elf")));
    std::ifstream file{std::string(path), std::ios::binary};
    file_.assign(std::istreambuf_iterator<char>(file), {});
    const auto header = at<Elf64_Ehdr>(0);
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
      const auto segment = at<Elf64_Phdr>(header.e_phoff + i * sizeof(Elf64_Phdr));
      if (segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0 &&
          segment.p_offset + segment.p_filesz <= file_.size()) {
        begin_ = segment.p_vaddr;
        code_ = std::span(file_).subspan(segment.p_offset, segment.p_filesz);
      }
    }
    for (std::size_t i = 0; i < header.e_shnum; ++i) {
      const auto section = at<Elf64_Shdr>(header.e_shoff + i * sizeof(Elf64_Shdr));
      if (section.sh_type == SHT_SYMTAB) {
        const auto names = at<Elf64_Shdr>(header.e_shoff + section.sh_link * sizeof(Elf64_Shdr));
        find_fault(section, names.sh_offset);
      }
    }
  }

  [[nodiscard]] const std::string& name() const { return name_; }

  /// The function by which Microkit hands a fault of its guest to a VMM; 0 where there is none.
  [[nodiscard]] std::uint64_t fault() const { return fault_; }

  /// Whether the page of `address`, which lies at `host` now, is this program's.
  [[nodiscard]] bool has(std::uint64_t address, const void* host) const {
    if (address < begin_ || address - begin_ >= code_.size()) {
      return false;
    }
    const std::uint64_t page = std::max(address & ~page_mask, begin_);
    const std::uint64_t end = std::min((address | page_mask) + 1, begin_ + code_.size());
    const char* there = static_cast<const char*>(host) - (address - page);
    return std::memcmp(there, code_.data() + (page - begin_), end - page) == 0;
  }

 private:
  static constexpr std::uint64_t page_mask = 0xfff;

  /// A structure of the file; zeros where it ends before.
  template <class Structure>
  [[nodiscard]] Structure at(std::size_t place) const {
    Structure found{};
    if (place <= file_.size() && sizeof found <= file_.size() - place) {
      std::memcpy(&found, file_.data() + place, sizeof found);
    }
    return found;
  }

  void find_fault(const Elf64_Shdr& symbols, std::size_t names) {
    for (std::size_t i = 0; i < symbols.sh_size / sizeof(Elf64_Sym); ++i) {
      const auto symbol = at<Elf64_Sym>(symbols.sh_offset + i * sizeof(Elf64_Sym));
      const std::size_t place = names + symbol.st_name;
      if (place < file_.size() && std::string_view(file_.data() + place) == "fault" &&
          ELF64_ST_TYPE(symbol.st_info) == STT_FUNC) {
        fault_ = symbol.st_value;
      }
    }
  }

  std::string name_;
  std::vector<char> file_;
  std::span<const char> code_;
  std::uint64_t begin_ = 0;
  std::uint64_t fault_ = 0;
};

/// The programs that are told apart.
class Programs {
 public:
  static constexpr std::size_t most = 12;
  static constexpr std::size_t none = most;

  Programs() { programs_.reserve(most); }

  void add(std::string_view path) {
    if (programs_.size() < most) {
      programs_.emplace_back(path);
    }
  }

  [[nodiscard]] std::size_t count() const { return programs_.size(); }

  [[nodiscard]] const std::string& name(std::size_t index) const { return programs_[index].name(); }

  [[nodiscard]] std::uint64_t fault(std::size_t index) const { return programs_[index].fault(); }

  /// Whose instruction this is, or `none`.
  [[nodiscard]] std::size_t find(std::uint64_t address, const void* host) const {
    const auto found = std::ranges::find_if(
        programs_, [&](const Program& program) { return program.has(address, host); });
    return found == programs_.end() ? none : static_cast<std::size_t>(found - programs_.begin());
  }

 private:
  std::vector<Program> programs_;
};

}  // namespace bench
