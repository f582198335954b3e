// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/data_cache.hpp"

#include <cstdint>

#include "base/bits.hpp"

namespace serai::microkit {
namespace {

std::uint64_t smallest_line_bytes() noexcept {
  std::uint64_t ctr = 0;
  // Safety: CTR_EL0 is readable by user programs and reading it has no effect.
  asm volatile("mrs %0, ctr_el0" : "=r"(ctr));
  constexpr unsigned dminline_lsb = 16;  // log2 of the line's words
  constexpr unsigned dminline_width = 4;
  return std::uint64_t{4} << extract(ctr, dminline_lsb, dminline_width);
}

}  // namespace

void DataCache::clean(std::span<const std::byte> bytes) noexcept {
  const std::uint64_t line = smallest_line_bytes();
  const auto start = reinterpret_cast<std::uintptr_t>(bytes.data());
  const std::uint64_t end = start + bytes.size();
  for (std::uint64_t address = align_down(start, line); address < end; address += line) {
    // Safety: cleaning keeps memory as it is, and the address is mapped for this program.
    asm volatile("dc cvac, %0" : : "r"(address) : "memory");
  }
  // Safety: a barrier; it orders the cleaning before the guest is started.
  asm volatile("dsb sy" : : : "memory");
}

}  // namespace serai::microkit
