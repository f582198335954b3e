// SPDX-License-Identifier: BSD-2-Clause
#include "el2/report.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace serai {

void assertion_failed(const char* expression, const char* file, int line) noexcept {
  testbed::Line text;
  text << "broken invariant: " << expression << " at " << file << ':'
       << static_cast<unsigned>(line);
  testbed::panic(text.view());
}

}  // namespace serai

namespace serai::testbed {
namespace {

/// PL011 (ARM DDI 0183): data and flag registers.
constexpr std::uintptr_t uart = 0x900'0000;
constexpr std::uintptr_t uart_data = uart + 0x00;
constexpr std::uintptr_t uart_flags = uart + 0x18;
constexpr std::uint32_t transmit_full = 1U << 5;

volatile std::uint32_t& uart_register(std::uintptr_t address) noexcept {
  // Safety: QEMU's virt machine has its UART there; EL2 maps it as device memory.
  return *reinterpret_cast<volatile std::uint32_t*>(address);
}

void write(std::string_view text) noexcept {
  for (const char character : text) {
    write_character(character);
  }
}

}  // namespace

void write_character(char character) noexcept {
  while ((uart_register(uart_flags) & transmit_full) != 0) {
  }
  uart_register(uart_data) = static_cast<unsigned char>(character);
}

void report(std::string_view text) noexcept {
  write("testbed: ");
  write(text);
  write("\r\n");
}

void panic(std::string_view text) noexcept {
  report(text);
  report("the machine is stopped");
  for (;;) {
    // Safety: interrupts are masked; nothing happens any more.
    asm volatile("wfi");
  }
}

void power_off() noexcept {
  constexpr std::uint64_t psci_system_off = 0x8400'0008;
  register const std::uint64_t function asm("x0") = psci_system_off;
  // Safety: QEMU answers PSCI calls from EL2 by SMC (Arm DEN 0022, 5.1.9); this one does not
  // return.
  asm volatile("smc #0" ::"r"(function) : "x1", "x2", "x3", "memory");
  panic("the machine did not switch off");
}

void append_name(Line& line, const Thread& thread) noexcept {
  if (thread.kind == ThreadKind::vcpu) {
    line << "vCPU " << static_cast<unsigned>(thread.id - 64);
    return;
  }
  const auto& name = static_cast<const Pd&>(thread).name;
  const auto* const end = std::find(name.begin(), name.end(), '\0');
  line << "PD '" << std::string_view(name.data(), static_cast<std::size_t>(end - name.begin()))
       << '\'';
}

}  // namespace serai::testbed
