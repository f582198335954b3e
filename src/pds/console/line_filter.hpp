// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace serai::console {

/// What one character of a VM does to its current line.
struct Edit {
  enum class Kind : std::uint8_t {
    nothing,
    append,           ///< `text` is added
    erase,            ///< the last character goes (backspace)
    carriage_return,  ///< back to the line's start
    end,              ///< the line is complete
  };

  Kind kind = Kind::nothing;
  std::uint8_t size = 0;
  std::array<char, 4> bytes{};

  [[nodiscard]] std::string_view text() const noexcept { return {bytes.data(), size}; }
};

/// Reduces what a VM prints to plain text and line ends, so that on a screen shared with others it
/// can neither move the cursor nor change anything outside its own lines. Printable ASCII and
/// well-formed UTF-8 pass, except for control characters and those that turn the direction of
/// writing; a tabulator passes as such. Escape sequences vanish whole; one that does not end is
/// over at the next line end. What is malformed becomes `?`.
class LineFilter {
 public:
  // Guest-controlled: character.
  [[nodiscard]] Edit feed(std::byte character) noexcept;

 private:
  enum class State : std::uint8_t { text, escape, sequence, string, multi_byte };

  [[nodiscard]] Edit in_text(std::uint8_t character) noexcept;
  [[nodiscard]] Edit control(std::uint8_t character) noexcept;
  [[nodiscard]] Edit begin_multi_byte(std::uint8_t character) noexcept;
  [[nodiscard]] Edit continue_multi_byte(std::uint8_t character) noexcept;
  void in_escape(std::uint8_t character) noexcept;

  State state_ = State::text;
  std::array<char, 4> bytes_{};
  std::uint8_t collected_ = 0;
  std::uint8_t expected_ = 0;
};

}  // namespace serai::console
