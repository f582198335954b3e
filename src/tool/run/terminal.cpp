// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/terminal.hpp"

#include <fmt/core.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace serai::tool {

TerminalSize terminal_size(int descriptor) {
  winsize size{};
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0) {
    return {};
  }
  return {.columns = size.ws_col, .rows = size.ws_row};
}

std::string resize_command(TerminalSize size) {
  constexpr char console_escape = '\x1d';
  return fmt::format("{}s{}x{}\r", console_escape, size.columns, size.rows);
}

RawTerminal::RawTerminal(int descriptor) : descriptor_(descriptor) {
  termios settings{};
  if (isatty(descriptor) == 0 || tcgetattr(descriptor, &settings) != 0) {
    return;
  }
  before_ = settings;
  // Output stays cooked, so that our own lines need no carriage returns.
  settings.c_iflag &=
      ~static_cast<tcflag_t>(BRKINT | ICRNL | INLCR | IGNCR | INPCK | ISTRIP | IXON);
  settings.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  settings.c_cc[VMIN] = 1;
  settings.c_cc[VTIME] = 0;
  tcsetattr(descriptor, TCSADRAIN, &settings);
}

RawTerminal::~RawTerminal() {
  if (before_) {
    tcsetattr(descriptor_, TCSADRAIN, &*before_);
  }
}

std::string EscapeKeys::feed(std::string_view typed) {
  constexpr char control_a = '\x01';
  std::string passed;
  for (const char key : typed) {
    if (!escaped_) {
      if (key == control_a) {
        escaped_ = true;
      } else {
        passed += key;
      }
      continue;
    }
    escaped_ = false;
    if (key == 'x' || key == 'X') {
      leave_ = true;
      return passed;
    }
    passed += control_a;
    if (key != control_a) {
      passed += key;
    }
  }
  return passed;
}

}  // namespace serai::tool
