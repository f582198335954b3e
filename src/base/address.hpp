// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <compare>
#include <cstdint>

#include "base/result.hpp"

namespace serai {

/// A guest-physical (intermediate physical) address. Never converts to a pointer by itself.
class GuestAddress {
 public:
  constexpr GuestAddress() noexcept = default;

  constexpr explicit GuestAddress(std::uint64_t value) noexcept : value_(value) {}

  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return value_; }

  /// This address moved up by `bytes`; fails with `overflow` past the end of 64 bits.
  [[nodiscard]] constexpr Result<GuestAddress> plus(std::uint64_t bytes) const noexcept {
    if (value_ + bytes < value_) {
      return fail(Error::overflow);
    }
    return GuestAddress(value_ + bytes);
  }

  friend constexpr auto operator<=>(GuestAddress, GuestAddress) noexcept = default;

 private:
  std::uint64_t value_ = 0;
};

/// A range of guest-physical addresses that neither wraps nor touches the last byte of 64 bits,
/// so that `end()` always exists. May be empty.
class GuestRange {
 public:
  constexpr GuestRange() noexcept = default;

  /// The `size` bytes from `start`; fails with `overflow` where they do not fit in 64 bits.
  [[nodiscard]] static constexpr Result<GuestRange> make(GuestAddress start,
                                                         std::uint64_t size) noexcept {
    if (start.value() + size < start.value()) {
      return fail(Error::overflow);
    }
    return GuestRange(start, size);
  }

  [[nodiscard]] constexpr GuestAddress start() const noexcept { return start_; }

  [[nodiscard]] constexpr std::uint64_t size() const noexcept { return size_; }

  /// One past the last byte.
  [[nodiscard]] constexpr GuestAddress end() const noexcept {
    return GuestAddress(start_.value() + size_);
  }

  /// Whether all `size` bytes from `address` lie inside; safe for every input.
  [[nodiscard]] constexpr bool contains(GuestAddress address, std::uint64_t size) const noexcept {
    const std::uint64_t offset = address.value() - start_.value();
    return offset < size_ && size <= size_ - offset;
  }

  [[nodiscard]] constexpr bool overlaps(const GuestRange& other) const noexcept {
    return start_ < other.end() && other.start_ < end();
  }

  friend constexpr bool operator==(const GuestRange&, const GuestRange&) noexcept = default;

 private:
  constexpr GuestRange(GuestAddress start, std::uint64_t size) noexcept
      : start_(start), size_(size) {}

  GuestAddress start_;
  std::uint64_t size_ = 0;
};

}  // namespace serai
