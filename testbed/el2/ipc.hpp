// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "el2/thread.hpp"

namespace serai::testbed {

/// Labels of fault messages (seL4_Fault_tag).
namespace fault_label {
inline constexpr std::uint64_t capability = 1;
inline constexpr std::uint64_t unknown_system_call = 2;
inline constexpr std::uint64_t user_exception = 3;
inline constexpr std::uint64_t memory = 6;
inline constexpr std::uint64_t vgic_maintenance = 7;
inline constexpr std::uint64_t vcpu = 8;
inline constexpr std::uint64_t vppi_event = 9;
}  // namespace fault_label

/// Fields of a message info word.
namespace message_info {
constexpr std::uint64_t make(std::uint64_t label, std::uint64_t length) noexcept {
  return (label << 12) | length;
}

constexpr std::uint64_t label(std::uint64_t info) noexcept {
  return info >> 12;
}

/// At most 120, whatever a PD has written.
constexpr std::uint64_t length(std::uint64_t info) noexcept {
  constexpr std::uint64_t most = 120;
  const std::uint64_t length = info & 0x7f;
  return length < most ? length : most;
}
}  // namespace message_info

/// How many message registers travel in X2 to X5.
inline constexpr std::size_t words_in_registers = 4;

/// Message register `index` of `pd`, which is not running: in its context or its IPC buffer.
[[nodiscard]] std::uint64_t& message_word(Pd& pd, std::size_t index) noexcept;

/// Sets the bit of `channel` in the notification word of `pd` and wakes it if it waits.
void signal(Pd& pd, unsigned channel) noexcept;

/// `caller`, which is current, calls `server` and waits for the reply.
void call(Pd& caller, Pd& server, unsigned channel) noexcept;

/// Answers whoever `pd` was last handed a call or fault of, with the message in its registers.
void reply(Pd& pd) noexcept;

/// Gives `pd`, which is current, the next event or lets it wait for one. Whoever still waits for
/// its reply is stopped, as on seL4.
void receive(Pd& pd) noexcept;

/// The same, but does not wait: without an event the badge is zero.
void poll(Pd& pd) noexcept;

/// Stops `thread` and sends `fault` to the PD that handles its faults; without one it is reported.
void raise_fault(Thread& thread, const Fault& fault) noexcept;

/// Takes `thread` out of whatever it waits for and stops it.
void suspend(Thread& thread) noexcept;

/// Lets a thread that is not ready run from its context's PC.
void resume_thread(Thread& thread) noexcept;

}  // namespace serai::testbed
