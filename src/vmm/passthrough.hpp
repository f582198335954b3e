// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <span>

#include "arch/aarch64/vgic/vgic.hpp"
#include "base/static_vector.hpp"
#include "config/layout.hpp"
#include "core/ports.hpp"

namespace serai::vmm {

/// Interrupts of the board's devices that belong to the guest. Each stays masked in the host from
/// its arrival until the guest ends it. Owns nothing it is given.
class PassthroughInterrupts final : public aarch64::EndOfInterruptListener {
 public:
  /// As many as a PD has channels.
  static constexpr std::size_t most = 62;

  PassthroughInterrupts(aarch64::Vgic& vgic, SignalPort& signals) noexcept
      : vgic_(vgic), signals_(signals) {}

  /// Once, before the first event. Errors: `no_space`.
  Result<void> build(std::span<const config::PassthroughIrq> interrupts) noexcept;

  /// Whether `channel` is one of these interrupts; if so, it has fired.
  bool notified(ChannelId channel) noexcept;

  [[nodiscard]] bool ended(std::uint32_t intid) noexcept override;

  /// Forgets what the guest's former life left unfinished.
  void reset() noexcept;

 private:
  struct Interrupt {
    std::uint32_t intid = 0;
    ChannelId channel = no_channel;
    bool in_service = false;  ///< fired, and not let go of in the host
  };

  void release(Interrupt& interrupt) noexcept;

  aarch64::Vgic& vgic_;
  SignalPort& signals_;
  StaticVector<Interrupt, most> interrupts_;
};

}  // namespace serai::vmm
