// SPDX-License-Identifier: BSD-2-Clause
#include "el2/space.hpp"

#include "base/bits.hpp"
#include "el2/system_registers.hpp"

namespace serai::testbed {
namespace {

using stage2::block;
using stage2::page;

std::uint64_t& entry_at(std::uint64_t table, std::uint64_t index) noexcept {
  // Safety: tables are pages of RAM that only Space uses, and EL2 maps RAM at its physical address.
  return reinterpret_cast<std::uint64_t*>(table)[index];
}

Result<std::uint64_t> new_table(PhysicalMemory& memory, std::uint64_t entries) noexcept {
  const std::uint64_t size = entries * sizeof(std::uint64_t);
  const auto table = memory.allocate(size, size);
  if (table) {
    for (std::uint64_t i = 0; i < entries; ++i) {
      entry_at(*table, i) = 0;
    }
  }
  return table;
}

}  // namespace

Result<Space> Space::make(PhysicalMemory& memory) noexcept {
  const auto root = new_table(memory, stage2::root_entries);
  if (!root) {
    return fail(root.error());
  }
  return Space(memory, *root);
}

Result<void> Space::map(std::uint64_t address, std::uint64_t physical, std::uint64_t size,
                        const Access& access) noexcept {
  while (size > 0) {
    const bool by_block = is_aligned(address | physical, block) && size >= block;
    const std::uint64_t step = by_block ? block : page;
    if (const auto mapped = map_leaf(address, physical, by_block ? 2 : 3, access); !mapped) {
      return mapped;
    }
    address += step;
    physical += step;
    size -= step;
  }
  return {};
}

Result<void> Space::map_leaf(std::uint64_t address, std::uint64_t physical, unsigned level,
                             const Access& access) noexcept {
  std::uint64_t table = root_;
  for (unsigned above = 1; above < level; ++above) {
    std::uint64_t& entry = entry_at(table, stage2::index(address, above));
    if (entry == 0) {
      const auto next = new_table(*memory_, stage2::entries);
      if (!next) {
        return fail(next.error());
      }
      entry = stage2::table_entry(*next);
    } else if ((entry & stage2::table_or_page) == 0) {
      return fail(Error::overlap);
    }
    table = entry & stage2::address_mask;
  }
  std::uint64_t& leaf = entry_at(table, stage2::index(address, level));
  if (leaf != 0) {
    return fail(Error::overlap);
  }
  leaf = stage2::leaf_entry(physical, level, access);
  return {};
}

void set_translation_control() noexcept {
  // VTCR_EL2: 40-bit input, start at level 1, write-back inner-shareable walks, 4 KiB granule,
  // 40-bit output, bit 31 reserved as one.
  constexpr std::uint64_t t0sz = 64 - stage2::address_bits;
  constexpr std::uint64_t start_level_1 = 1U << 6;
  constexpr std::uint64_t write_back = (1U << 8) | (1U << 10);
  constexpr std::uint64_t inner_shareable = 3U << 12;
  constexpr std::uint64_t output_40_bits = 2U << 16;
  write_vtcr_el2(t0sz | start_level_1 | write_back | inner_shareable | output_40_bits | bit(31));
}

}  // namespace serai::testbed
