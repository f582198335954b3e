// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/runtime.hpp"

#include "base/assert.hpp"
#include "runtime/cpu.hpp"

// Set by start.S.
std::uint64_t boot_argument;

namespace probe {
namespace {

/// What the vectors save; see start.S.
struct Frame {
  std::array<std::uint64_t, 31> x;
  std::uint64_t pc;
  std::uint64_t pstate;
};

constexpr std::uint64_t vector_synchronous = 4;  // from EL1 with its own stack pointer
constexpr std::uint64_t vector_interrupt = 5;
constexpr std::uint64_t uart_dr = uart_address;

constinit bool trap_expected = false;
constinit Trap last_trap;
constinit InterruptHandler interrupt_handler = nullptr;
constinit unsigned passed_count = 0;
constinit unsigned failed_count = 0;

void note_trap(Frame& frame) {
  last_trap = {
      .taken = true, .syndrome = exception_syndrome(), .address = fault_address(), .pc = frame.pc};
  const bool return_to_caller = last_trap.exception_class() == ec_prefetch_abort;
  frame.pc = return_to_caller ? frame.x[30] : frame.pc + 4;
}

[[noreturn]] void end_unexpectedly(std::uint64_t vector, const Frame& frame) {
  Line line;
  line << "FAIL unexpected exception: vector " << vector << ", ESR "
       << serai::Hex{exception_syndrome()} << ", FAR " << serai::Hex{fault_address()} << ", PC "
       << serai::Hex{frame.pc};
  print_line(line.view());
  ++failed_count;
  probe_finish();
}

}  // namespace

extern "C" void probe_exception(std::uint64_t vector, Frame& frame);

void probe_exception(std::uint64_t vector, Frame& frame) {
  if (vector == vector_synchronous && trap_expected) {
    note_trap(frame);
  } else if (vector == vector_interrupt && interrupt_handler != nullptr) {
    interrupt_handler();
  } else {
    end_unexpectedly(vector, frame);
  }
}

std::uint32_t read32(std::uint64_t address) {
  return *reinterpret_cast<const volatile std::uint32_t*>(address);
}

void write32(std::uint64_t address, std::uint32_t value) {
  *reinterpret_cast<volatile std::uint32_t*>(address) = value;
}

std::uint8_t read8(std::uint64_t address) {
  return *reinterpret_cast<const volatile std::uint8_t*>(address);
}

void write8(std::uint64_t address, std::uint8_t value) {
  *reinterpret_cast<volatile std::uint8_t*>(address) = value;
}

void print_line(std::string_view line) {
  for (const char character : line) {
    write32(uart_dr, static_cast<std::uint8_t>(character));
  }
  write32(uart_dr, '\r');
  write32(uart_dr, '\n');
}

void check(std::string_view name, bool passed, std::string_view why) {
  Line line;
  if (passed) {
    ++passed_count;
    line << "PASS " << name;
  } else {
    ++failed_count;
    line << "FAIL " << name << ": " << why;
  }
  print_line(line.view());
}

void check_equal(std::string_view name, std::uint64_t actual, std::uint64_t expected) {
  Line why;
  why << "got " << serai::Hex{actual} << ", expected " << serai::Hex{expected};
  check(name, actual == expected, why.view());
}

void probe_finish() {
  Line line;
  line << "probe done: " << passed_count << " passed, " << failed_count << " failed";
  print_line(line.view());
  secure_call(psci_system_off);
  for (;;) {
    wait_for_interrupt();
  }
}

void expect_trap() {
  last_trap = {};
  trap_expected = true;
  // The handler reads it, of which the compiler knows nothing.
  synchronize();
}

Trap take_trap() {
  synchronize();
  trap_expected = false;
  return last_trap;
}

void set_interrupt_handler(InterruptHandler handler) {
  interrupt_handler = handler;
}

FirmwareResult secure_call(std::uint64_t x0, std::uint64_t x1, std::uint64_t x2, std::uint64_t x3) {
  register std::uint64_t r0 asm("x0") = x0;
  register std::uint64_t r1 asm("x1") = x1;
  register std::uint64_t r2 asm("x2") = x2;
  register std::uint64_t r3 asm("x3") = x3;
  asm volatile("smc #0" : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3) : : "memory");
  return {{r0, r1, r2, r3}};
}

}  // namespace probe

void serai::assertion_failed(const char* expression, const char* /*file*/, int /*line*/) noexcept {
  probe::check("own code", false, expression);
  probe::probe_finish();
}
