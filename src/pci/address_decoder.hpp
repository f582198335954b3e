// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/static_vector.hpp"
#include "core/access.hpp"
#include "pci/function.hpp"

namespace serai::pci {

/// Which function answers at an address of the memory windows. Regions never overlap: one that
/// would overlap another that came before it is left out. Does not own the functions.
class AddressDecoder {
 public:
  /// Two for each slot, as many as the functions here have.
  static constexpr std::size_t most_regions = 64;

  struct Target {
    std::uint64_t start = 0;
    std::uint64_t size = 0;
    Function* function = nullptr;
    unsigned bar = 0;

    /// Whether all `bytes` from `address` lie inside; safe for every input.
    [[nodiscard]] bool contains(std::uint64_t address, std::uint64_t bytes) const noexcept {
      const std::uint64_t offset = address - start;
      return offset < size && bytes <= size - offset;
    }
  };

  void clear() noexcept {
    ++version_;
    last_ = nullptr;
    targets_.clear();
  }

  /// Changes whenever an address may have come to another function.
  [[nodiscard]] const std::uint64_t& version() const noexcept { return version_; }

  /// Adds a region that neither is empty nor wraps; false if it overlaps another.
  bool add(const Target& target) noexcept;

  /// Who answers to all of the access, or null.
  // Guest-controlled: address, size.
  [[nodiscard]] const Target* find(std::uint64_t address, AccessSize size) noexcept {
    // A guest rings the same doorbell many times in a row.
    if (last_ != nullptr && last_->contains(address, bytes_of(size))) {
      return last_;
    }
    return find_slowly(address, size);
  }

 private:
  [[nodiscard]] const Target* find_slowly(std::uint64_t address, AccessSize size) noexcept;

  StaticVector<Target, most_regions> targets_;  ///< sorted by `start`
  const Target* last_ = nullptr;
  std::uint64_t version_ = 0;
};

}  // namespace serai::pci
