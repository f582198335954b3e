// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/debug_log.hpp"

extern "C" void microkit_dbg_putc(int character);

namespace serai::microkit {

void DebugLog::write_line(std::string_view line) noexcept {
  for (const char character : line) {
    microkit_dbg_putc(character);
  }
  microkit_dbg_putc('\n');
}

}  // namespace serai::microkit
