// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>

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
  };

  Kind kind = Kind::nothing;
  std::byte character{};
  std::uint32_t client = 0;
};

/// Finds the console's commands among what is typed: the escape key, then 1 to 9 and A to Z for the
/// first 35 VMs, n for the next one, l for the log, ? for help, or the escape key again to send it.
class KeyDecoder {
 public:
  [[nodiscard]] KeyAction feed(std::byte character) noexcept;

 private:
  bool escaped_ = false;
};

}  // namespace serai::console
