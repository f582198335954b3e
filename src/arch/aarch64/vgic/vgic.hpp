// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "arch/aarch64/vcpu_port.hpp"
#include "arch/aarch64/vgic/distributor.hpp"
#include "arch/aarch64/vgic/gicd.hpp"
#include "arch/aarch64/vgic/list_registers.hpp"
#include "core/interrupt_controller.hpp"
#include "core/mmio_device.hpp"

namespace serai::aarch64 {

/// Whether a vCPU may be executing its guest, or have an exit under way that nobody saw yet.
enum class VcpuIs : std::uint8_t {
  stopped,  ///< in an exit that is being handled, parked, or suspended
  running,
};

/// A GICv2 (ARM IHI 0048B) of one vCPU: the distributor is emulated, the CPU interface is the
/// hardware's own (GICV), and interrupts go from one to the other through list registers.
///
/// Register accesses and lines only change state; `sync` then talks to the hypervisor. What is
/// known of an interrupt in a list register, and what follows: docs/design/vgic.md. Does not own
/// the port.
class Vgic final : public MmioDevice, public InterruptController {
 public:
  explicit Vgic(VcpuPort& port) noexcept : port_(port) {}

  /// A wire of a PPI or SPI changed. Numbers that have none are ignored.
  void set_level(std::uint32_t intid, bool high) noexcept override {
    distributor_.set_line(intid, high);
  }

  /// `set_level(intid, true)` and `sync` in one, for a PPI or SPI that has to be quick. False, and
  /// nothing done, unless the interrupt can be handed over now and nothing else waits.
  [[nodiscard]] bool raise_at_once(std::uint32_t intid) noexcept {
    if (lists_.full()) {
      return false;
    }
    const Distributor::Urgent urgent = distributor_.raise_alone(intid);
    if (urgent.intid == Distributor::intid_count) {
      return false;
    }
    if (!lists_.put(port_, urgent.intid, urgent.priority, urgent.group)) [[unlikely]] {
      distributor_.released_unseen(intid);
      return false;
    }
    return true;
  }

  /// Brings list registers in line with the state. Call at the end of each event. Interrupts are
  /// taken back only from a vCPU that is stopped: else the end of one might be on its way already
  /// and be taken for that of the next one in the same list register.
  void sync(VcpuIs vcpu) noexcept {
    if (distributor_.work() != 0) {
      work(vcpu);
    }
  }

  /// Whether `sync` has something to do.
  [[nodiscard]] bool has_work() const noexcept { return distributor_.work() != 0; }

  /// Whether all that `sync` would do is to hand over one interrupt, and that cannot fail.
  [[nodiscard]] bool has_lone_injection() const noexcept {
    return lists_.has_proven() && distributor_.has_lone();
  }

  /// Counts that interrupt as handed over; the caller does the injection.
  [[nodiscard]] Injection take_lone_injection() noexcept {
    const Distributor::Urgent next = distributor_.take_lone();
    return lists_.place(next.intid, next.priority, next.group);
  }

  /// A maintenance event: the interrupt in list register `index` has ended; negative where the
  /// hypervisor could not tell. `sync` follows.
  void maintenance(std::int64_t index) noexcept {
    if (index < 0 || index >= std::int64_t{ListRegisters::most}) {
      return;
    }
    const std::uint32_t intid = lists_.end(static_cast<std::uint32_t>(index));
    if (intid != ListRegisters::nothing) {
      distributor_.released(intid);
    }
  }

  /// Whether an interrupt waits for the vCPU, so that WFI falls through; the guest's own masks do
  /// not matter. Meant for after `sync`.
  [[nodiscard]] bool wakes() const noexcept { return distributor_.work() != 0 || lists_.in_use(); }

  /// Whether `intid` would reach the vCPU if its wire rose now.
  [[nodiscard]] bool forwards(std::uint32_t intid) const noexcept {
    return intid < Distributor::intid_count &&
           ((distributor_.word(intid / 32).allowed >> (intid % 32)) & 1) != 0;
  }

  /// Tells `listener`, which outlives this object, about the ends of PPI or SPI `intid`.
  void attach(std::uint32_t intid, EndOfInterruptListener& listener) noexcept {
    distributor_.attach(intid, listener);
  }

  /// Makes reads of the pending state of `ppi` ask `source`, which outlives this object.
  void attach(std::uint32_t ppi, LevelSource& source) noexcept { distributor_.attach(ppi, source); }

  /// Where registers are; further on the window reads as zero and ignores writes.
  static constexpr std::uint64_t register_bytes = gicd::page_bytes;

  // Accesses of a word, which every register allows; `offset` is a multiple of 4 below
  // `register_bytes`.
  // Guest-controlled: offset, value.
  [[nodiscard]] std::uint32_t read_word(std::uint64_t offset) noexcept {
    return gicd::read_word(distributor_, offset);
  }

  void write_word(std::uint64_t offset, std::uint32_t value) noexcept {
    gicd::write_word(distributor_, offset, value);
  }

  // Guest-controlled: offset, size.
  [[nodiscard]] Result<std::uint64_t> read(std::uint64_t offset, AccessSize size) noexcept override;

  // Guest-controlled: offset, size, value.
  [[nodiscard]] Result<void> write(std::uint64_t offset, AccessSize size,
                                   std::uint64_t value) noexcept override;

  /// Power-on state, also of the list registers; the vCPU is stopped. Wires keep their levels, as
  /// their owners lower them. An interrupt that the hypervisor does not let go of stays in its list
  /// register until a maintenance event reports its end.
  void reset() noexcept override;

  [[nodiscard]] const Distributor& distributor() const noexcept { return distributor_; }

  [[nodiscard]] const ListRegisters& list_registers() const noexcept { return lists_; }

 private:
  void work(VcpuIs vcpu) noexcept;
  void work_on(VcpuIs vcpu) noexcept;
  void take_back_stale() noexcept;
  /// Whether there was something to hand over.
  bool hand_over_next() noexcept;

  VcpuPort& port_;
  Distributor distributor_;
  ListRegisters lists_;
};

}  // namespace serai::aarch64
