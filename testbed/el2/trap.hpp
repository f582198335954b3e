// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#include "el2/thread.hpp"

namespace serai::testbed {

/// Kinds of exit, in the order of testbed_exit_kind (testbed_control.h).
enum class Exit : std::uint8_t {
  memory_fault,
  wfi,
  smc,
  hvc,
  system_register,
  other_trap,
  maintenance,
  virtual_timer,
  interrupt,
};

inline void count(Vcpu& vcpu, Exit exit) noexcept {
  std::uint64_t* const exits = vcpu.exits.data();
  ++exits[static_cast<std::size_t>(exit)];
}

/// What a guest's exception with the syndrome ESR_EL2 counts as; not for interrupts.
[[nodiscard]] Exit exit_of(std::uint64_t syndrome) noexcept;

[[nodiscard]] bool is_instruction_abort(std::uint64_t syndrome) noexcept;

/// The guest-physical address of an abort that was just taken.
[[nodiscard]] std::uint64_t guest_physical_address() noexcept;

/// A synchronous exception of `thread`, all of whose registers are saved. Returns who runs next.
extern "C" Thread& handle_trap(Thread& thread) noexcept;

/// An interrupt while `thread` ran.
extern "C" Thread& handle_interrupt(Thread& thread) noexcept;

/// An exception that only a broken testbed or machine can raise.
extern "C" [[noreturn]] void handle_unexpected(std::uint64_t vector) noexcept;

}  // namespace serai::testbed
