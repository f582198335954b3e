// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "config/layout.hpp"
#include "policy/budget.hpp"
#include "policy/list_registers.hpp"
#include "policy/ready_queue.hpp"
#include "policy/slots.hpp"

namespace serai::testbed {

/// A thread's registers in the order of seL4_UserContext, so that reading and writing a prefix is a
/// copy. entry.S knows the offsets.
using Context = std::array<std::uint64_t, 36>;

namespace place {
inline constexpr std::size_t pc = 0;
inline constexpr std::size_t sp = 1;
inline constexpr std::size_t spsr = 2;
inline constexpr std::size_t x0 = 3;  ///< to X8 at 11
inline constexpr std::size_t x1 = 4;
inline constexpr std::size_t x2 = 5;
inline constexpr std::size_t x7 = 10;
inline constexpr std::size_t x30 = 16;
}  // namespace place

enum class ThreadKind : std::uint8_t { pd, vcpu };

enum class ThreadState : std::uint8_t {
  ready,           ///< runs, or waits for the processor or for its budget
  receiving,       ///< a PD with nothing to do
  sending,         ///< its call or fault waits until the receiver is free
  awaiting_reply,  ///< its call or fault is being handled
  stopped,         ///< waits to be resumed or restarted
};

/// A fault as its message will say it; label 0 stands for none, so that a call is told from a
/// fault.
struct Fault {
  std::uint64_t label = 0;
  std::uint64_t length = 0;
  std::array<std::uint64_t, 4> words{};
};

struct Pd;

/// What PDs and vCPUs have in common. entry.S knows where the first three members are.
struct alignas(16) Thread {
  Context context{};
  std::uint64_t* ipc_buffer = nullptr;     ///< of a PD
  Thread* const* guest_threads = nullptr;  ///< of a PD: its vCPUs by id, 64 places
  std::uint64_t space = 0;                 ///< VTTBR_EL2
  Pd* peer = nullptr;                      ///< who gets its faults
  Pd* sent_to = nullptr;                   ///< while sending or awaiting a reply
  Thread* next_sender = nullptr;           ///< behind it in the queue of `sent_to`
  std::uint64_t fault_badge = 0;
  std::uint64_t call_badge = 0;  ///< of the call under way
  Fault fault;
  ThreadId id = no_thread;
  ThreadKind kind = ThreadKind::pd;
  ThreadState state = ThreadState::stopped;
  std::uint8_t priority = 0;
  /// Whether its running time matters: it has a real budget or shares its priority.
  bool accounted = false;
  bool exhausted = false;  ///< ready, but its budget comes back later
  /// Whether it is a vCPU whose VMM has a higher priority, so that it may always run instead, and
  /// nothing is accounted in a switch between the two.
  bool may_switch_fast = false;
  Budget budget;
};

static_assert(offsetof(Thread, ipc_buffer) == 288);
static_assert(offsetof(Thread, guest_threads) == 296);

struct Pd : Thread {
  std::uint64_t notifications = 0;  ///< one bit for each channel
  Thread* first_sender = nullptr;   ///< who waits to be received, the most urgent first
  Thread* reply_to = nullptr;       ///< whose call or fault it handles
  std::uint64_t drops = 0;          ///< channels that lose signals on request of a test
  SlotTable slots;
  std::array<Thread*, SlotTable::ids> guests{};
  std::array<std::uint8_t, SlotTable::ids> drop_counts{};
  config::Name name{};
};

/// The saved program status that `thread` may run with when a PD asks for `value`: a vCPU in EL0 or
/// EL1, all others in EL0. As seL4 decides it.
[[nodiscard]] constexpr std::uint64_t permitted_spsr(const Thread& thread,
                                                     std::uint64_t value) noexcept {
  constexpr std::uint64_t el0t = 0;
  constexpr std::uint64_t el1t = 4;
  constexpr std::uint64_t el1h = 5;
  constexpr std::uint64_t mode_mask = 0x1f;
  constexpr std::uint64_t condition_flags = 0xf000'0000;
  constexpr std::uint64_t fiq_and_serror_masked = 0x140;
  const std::uint64_t mode = value & mode_mask;
  if (thread.kind == ThreadKind::vcpu && (mode == el0t || mode == el1t || mode == el1h)) {
    return value;
  }
  return (value & condition_flags) | fiq_and_serror_masked;
}

/// State of a vCPU beyond its general registers. While it is loaded the hardware has the truth.
struct Vcpu : Thread {
  static constexpr std::size_t register_count = 24;
  static constexpr std::size_t exit_kinds = 9;

  std::array<std::uint64_t, register_count> registers{};  ///< by seL4_VCPUReg, but for the last
  std::uint64_t cntkctl = 0;                              ///< while the guest is not active
  std::uint64_t par = 0;
  std::uint64_t csselr = 0;
  ListRegisterShadow list_registers;
  std::uint32_t vmcr = 0;
  std::uint32_t apr = 0;
  std::uint32_t masked_private =
      0;  ///< the virtual timer's bit while its event is not acknowledged
  std::uint64_t failing_injections = 0;
  std::array<std::uint64_t, exit_kinds> exits{};
  alignas(16) std::array<std::uint64_t, 66> vectors{};
};

}  // namespace serai::testbed
