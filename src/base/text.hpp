// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace serai {

/// Hexadecimal output of a number by `Text`: `0x` and at least `digits` digits.
struct Hex {
  std::uint64_t value = 0;
  unsigned digits = 1;
};

/// A line of text of at most `Capacity` characters, built piece by piece without a heap. What does
/// not fit is cut off.
template <std::size_t Capacity>
class Text {
 public:
  constexpr Text& operator<<(std::string_view piece) noexcept {
    for (const char character : piece) {
      push(character);
    }
    return *this;
  }

  constexpr Text& operator<<(char character) noexcept {
    push(character);
    return *this;
  }

  constexpr Text& operator<<(Hex number) noexcept {
    *this << "0x";
    constexpr unsigned most_digits = 16;
    for (unsigned i = most_digits; i-- > 0;) {
      const bool significant = i < number.digits || (number.value >> (4 * i)) != 0;
      if (significant) {
        push("0123456789abcdef"[(number.value >> (4 * i)) & 0xf]);
      }
    }
    return *this;
  }

  template <std::unsigned_integral Number>
  constexpr Text& operator<<(Number number) noexcept {
    std::array<char, 20> digits{};
    std::size_t count = 0;
    std::uint64_t rest = number;
    do {
      digits[count++] = static_cast<char>('0' + rest % 10);
      rest /= 10;
    } while (rest != 0);
    while (count > 0) {
      push(digits[--count]);
    }
    return *this;
  }

  [[nodiscard]] constexpr std::string_view view() const noexcept {
    return {characters_.data(), size_};
  }

  constexpr void clear() noexcept { size_ = 0; }

 private:
  constexpr void push(char character) noexcept {
    if (size_ < Capacity) {
      characters_[size_++] = character;
    }
  }

  std::array<char, Capacity> characters_{};
  std::size_t size_ = 0;
};

}  // namespace serai
