// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <string_view>

#include "arch/aarch64/exit/syndrome.hpp"
#include "arch/aarch64/vcpu.hpp"
#include "core/bus.hpp"
#include "core/guest_memory.hpp"

namespace serai::aarch64 {

/// What `Emulator::emulate` did.
enum class EmulationOutcome : std::uint8_t {
  done,       ///< the instruction took effect, the PC is behind it
  retry,      ///< nothing changed: the guest changed under our eyes and is to try again
  injected,   ///< the vCPU enters an exception of its own EL1
  unclaimed,  ///< no device or RAM answers; the vCPU is as it was
};

/// The outcome and, for people, why. All but `unclaimed` resume the vCPU.
struct Emulation {
  EmulationOutcome outcome = EmulationOutcome::done;
  std::string_view reason;            ///< empty for `done`
  std::uint64_t virtual_address = 0;  ///< of the element nobody claims
};

/// What an access that nobody claims does to the instruction.
enum class Unclaimed : std::uint8_t {
  report,        ///< `EmulationOutcome::unclaimed`
  read_as_zero,  ///< loads give zero, stores are dropped
};

/// Carries out instructions whose data aborts have no valid syndrome (pairs, write-back), by
/// reading them through the guest's own translation. One for each vCPU. Owns neither bus nor
/// memory.
class Emulator {
 public:
  Emulator(Bus& bus, const GuestMemory& memory) noexcept : bus_(bus), memory_(memory) {}

  /// Serves `abort`, a data abort from the guest at guest-physical `address`, with `vcpu` at the
  /// instruction. Elements in RAM are copied, others go to the bus. What cannot be carried out
  /// becomes a data abort in the guest:
  ///   - SIMD and SVE registers, which seL4 does not show, cache instructions, A32 and T32
  ///     instructions, single elements across a page: a synchronous external abort;
  ///   - exclusive and atomic accesses: an unsupported exclusive or atomic access (0x35);
  ///   - the second page of a pair: the fault its own translation raises.
  /// Cache maintenance by address (CM) of something that has no cache is done when skipped.
  // Guest-controlled: abort, address.
  [[nodiscard]] Emulation emulate(Vcpu& vcpu, DataAbort abort, GuestAddress address,
                                  Unclaimed unclaimed = Unclaimed::report) noexcept;

 private:
  [[nodiscard]] Emulation attempt(Vcpu& vcpu, DataAbort abort, GuestAddress address,
                                  Unclaimed unclaimed) noexcept;

  Bus& bus_;
  const GuestMemory& memory_;
  std::uint64_t retried_pc_ = 0;
  std::uint32_t retries_ = 0;  ///< in a row, at `retried_pc_`
};

}  // namespace serai::aarch64
