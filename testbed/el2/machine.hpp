// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "el2/thread.hpp"
#include "policy/image.hpp"
#include "policy/ready_queue.hpp"

namespace serai::testbed {

/// An interrupt of the board and the PD that it wakes.
struct IrqRoute {
  ThreadId pd = no_thread;
  std::uint8_t channel = 0;
  std::uint64_t delay_ticks = 0;  ///< of its next delivery, on request of a test
  std::uint64_t due = 0;          ///< when a delayed delivery happens, or 0
};

/// All state of the testbed. Everything runs with interrupts masked on one core, so nothing here
/// needs a lock.
struct Machine {
  static constexpr ThreadId first_vcpu = 64;

  // What every entry needs comes first, where short instructions reach it.
  Thread* current = nullptr;  ///< on whose behalf EL2 was entered; not in `ready`
  Vcpu* loaded = nullptr;     ///< whose EL1 state is in the hardware
  bool guest_active = false;  ///< the hardware is set up to run `loaded`
  /// Which of the maintenance interrupt and the virtual timer's are masked, one bit for each INTID.
  std::uint32_t masked_private = 0;
  std::uint64_t turn_start = 0;  ///< when `current`, if accounted, was last charged
  std::uint64_t exhausted_count = 0;
  std::uint64_t delayed_irqs = 0;
  ReadyQueue ready;

  std::array<Pd, most_pds> pds{};
  std::array<Vcpu, most_vcpus> vcpus{};
  std::size_t pd_count = 0;
  std::size_t vcpu_count = 0;
  std::array<IrqRoute, most_intid + 1> irqs{};

  [[nodiscard]] Thread& thread(ThreadId id) noexcept {
    if (id < first_vcpu) {
      return pds[id];
    }
    return vcpus[static_cast<std::size_t>(id - first_vcpu)];
  }
};

// NOLINTNEXTLINE(bugprone-dynamic-static-initializers): its definition is constinit
extern constinit Machine machine;

}  // namespace serai::testbed
