// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/stop.hpp"

#include "base/assert.hpp"
#include "base/text.hpp"

extern "C" void microkit_dbg_putc(int character);

namespace serai::microkit {
namespace {

constinit LogPort* last_words_log = nullptr;

void write_to_debug_output(std::string_view text) noexcept {
  for (const char character : text) {
    microkit_dbg_putc(character);
  }
  microkit_dbg_putc('\n');
}

}  // namespace

void set_last_words_log(LogPort& log) noexcept {
  last_words_log = &log;
}

void stop_this_pd(std::string_view why) noexcept {
  LogPort* const log = last_words_log;
  last_words_log = nullptr;  // should the log itself be what broke
  write_to_debug_output(why);
  if (log != nullptr) {
    log->write_line(why);
  }
  __builtin_trap();
}

}  // namespace serai::microkit

namespace serai {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  Text<200> why;
  why << "assertion failed: " << std::string_view(expression) << " (" << std::string_view(file)
      << ':' << static_cast<unsigned>(line) << ')';
  microkit::stop_this_pd(why.view());
}

}  // namespace serai
