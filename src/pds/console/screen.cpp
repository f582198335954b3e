// SPDX-License-Identifier: BSD-2-Clause
#include "pds/console/screen.hpp"

#include "base/assert.hpp"

namespace serai::console {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view rub_out = "\b \b";
constexpr std::string_view erase_line = "\r\x1b[K";

}  // namespace

void Screen::put(std::string_view text) noexcept {
  SERAI_ASSERT(text.size() <= waiting_.room());
  for (const char character : text) {
    waiting_.push(static_cast<std::byte>(character));
  }
}

void Screen::end_open_line() noexcept {
  if (open_ == nobody) {
    return;
  }
  const bool will_come_again = open_ != raw;
  put(terminal_ && will_come_again ? erase_line : line_end);
  open_ = nobody;
}

void Screen::write_raw(std::span<const std::byte> text) noexcept {
  for (const std::byte character : text) {
    waiting_.push(character);
  }
  if (!text.empty()) {
    open_ = text.back() == std::byte{'\n'} ? nobody : raw;
  }
}

void Screen::show_unfinished(std::uint32_t owner, const Prefix& prefix, Line& line) noexcept {
  if (open_ != owner) {
    if (line.empty()) {
      return;
    }
    end_open_line();
    put(prefix.view());
    open_ = owner;
    line.shown = 0;
  }
  put(line.text().substr(line.shown));
  line.shown = line.size();
}

void Screen::finish(std::uint32_t owner, const Prefix& prefix, Line& line) noexcept {
  if (open_ != owner) {
    end_open_line();
    put(prefix.view());
    line.shown = 0;
  }
  put(line.text().substr(line.shown));
  put(line_end);
  open_ = nobody;
  line.clear();
  line.shown = 0;
}

void Screen::erase(std::uint32_t owner, Line& line) noexcept {
  line.erase();
  if (open_ == owner && line.shown > line.size()) {
    put(rub_out);
    line.shown = line.size();
  }
}

void Screen::write_line(const Prefix& prefix, std::string_view text) noexcept {
  end_open_line();
  put(prefix.view());
  put(text.substr(0, Line::capacity));
  put(line_end);
}

void Screen::drain() noexcept {
  while (!waiting_.empty()) {
    const std::span<const std::byte> oldest = waiting_.oldest();
    const std::size_t written = uart_.write(oldest);
    waiting_.drop(written);
    if (written < oldest.size()) {
      return;
    }
  }
}

}  // namespace serai::console
