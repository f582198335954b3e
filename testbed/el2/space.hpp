// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "policy/physical_memory.hpp"
#include "policy/stage2.hpp"

namespace serai::testbed {

/// A stage-2 address space. Its tables come from the memory that it is given and stay for ever.
class Space {
 public:
  /// An empty space; `no_space` without memory for its root.
  [[nodiscard]] static Result<Space> make(PhysicalMemory& memory) noexcept;

  /// Maps `size` bytes at `address` to `physical`, by 2 MiB blocks where both are aligned. All
  /// three are multiples of 4 KiB; the addresses are below 40 bits. Errors: `overlap`, `no_space`.
  Result<void> map(std::uint64_t address, std::uint64_t physical, std::uint64_t size,
                   const Access& access) noexcept;

  /// What to put into VTTBR_EL2; `identifier` (1 to 255) names the space in the TLB.
  [[nodiscard]] std::uint64_t vttbr(std::uint64_t identifier) const noexcept {
    return (identifier << 48) | root_;
  }

 private:
  Space(PhysicalMemory& memory, std::uint64_t root) noexcept : memory_(&memory), root_(root) {}

  Result<void> map_leaf(std::uint64_t address, std::uint64_t physical, unsigned level,
                        const Access& access) noexcept;

  PhysicalMemory* memory_;
  std::uint64_t root_;
};

/// The values that all spaces share: VTCR_EL2.
void set_translation_control() noexcept;

}  // namespace serai::testbed
