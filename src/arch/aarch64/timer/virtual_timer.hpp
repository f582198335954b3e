// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "arch/aarch64/vcpu_port.hpp"
#include "arch/aarch64/vgic/listeners.hpp"
#include "arch/aarch64/vgic/vgic.hpp"

namespace serai::aarch64 {

/// The EL1 virtual timer (CNTV_*), which the guest owns. The hypervisor reports that its wire is
/// high by an event, and masks it until it is acknowledged; it does neither while the vCPU is not
/// loaded. The wire stays high here from the event until the guest has ended the interrupt.
///
/// Does not own the port or the interrupt controller.
class VirtualTimer final : public EndOfInterruptListener, public LevelSource {
 public:
  static constexpr std::uint32_t intid = 27;

  VirtualTimer(VcpuPort& port, Vgic& vgic) noexcept : port_(port), vgic_(vgic) {}

  /// Lets the interrupt controller know this timer. Once, before the first event.
  void attach() noexcept {
    vgic_.attach(intid, static_cast<EndOfInterruptListener&>(*this));
    vgic_.attach(intid, static_cast<LevelSource&>(*this));
  }

  /// The hypervisor's event that the wire is high. It stays masked until `ended`.
  void fired() noexcept {
    if (!vgic_.raise_at_once(intid)) {
      vgic_.set_level(intid, true);
    }
  }

  /// If the wire is still high, the next event follows as soon as the guest runs.
  [[nodiscard]] bool ended(std::uint32_t which) noexcept override {
    port_.acknowledge_private_interrupt(which);
    return false;
  }

  /// Looks at the timer of the stopped vCPU.
  [[nodiscard]] bool sample(std::uint32_t which) noexcept override;

  /// When the wire will rise, as a value of CNTVCT_EL0 past which it is high.
  struct Expiry {
    bool armed = false;         ///< enabled and not masked
    std::uint64_t compare = 0;  ///< CNTV_CVAL_EL0
    std::uint64_t offset = 0;   ///< CNTVOFF_EL2: CNTPCT less CNTVCT
  };

  /// Reads the timer of a stopped vCPU.
  // Guest-controlled: all of the result but the offset.
  [[nodiscard]] Expiry expiry() noexcept;

  /// Switched off, its wire low and unmasked. The vCPU is stopped.
  void reset() noexcept;

 private:
  VcpuPort& port_;
  Vgic& vgic_;
};

}  // namespace serai::aarch64
