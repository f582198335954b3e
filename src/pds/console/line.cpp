// SPDX-License-Identifier: BSD-2-Clause
#include "pds/console/line.hpp"

#include <algorithm>

namespace serai::console {

bool Line::append(std::string_view character) noexcept {
  constexpr std::string_view spaces = "        ";
  const std::string_view piece =
      character == "\t" ? spaces.substr(size_ % spaces.size()) : character;
  if (piece.size() > capacity - size_) {
    return false;
  }
  std::copy(piece.begin(), piece.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(size_));
  size_ += piece.size();
  return true;
}

void Line::erase() noexcept {
  const auto is_continuation = [](char byte) {
    return (static_cast<unsigned>(byte) & 0xc0) == 0x80;
  };
  while (size_ > 0 && is_continuation(bytes_[size_ - 1])) {
    --size_;
  }
  if (size_ > 0) {
    --size_;
  }
}

}  // namespace serai::console
