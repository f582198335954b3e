// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/translate.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "arch/aarch64/exit/pstate.hpp"

namespace serai::aarch64 {
namespace {

using Fault = std::unexpected<FaultStatus>;

constexpr unsigned most_address_bits = 48;
constexpr unsigned last_level = 3;

/// Where the fields of one half of the address space are in TCR_EL1.
struct Half {
  unsigned t_size;
  unsigned disable;                         // EPDn
  unsigned granule;                         // TGn
  unsigned ignore_top;                      // TBIn
  unsigned no_hierarchy;                    // HPDn
  std::array<std::uint8_t, 4> page_shifts;  // by TGn; 0 is reserved
};

constexpr Half lower_half = {0, 7, 14, 37, 41, {12, 16, 14, 0}};
constexpr Half upper_half = {16, 23, 30, 38, 42, {0, 14, 12, 16}};

/// Bits of physical addresses by TCR_EL1.IPS, as far as this walk goes.
constexpr std::array<std::uint8_t, 8> output_sizes = {32, 36, 40, 42, 44, 48, 48, 48};

/// One walk, from its start level on.
struct Walk {
  std::uint64_t table;
  unsigned input_bits;
  unsigned page_shift;
  unsigned level;
  unsigned output_bits;
  bool is_big_endian;
  bool has_hierarchy;

  [[nodiscard]] unsigned stride() const noexcept { return page_shift - 3; }

  /// The lowest bit of the input address that an entry at `level` resolves.
  [[nodiscard]] unsigned shift() const noexcept {
    return page_shift + stride() * (last_level - level);
  }
};

Fault fault(FaultStatus status, unsigned level) noexcept {
  return Fault(at_level(status, level));
}

/// Translation off: addresses are physical, with the width of the largest physical address.
std::expected<Translation, FaultStatus> identity(std::uint64_t address) noexcept {
  if (address >> most_address_bits != 0) {
    return fault(FaultStatus::address_size, 0);
  }
  return Translation{.address = GuestAddress(address), .has_permissions = false};
}

std::expected<Walk, FaultStatus> begin(const StageOne& registers, std::uint64_t address) noexcept {
  const std::uint64_t tcr = registers.tcr_el1;
  const bool is_upper = test_bit(address, 55);
  const Half& half = is_upper ? upper_half : lower_half;
  const unsigned input_bits = 64 - static_cast<unsigned>(extract(tcr, half.t_size, 6));
  const unsigned page_shift = half.page_shifts[extract(tcr, half.granule, 2)];
  if (page_shift == 0 || input_bits > most_address_bits || input_bits <= page_shift ||
      test_bit(tcr, half.disable)) {
    return fault(FaultStatus::translation, 0);
  }
  const std::uint64_t seen = test_bit(tcr, half.ignore_top) ? sign_extend(address, 56) : address;
  if (seen >> input_bits != (is_upper ? low_mask(64 - input_bits) : 0)) {
    return fault(FaultStatus::translation, 0);
  }
  const unsigned stride = page_shift - 3;
  const unsigned levels = (input_bits - page_shift + stride - 1) / stride;
  Walk walk = {.table = 0,
               .input_bits = input_bits,
               .page_shift = page_shift,
               .level = last_level + 1 - levels,
               .output_bits = output_sizes[extract(tcr, 32, 3)],
               .is_big_endian = (registers.sctlr_el1 & sctlr::ee) != 0,
               .has_hierarchy = !test_bit(tcr, half.no_hierarchy)};
  // The first table is as large as its entries, and aligned to that.
  const unsigned table_bits = std::max(6U, input_bits - walk.shift() + 3);
  const std::uint64_t base = is_upper ? registers.ttbr1_el1 : registers.ttbr0_el1;
  walk.table = base & low_mask(most_address_bits) & ~low_mask(table_bits);
  return walk;
}

std::expected<std::uint64_t, FaultStatus> descriptor(const Walk& walk, const GuestMemory& memory,
                                                     std::uint64_t address) noexcept {
  const unsigned width =
      std::min(walk.stride(), walk.input_bits - std::min(walk.input_bits, walk.shift()));
  const std::uint64_t index = extract(address, walk.shift(), width);
  if (walk.table >> walk.output_bits != 0) {
    return fault(FaultStatus::address_size, walk.level);
  }
  // Guest-controlled: the table and what is in it; read once.
  const auto value = memory.load<std::uint64_t>(GuestAddress(walk.table + 8 * index));
  if (!value) {
    return fault(FaultStatus::external_abort_on_walk, walk.level);
  }
  return walk.is_big_endian ? std::byteswap(*value) : *value;
}

/// Whether entries of two kinds exist at this level: tables and blocks.
bool allows_blocks(const Walk& walk) noexcept {
  return walk.level == 2 || (walk.level == 1 && walk.page_shift == 12);
}

std::expected<Translation, FaultStatus> finish(const Walk& walk, std::uint64_t entry,
                                               std::uint64_t address,
                                               const Translation& rights) noexcept {
  constexpr unsigned access_flag = 10;
  constexpr unsigned el0_accessible = 6;  // AP[1]
  constexpr unsigned read_only = 7;       // AP[2]
  const std::uint64_t base = extract(entry, walk.shift(), most_address_bits - walk.shift())
                             << walk.shift();
  // Bits 15:12 of a 64 KiB entry would be bits 51:48 of its address.
  const bool is_too_wide = walk.page_shift == 16 && extract(entry, 12, 4) != 0;
  if (base >> walk.output_bits != 0 || is_too_wide) {
    return fault(FaultStatus::address_size, walk.level);
  }
  if (!test_bit(entry, access_flag)) {
    return fault(FaultStatus::access_flag, walk.level);
  }
  return Translation{.address = GuestAddress(base | (address & low_mask(walk.shift()))),
                     .el0 = rights.el0 && test_bit(entry, el0_accessible),
                     .writable = rights.writable && !test_bit(entry, read_only),
                     .level = static_cast<std::uint8_t>(walk.level)};
}

}  // namespace

StageOne StageOne::of(VcpuPort& port) noexcept {
  return {.sctlr_el1 = port.read_system(SystemRegister::sctlr_el1),
          .tcr_el1 = port.read_system(SystemRegister::tcr_el1),
          .ttbr0_el1 = port.read_system(SystemRegister::ttbr0_el1),
          .ttbr1_el1 = port.read_system(SystemRegister::ttbr1_el1)};
}

std::expected<Translation, FaultStatus> translate(const StageOne& registers,
                                                  const GuestMemory& memory,
                                                  std::uint64_t virtual_address) noexcept {
  constexpr unsigned table_denies_el0 = 61;     // APTable[0]
  constexpr unsigned table_denies_writes = 62;  // APTable[1]
  if ((registers.sctlr_el1 & sctlr::m) == 0) {
    return identity(virtual_address);
  }
  auto walk = begin(registers, virtual_address);
  if (!walk) {
    return Fault(walk.error());
  }
  Translation rights;
  for (;; ++walk->level) {
    const auto entry = descriptor(*walk, memory, virtual_address);
    if (!entry) {
      return Fault(entry.error());
    }
    const bool is_valid = test_bit(*entry, 0);
    const bool is_table = test_bit(*entry, 1);
    const bool is_leaf = walk->level == last_level ? is_table : !is_table && allows_blocks(*walk);
    if (is_valid && is_leaf) {
      return finish(*walk, *entry, virtual_address, rights);
    }
    if (!is_valid || !is_table || walk->level == last_level) {
      return fault(FaultStatus::translation, walk->level);
    }
    if (walk->has_hierarchy) {
      rights.el0 = rights.el0 && !test_bit(*entry, table_denies_el0);
      rights.writable = rights.writable && !test_bit(*entry, table_denies_writes);
    }
    walk->table = extract(*entry, walk->page_shift, most_address_bits - walk->page_shift)
                  << walk->page_shift;
  }
}

}  // namespace serai::aarch64
