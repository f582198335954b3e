// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace probe::virtio {

/// Numbers that look random and are the same for the same seed (xorshift64*).
class Random {
 public:
  explicit constexpr Random(std::uint64_t seed) : state_(seed != 0 ? seed : 1) {}

  constexpr std::uint64_t next() {
    state_ ^= state_ >> 12;
    state_ ^= state_ << 25;
    state_ ^= state_ >> 27;
    return (state_ * 0x2545'f491'4f6c'dd1dULL) >> 11;  // the lowest bits are the weakest
  }

  /// Below `limit`, which is not 0.
  constexpr std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(next() % limit);
  }

  constexpr bool one_in(std::uint32_t count) { return below(count) == 0; }

  /// A number that is often one of those where mistakes hide.
  constexpr std::uint64_t telling() {
    const std::uint64_t choice = next();
    const auto small = static_cast<unsigned>(choice >> 3 & 0x3f);
    switch (choice & 7) {
      case 0:
        return small;
      case 1:
        return ~std::uint64_t{0} - small;
      case 2:
        return std::uint64_t{1} << small;
      case 3:
        return (std::uint64_t{1} << small) - 1;
      case 4:
        return next() & 0xffff;
      case 5:
        return next() << 11 ^ next();
      default:
        return next() & 0xffff'ffff;
    }
  }

 private:
  std::uint64_t state_;
};

}  // namespace probe::virtio
