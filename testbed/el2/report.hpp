// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string_view>

#include "base/text.hpp"
#include "el2/thread.hpp"

namespace serai::testbed {

/// Long enough for every report of the testbed.
using Line = Text<240>;

/// Writes one character to the board's UART and waits until there is room.
void write_character(char character) noexcept;

/// Writes `text` and a newline, with the testbed's name before it.
void report(std::string_view text) noexcept;

/// The same, then stops the machine.
[[noreturn]] void panic(std::string_view text) noexcept;

/// Switches the machine off through its firmware.
[[noreturn]] void power_off() noexcept;

/// A PD's or vCPU's name for a report.
void append_name(Line& line, const Thread& thread) noexcept;

}  // namespace serai::testbed
