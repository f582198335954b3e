// SPDX-License-Identifier: BSD-2-Clause
#include "net/checksum.hpp"

#include <bit>
#include <cstring>
#include <memory>

namespace serai::net {
namespace {

constexpr std::uint16_t fold(std::uint64_t sum) noexcept {
  while (sum >> 16 != 0) {
    sum = (sum & 0xffff) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(sum);
}

constexpr std::uint16_t swap_bytes(std::uint16_t word) noexcept {
  return static_cast<std::uint16_t>(word << 8 | word >> 8);
}

/// The sum of the whole words of `bytes`, which begin at a multiple of 8 unless there are none.
std::uint64_t sum_words(std::span<const std::byte> bytes) noexcept {
  constexpr std::size_t word = sizeof(std::uint64_t);
  if (bytes.size() < word) {
    return 0;
  }
  const std::byte* const start = std::assume_aligned<word>(bytes.data());
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i + word <= bytes.size(); i += word) {
    std::uint64_t value = 0;
    std::memcpy(&value, std::assume_aligned<word>(start + i), word);
    sum += (value & 0xffff'ffff) + (value >> 32);
  }
  return sum;
}

std::array<std::byte, 2> bytes_of(std::uint16_t word) noexcept {
  return {static_cast<std::byte>(word & 0xff), static_cast<std::byte>(word >> 8)};
}

}  // namespace

void Checksum::add_byte(std::byte byte) noexcept {
  sum_ += std::to_integer<std::uint64_t>(byte) << (odd_ ? 8 : 0);
  odd_ = !odd_;
}

void Checksum::add(std::span<const std::byte> bytes) noexcept {
  constexpr std::size_t word = sizeof(std::uint64_t);
  // Safety: only the address is looked at.
  while (!bytes.empty() && reinterpret_cast<std::uintptr_t>(bytes.data()) % word != 0) {
    add_byte(bytes.front());
    bytes = bytes.subspan(1);
  }
  const std::uint16_t words = fold(sum_words(bytes));
  sum_ += odd_ ? swap_bytes(words) : words;
  for (const std::byte byte : bytes.subspan(bytes.size() / word * word)) {
    add_byte(byte);
  }
}

void Checksum::add_number(std::uint16_t number) noexcept {
  sum_ += swap_bytes(number);
}

std::uint16_t Checksum::folded() const noexcept {
  return fold(sum_);
}

std::array<std::byte, 2> Checksum::value() const noexcept {
  return bytes_of(static_cast<std::uint16_t>(~folded()));
}

std::array<std::byte, 2> Checksum::udp_value() const noexcept {
  const auto word = static_cast<std::uint16_t>(~folded());
  return bytes_of(word == 0 ? 0xffff : word);
}

}  // namespace serai::net
