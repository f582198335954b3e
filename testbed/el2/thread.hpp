// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "config/layout.hpp"
#include "policy/budget.hpp"
#include "policy/context.hpp"
#include "policy/list_registers.hpp"
#include "policy/notifications.hpp"
#include "policy/ready_queue.hpp"
#include "policy/slots.hpp"

namespace serai::testbed {

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
  Notifications notifications;
  Thread* first_sender = nullptr;  ///< who waits to be received, the most urgent first
  Thread* reply_to = nullptr;      ///< whose call or fault it handles
  SlotTable slots;
  std::array<Thread*, SlotTable::ids> guests{};
  config::Name name{};
};

/// State of a vCPU beyond its general registers. While it is loaded the hardware has the truth.
struct Vcpu : Thread {
  static constexpr std::size_t register_count = 24;
  static constexpr std::size_t exit_kinds = 9;

  std::array<std::uint64_t, register_count> registers{};  ///< by seL4_VCPUReg, but for the last
  std::uint64_t cntkctl = 0;                              ///< while the guest is not active
  std::uint64_t par = 0;
  std::uint64_t mdscr = 0;
  std::uint64_t csselr = 0;
  ListRegisterShadow list_registers;
  std::uint32_t vmcr = 0;
  std::uint32_t apr = 0;
  std::uint32_t masked_private =
      0;  ///< the virtual timer's bit while its event is not acknowledged
  /// Whether its SCTLR_EL1 and MDSCR_EL1 would disturb PDs and are not in the hardware, although it
  /// is loaded.
  bool set_aside = false;
  /// What `may_switch_fast` is while nothing is set aside.
  bool has_fast_switch = false;
  std::uint64_t failing_injections = 0;
  std::array<std::uint64_t, exit_kinds> exits{};
  alignas(16) std::array<std::uint64_t, 66> vectors{};
};

}  // namespace serai::testbed
