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
  if (escaped_) {
    escaped_ = false;
    return command(character);
  }
  if (character == escape_key) {
    escaped_ = true;
    return {};
  }
  return {.kind = KeyAction::Kind::input, .character = character};
}

}  // namespace serai::console
