// SPDX-License-Identifier: BSD-2-Clause
#include "pds/console/line_filter.hpp"

namespace serai::console {
namespace {

constexpr std::uint8_t bell = 0x07;
constexpr std::uint8_t backspace = 0x08;
constexpr std::uint8_t escape = 0x1b;
constexpr std::uint8_t first_printable = 0x20;
constexpr std::uint8_t rubout = 0x7f;

constexpr Edit append(char character) noexcept {
  return {.kind = Edit::Kind::append, .size = 1, .bytes = {character}};
}

constexpr bool ends_line(std::uint8_t character) noexcept {
  return character == '\n' || character == '\r';
}

/// Bytes of the UTF-8 sequence that starts with `lead`, or 0 where none does.
constexpr std::uint8_t sequence_length(std::uint8_t lead) noexcept {
  if (lead >= 0xc2 && lead <= 0xdf) {
    return 2;
  }
  if (lead >= 0xe0 && lead <= 0xef) {
    return 3;
  }
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

constexpr std::uint32_t decode(const std::array<char, 4>& bytes, std::uint8_t size) noexcept {
  std::uint32_t value = static_cast<std::uint8_t>(bytes[0]) & (0xffU >> (size + 1));
  for (std::uint8_t i = 1; i < size; ++i) {
    value = value << 6 | (static_cast<std::uint8_t>(bytes[i]) & 0x3fU);
  }
  return value;
}

struct CodePoints {
  std::uint32_t first;
  std::uint32_t last;
};

constexpr bool is_shown(std::uint32_t code_point, std::uint8_t size) noexcept {
  constexpr std::array<CodePoints, 6> hidden = {{
      {.first = 0x80, .last = 0x9f},      // control characters
      {.first = 0x200e, .last = 0x200f},  // direction marks
      {.first = 0x2028, .last = 0x202e},  // separators of lines, embeddings and overrides
      {.first = 0x2066, .last = 0x2069},  // isolates
      {.first = 0xd800, .last = 0xdfff},  // surrogates
      {.first = 0x110000, .last = 0x1fffff},
  }};
  for (const CodePoints& range : hidden) {
    if (code_point >= range.first && code_point <= range.last) {
      return false;
    }
  }
  constexpr std::array<std::uint32_t, 5> least_of_size = {0, 0, 0x80, 0x800, 0x10000};
  return code_point >= least_of_size[size];
}

}  // namespace

Edit LineFilter::feed(std::byte character) noexcept {
  const auto value = static_cast<std::uint8_t>(character);
  if (ends_line(value)) {
    state_ = State::text;
    return {.kind = value == '\n' ? Edit::Kind::end : Edit::Kind::carriage_return};
  }
  switch (state_) {
    case State::text:
      return in_text(value);
    case State::multi_byte:
      return continue_multi_byte(value);
    case State::escape:
      in_escape(value);
      return {};
    case State::sequence:
      // ECMA-48, 5.4: parameters and intermediates up to a final byte.
      if (value >= 0x40 && value <= 0x7e) {
        state_ = State::text;
      }
      return {};
    case State::string:
      // ECMA-48, 5.6: ends with ESC \; xterm's also with BEL.
      if (value == bell) {
        state_ = State::text;
      } else if (value == escape) {
        state_ = State::escape;
      }
      return {};
  }
  return {};
}

void LineFilter::in_escape(std::uint8_t character) noexcept {
  constexpr std::string_view string_introducers = "]PX^_";
  if (character == '[') {
    state_ = State::sequence;
  } else if (string_introducers.find(static_cast<char>(character)) != std::string_view::npos) {
    state_ = State::string;
  } else if (character < first_printable || character >= 0x30) {
    state_ = State::text;  // else an intermediate, after which the final byte comes
  }
}

Edit LineFilter::in_text(std::uint8_t character) noexcept {
  if (character < first_printable || character == rubout) {
    return control(character);
  }
  if (character < rubout) {
    return append(static_cast<char>(character));
  }
  return begin_multi_byte(character);
}

Edit LineFilter::control(std::uint8_t character) noexcept {
  switch (character) {
    case escape:
      state_ = State::escape;
      return {};
    case backspace:
      return {.kind = Edit::Kind::erase};
    case '\t':
      return append('\t');
    default:
      return {};
  }
}

Edit LineFilter::begin_multi_byte(std::uint8_t character) noexcept {
  expected_ = sequence_length(character);
  if (expected_ == 0) {
    return append('?');
  }
  bytes_ = {static_cast<char>(character)};
  collected_ = 1;
  state_ = State::multi_byte;
  return {};
}

Edit LineFilter::continue_multi_byte(std::uint8_t character) noexcept {
  const bool is_continuation = (character & 0xc0) == 0x80;
  if (!is_continuation) {
    // What was cut short is dropped, what cut it short counts.
    state_ = State::text;
    return in_text(character);
  }
  bytes_[collected_++] = static_cast<char>(character);
  if (collected_ < expected_) {
    return {};
  }
  state_ = State::text;
  if (!is_shown(decode(bytes_, expected_), expected_)) {
    return append('?');
  }
  return {.kind = Edit::Kind::append, .size = expected_, .bytes = bytes_};
}

}  // namespace serai::console
