// SPDX-License-Identifier: BSD-2-Clause
#include "pds/console/keys.hpp"

namespace serai::console {
namespace {

constexpr std::uint32_t letters_from = 9;  // VMs with a digit

KeyAction command(std::byte character) noexcept {
  const auto key = static_cast<char>(character);
  if (character == escape_key) {
    return {.kind = KeyAction::Kind::input, .character = character};
  }
  if (key >= '1' && key <= '9') {
    return {.kind = KeyAction::Kind::focus, .client = static_cast<std::uint32_t>(key - '1')};
  }
  if (key >= 'A' && key <= 'Z') {
    return {.kind = KeyAction::Kind::focus,
            .client = letters_from + static_cast<std::uint32_t>(key - 'A')};
  }
  if (key == 'n') {
    return {.kind = KeyAction::Kind::next};
  }
  if (key == 'l') {
    return {.kind = KeyAction::Kind::toggle_log};
  }
  return {.kind = KeyAction::Kind::help};
}

}  // namespace

KeyAction KeyDecoder::feed(std::byte character) noexcept {
  const auto key = static_cast<char>(character);
  switch (state_) {
    case State::plain:
      if (character == escape_key) {
        state_ = State::escaped;
        return {};
      }
      return {.kind = KeyAction::Kind::input, .character = character};
    case State::escaped:
      if (key == 's') {
        state_ = State::columns;
        size_ = {};
        return {};
      }
      state_ = State::plain;
      return command(character);
    case State::columns:
    case State::rows:
      return size_digit(key);
  }
  return {};
}

/// Whatever is no size ends the command, and is no input either: it was typed as a part of it.
KeyAction KeyDecoder::size_digit(char key) noexcept {
  std::uint32_t& number = size_[state_ == State::rows ? 1 : 0];
  const auto digit = static_cast<std::uint32_t>(key - '0');
  if (key >= '0' && key <= '9' && number * 10 + digit <= most_characters) {
    number = number * 10 + digit;
    return {};
  }
  if (key == 'x' && state_ == State::columns) {
    state_ = State::rows;
    return {};
  }
  const bool is_whole = state_ == State::rows && (key == '\r' || key == '\n');
  state_ = State::plain;
  return is_whole ? KeyAction{.kind = KeyAction::Kind::window,
                              .window = {.columns = static_cast<std::uint16_t>(size_[0]),
                                         .rows = static_cast<std::uint16_t>(size_[1])}}
                  : KeyAction{};
}

}  // namespace serai::console
