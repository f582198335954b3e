// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>

namespace serai::fuzz {

/// A fuzzer's input, taken from the front; zeros when it is used up.
class Input {
 public:
  explicit Input(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool empty() const { return bytes_.empty(); }

  std::uint8_t byte() {
    if (bytes_.empty()) {
      return 0;
    }
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }

  /// The next `count` bytes as a big-endian number.
  std::uint64_t number(unsigned count) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) {
      value = value << 8 | byte();
    }
    return value;
  }

  /// A number that is often one of those where mistakes hide.
  std::uint64_t telling_number() {
    const std::uint8_t kind = byte();
    switch (kind & 7) {
      case 0:
        return kind >> 3;
      case 1:
        return ~std::uint64_t{0} - (kind >> 3);
      case 2:
        return std::uint64_t{1} << (kind >> 3);
      case 3:
        return (std::uint64_t{1} << (kind >> 3)) - 1;
      case 4:
        return number(2);
      default:
        return number(4);
    }
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

}  // namespace serai::fuzz
