// SPDX-License-Identifier: BSD-2-Clause
//
// What every probe uses: results on the UART, expected exceptions, calls to the firmware. A probe
// supplies `probe_main`; when it returns the machine is switched off.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/text.hpp"

extern "C" void probe_main();
/// X0 at the first instruction.
extern "C" std::uint64_t boot_argument;

namespace probe {

inline constexpr std::uint64_t uart_address = 0x0900'0000;
inline constexpr std::uint64_t clock_address = 0x0901'0000;
/// No device of Serai's default memory map, nor RAM.
inline constexpr std::uint64_t unclaimed_address = 0x0c00'0000;

using Line = serai::Text<160>;

/// A 32-bit device register, once.
std::uint32_t read32(std::uint64_t address);
void write32(std::uint64_t address, std::uint32_t value);
std::uint8_t read8(std::uint64_t address);
void write8(std::uint64_t address, std::uint8_t value);

/// Where the guest's device tree is, or 0.
inline std::uint64_t device_tree() {
  return boot_argument;
}

void print_line(std::string_view line);

/// Prints `PASS name`, or `FAIL name: why`.
void check(std::string_view name, bool passed, std::string_view why);

/// The same for a value: the failure shows both.
void check_equal(std::string_view name, std::uint64_t actual, std::uint64_t expected);

/// Prints the totals and switches the machine off.
extern "C" [[noreturn]] void probe_finish();

/// A synchronous exception that was expected.
struct Trap {
  bool taken = false;
  std::uint64_t syndrome = 0;  ///< ESR_EL1
  std::uint64_t address = 0;   ///< FAR_EL1
  std::uint64_t pc = 0;        ///< ELR_EL1

  [[nodiscard]] std::uint64_t exception_class() const { return syndrome >> 26; }

  /// The fault status code of an abort.
  [[nodiscard]] std::uint64_t status() const { return syndrome & 0x3f; }

  /// Whether an external abort says that it does not know its address (FnV).
  [[nodiscard]] bool address_is_not_valid() const { return (syndrome >> 10 & 1) != 0; }

  /// Whether an abort was caused by a write.
  [[nodiscard]] bool is_write() const { return (syndrome >> 6 & 1) != 0; }
};

/// From here on a synchronous exception is noted and its instruction skipped (a prefetch abort
/// returns to the caller of the bad address). Any other one ends the probe as a failure.
void expect_trap();

/// What came since `expect_trap`.
Trap take_trap();

using InterruptHandler = void (*)();

/// Called at each IRQ.
void set_interrupt_handler(InterruptHandler handler);

struct FirmwareResult {
  std::array<std::uint64_t, 4> x;
};

/// An SMC #0 or HVC #0 with these values in X0 to X3.
FirmwareResult secure_call(std::uint64_t x0, std::uint64_t x1 = 0, std::uint64_t x2 = 0,
                           std::uint64_t x3 = 0);

inline constexpr std::uint64_t ec_unknown = 0x00;
inline constexpr std::uint64_t ec_prefetch_abort = 0x21;
inline constexpr std::uint64_t ec_data_abort = 0x25;
inline constexpr std::uint64_t status_external = 0x10;

inline constexpr std::uint64_t psci_version = 0x8400'0000;
inline constexpr std::uint64_t psci_system_off = 0x8400'0008;
inline constexpr std::uint64_t psci_system_reset = 0x8400'0009;

}  // namespace probe
