// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <termios.h>

namespace serai::tool {

/// In characters; 0: not known.
struct TerminalSize {
  std::uint16_t columns = 0;
  std::uint16_t rows = 0;
};

/// The size of the terminal behind a descriptor; zeros for what is no terminal.
TerminalSize terminal_size(int descriptor);

/// What tells the console PD that the terminal has this size.
std::string resize_command(TerminalSize size);

/// As long as it lives, a terminal passes every key unchanged: nothing is echoed, collected into
/// lines or taken as a signal. Does nothing to what is no terminal.
class RawTerminal {
 public:
  explicit RawTerminal(int descriptor);
  RawTerminal(const RawTerminal&) = delete;
  RawTerminal& operator=(const RawTerminal&) = delete;
  ~RawTerminal();

 private:
  int descriptor_;
  std::optional<termios> before_;
};

/// Finds the user's wish to leave among what is typed, by QEMU's keys: Ctrl-A X leaves, Ctrl-A
/// twice types one Ctrl-A. What else follows a Ctrl-A passes with it.
class EscapeKeys {
 public:
  /// The part of `typed` that is for the guest.
  std::string feed(std::string_view typed);

  [[nodiscard]] bool leave() const { return leave_; }

 private:
  bool escaped_ = false;
  bool leave_ = false;
};

}  // namespace serai::tool
