// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ring.hpp"
#include "base/text.hpp"
#include "pds/console/line.hpp"
#include "pds/console/uart_port.hpp"

namespace serai::console {

/// What stands before a line of its owner.
using Prefix = Text<64>;

/// The one place where all text goes on its way to the UART. Knows who wrote the line that the
/// cursor is in, so that whole lines of others never end up inside it.
class Screen {
 public:
  /// Bytes that any single call below may need at most, beside raw text.
  static constexpr std::size_t most_bytes_per_call = 512;

  /// `terminal`: whoever watches understands escape sequences.
  Screen(UartPort& uart, bool terminal) noexcept : uart_(uart), terminal_(terminal) {}

  [[nodiscard]] std::size_t room() const noexcept { return waiting_.room(); }

  [[nodiscard]] bool drained() const noexcept { return waiting_.empty(); }

  /// Text that passes unchanged. There must be `room()` for it.
  void write_raw(std::span<const std::byte> text) noexcept;

  /// Brings what `owner` (below `raw`) has of its unfinished line onto the screen; the line starts
  /// anew where somebody else wrote since. On a terminal, what others write takes its place until
  /// then; elsewhere it stays as a line of its own.
  void show_unfinished(std::uint32_t owner, const Prefix& prefix, Line& line) noexcept;

  /// Writes `owner`'s line to its end and clears it.
  void finish(std::uint32_t owner, const Prefix& prefix, Line& line) noexcept;

  /// Removes the last character of `owner`'s line, from the screen too.
  void erase(std::uint32_t owner, Line& line) noexcept;

  /// A line of its own.
  void write_line(const Prefix& prefix, std::string_view text) noexcept;

  /// Hands to the UART what it takes.
  void drain() noexcept;

  static constexpr std::uint32_t nobody = ~std::uint32_t{0};

 private:
  static constexpr std::uint32_t raw = nobody - 1;
  static constexpr std::size_t capacity = 8192;

  void put(std::string_view text) noexcept;
  void end_open_line() noexcept;

  UartPort& uart_;
  bool terminal_;
  Ring<std::byte, capacity> waiting_;
  std::uint32_t open_ = nobody;  ///< whose unfinished line the cursor is in
};

}  // namespace serai::console
