// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "core/serial_backend.hpp"

namespace serai::console {

/// Starts every command of the console: Ctrl-].
inline constexpr std::byte escape_key{0x1d};

/// What a typed character means.
struct KeyAction {
  enum class Kind : std::uint8_t {
    nothing,     ///< part of a command
    input,       ///< `character` is for the VM
    focus,       ///< input goes to VM `client` from now on
    next,        ///< input goes to the next VM
    toggle_log,  ///< shows or hides the log
    help,
    window,  ///< the window has the size `window` now
  };

  Kind kind = Kind::nothing;
  std::byte character{};
  std::uint32_t client = 0;
  WindowSize window{};
};

/// Finds the console's commands among what is typed: the escape key, then 1 to 9 and A to Z for the
/// first 35 VMs, n for the next one, l for the log, ? for help, or the escape key again to send it;
/// or s and the size of the window, `s132x43` and Enter, which `serai run` types by itself.
class KeyDecoder {
 public:
  [[nodiscard]] KeyAction feed(std::byte character) noexcept;

 private:
  enum class State : std::uint8_t { plain, escaped, columns, rows };

  static constexpr std::uint32_t most_characters = 9999;

  [[nodiscard]] KeyAction size_digit(char key) noexcept;

  State state_ = State::plain;
  std::array<std::uint32_t, 2> size_{};  ///< columns and rows as far as they are typed
};

}  // namespace serai::console
