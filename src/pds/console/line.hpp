// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace serai::console {

/// The line that a VM is writing, of at most `capacity` bytes of UTF-8, and how much of it is on
/// the screen already.
class Line {
 public:
  static constexpr std::size_t capacity = 200;

  /// Adds a character (a tabulator as spaces up to the next multiple of eight); false, and nothing
  /// happens, where it does not fit.
  [[nodiscard]] bool append(std::string_view character) noexcept;

  /// Removes the last character, if any.
  void erase() noexcept;

  void clear() noexcept { size_ = 0; }

  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }

  [[nodiscard]] std::size_t size() const noexcept { return size_; }

  [[nodiscard]] std::string_view text() const noexcept { return {bytes_.data(), size_}; }

  /// How many bytes are on the screen's open line, while that line is this one. For Screen.
  std::size_t shown = 0;

  /// The line was ended by a carriage return, so that a newline right after belongs to it.
  bool swallow_newline = false;

 private:
  std::array<char, capacity> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace serai::console
