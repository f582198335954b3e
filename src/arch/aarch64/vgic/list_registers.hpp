// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "arch/aarch64/vcpu_port.hpp"
#include "base/bits.hpp"

namespace serai::aarch64 {

/// Which list register of one vCPU holds which interrupt. List registers cannot be read back, so
/// this is all that is known: an interrupt is in one from `put` until its end is reported.
class ListRegisters {
 public:
  /// How many are used where the machine has more.
  static constexpr std::uint32_t most = 16;
  /// Says that a list register holds nothing of ours.
  static constexpr std::uint32_t nothing = 0xffff;
  /// An interrupt that no distributor of ours has, at the priority that no GICC_PMR lets through:
  /// what a list register holds after its interrupt was taken back.
  static constexpr std::uint32_t retired_intid = 1019;
  static constexpr std::uint8_t retired_priority = 31;

  [[nodiscard]] bool full() const noexcept { return free_ == 0; }

  /// Whether any interrupt is in a list register.
  [[nodiscard]] bool in_use() const noexcept { return used_ != 0; }

  /// Hands `intid` over with the eight-bit GIC priority `priority`; not when `full()`. False where
  /// the hypervisor refuses, which can leave fewer registers to try.
  bool put(VcpuPort& port, std::uint32_t intid, std::uint32_t priority,
           std::uint32_t group) noexcept {
    const auto index = static_cast<std::uint8_t>(std::countr_zero(free_));
    const auto result = port.inject(index, intid, static_cast<std::uint8_t>(priority >> 3),
                                    static_cast<std::uint8_t>(group));
    if (result == InjectResult::done) [[likely]] {
      occupy(index, intid);
      proven_ |= std::uint32_t{1} << index;
      return true;
    }
    refused(index, result);
    return false;
  }

  /// Whether a free list register was filled before, so that it is known to exist.
  [[nodiscard]] bool has_proven() const noexcept { return (free_ & proven_) != 0; }

  /// Counts `intid` as handed over to a list register of which `has_proven` tells; the caller does
  /// the injection.
  [[nodiscard]] Injection place(std::uint32_t intid, std::uint32_t priority,
                                std::uint32_t group) noexcept {
    const auto index = static_cast<std::uint8_t>(std::countr_zero(free_ & proven_));
    occupy(index, intid);
    return {.index = index, .intid = intid, .priority = priority >> 3, .group = group};
  }

  /// The interrupt in list register `index` has ended; returns it, or `nothing`. Safe for every
  /// index.
  std::uint32_t end(std::uint32_t index) noexcept;

  /// Takes `intid` out of its list register while the vCPU is stopped. False where the hypervisor
  /// does not let go of it.
  [[nodiscard]] bool take_back(VcpuPort& port, std::uint32_t intid) noexcept;

  /// The list registers in use, one bit each.
  [[nodiscard]] std::uint32_t used() const noexcept { return used_; }

  /// What list register `index` (below `most`) holds, or `nothing`.
  [[nodiscard]] std::uint32_t intid_at(std::uint32_t index) const noexcept {
    return intids_[index];
  }

 private:
  void occupy(std::uint8_t index, std::uint32_t intid) noexcept {
    intids_[index] = static_cast<std::uint16_t>(intid);
    free_ &= ~(std::uint32_t{1} << index);
    used_ |= std::uint32_t{1} << index;
  }

  void refused(std::uint8_t index, InjectResult result) noexcept;

  std::uint32_t free_ = static_cast<std::uint32_t>(low_mask(most));
  std::uint32_t used_ = 0;
  std::uint32_t proven_ = 0;  ///< were filled, and not overwritten to take an interrupt back
  std::array<std::uint16_t, most> intids_ = {nothing, nothing, nothing, nothing, nothing, nothing,
                                             nothing, nothing, nothing, nothing, nothing, nothing,
                                             nothing, nothing, nothing, nothing};
};

}  // namespace serai::aarch64
