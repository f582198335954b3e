// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>

namespace serai::block {

/// The little-endian number at `offset` of `bytes`, which must reach that far.
template <std::unsigned_integral Number>
[[nodiscard]] Number number_at(std::span<const std::byte> bytes, std::size_t offset) noexcept {
  Number number{};
  std::memcpy(&number, bytes.subspan(offset, sizeof(Number)).data(), sizeof(Number));
  return number;
}

}  // namespace serai::block
