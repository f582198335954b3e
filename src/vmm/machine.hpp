// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "arch/aarch64/exit/emulate.hpp"
#include "arch/aarch64/exit/system_traps.hpp"
#include "arch/aarch64/psci/psci.hpp"
#include "arch/aarch64/timer/timers.hpp"
#include "arch/aarch64/vcpu.hpp"
#include "arch/aarch64/vgic/vgic.hpp"
#include "config/view.hpp"
#include "core/bus.hpp"
#include "core/exit_action.hpp"
#include "core/guest_memory.hpp"
#include "core/ports.hpp"
#include "vmm/crash_report.hpp"
#include "vmm/device_catalogue.hpp"
#include "vmm/exit_history.hpp"
#include "vmm/passthrough.hpp"
#include "vmm/timer_traps.hpp"
#include "vmm/virtio_devices.hpp"

namespace serai::vmm {

/// All that a machine asks of its platform. Owned by the program; outlives the machine.
struct Ports {
  aarch64::VcpuPort& vcpu;
  SignalPort& signals;
  ClockPort& clock;
  CachePort& cache;
  LogPort& log;
};

/// What a vCPU does between events.
enum class VcpuState : std::uint8_t {
  running,  ///< in the guest, or about to be
  parked,   ///< waits for an interrupt, without using the processor
  off,      ///< switched off by the guest
  stopped,  ///< ended by something that the guest cannot survive
};

/// One guest: its memory, devices, interrupt controller and vCPU, and their life cycle. Single
/// threaded: every function runs to completion before the next event.
class Machine {
 public:
  /// `configuration` was checked and outlives the machine, as does `device_memory`, which begins at
  /// a multiple of `Arena::alignment` and holds as much as the configuration says.
  Machine(const config::VmmView& configuration, const Ports& ports,
          std::span<std::byte> device_memory) noexcept;

  /// Builds memory, bus and devices. Once, before `start`. An error means that the configuration is
  /// not one that the tool made.
  Result<void> build() noexcept;

  /// Starts the guest, from power-on state and pristine images.
  void start() noexcept;

  /// A channel of this PD was signalled.
  void notified(ChannelId channel) noexcept;

  // For the exit handler, while the vCPU is in an exit.

  [[nodiscard]] aarch64::Vcpu& vcpu() noexcept { return vcpu_; }

  [[nodiscard]] Bus& bus() noexcept { return bus_; }

  [[nodiscard]] const GuestMemory& memory() const noexcept { return memory_; }

  /// Where the guest sees the distributor; empty if the configuration is nonsense.
  [[nodiscard]] GuestRange distributor() const noexcept {
    const config::VmmBlob& blob = configuration_.blob();
    return GuestRange::make(GuestAddress(blob.distributor_address), blob.distributor_size)
        .value_or(GuestRange());
  }

  [[nodiscard]] aarch64::Vgic& vgic() noexcept { return vgic_; }

  [[nodiscard]] aarch64::Timers& timers() noexcept { return timers_; }

  [[nodiscard]] aarch64::Psci& psci() noexcept { return psci_; }

  [[nodiscard]] aarch64::Emulator& emulator() noexcept { return emulator_; }

  [[nodiscard]] aarch64::SystemTraps& system_traps() noexcept { return system_traps_; }

  [[nodiscard]] ExitHistory& history() noexcept { return history_; }

  [[nodiscard]] LogPort& log() noexcept { return ports_.log; }

  [[nodiscard]] config::UnclaimedPolicy unclaimed_policy() const noexcept {
    return configuration_.blob().unclaimed;
  }

  /// Passes on what devices produced, and asks for the alarm that the first of them needs.
  void finish_devices() noexcept;

  /// The guest's timer ticks. A guest that waits for a device whose back end has died may neither
  /// rest nor touch anything else; here it is noticed.
  void look_after_devices() noexcept {
    if (virtio_devices_.are_watched()) {
      finish_devices();
    }
  }

  /// Ends an exit after which the vCPU runs on; what the function of FaultSink must return.
  bool resume() noexcept {
    if (vgic_.has_work()) {
      return resume_with_interrupts();
    }
    vcpu_.flush();
    return true;
  }

  /// The same after an access to a window, whose device may have work of its own to finish.
  bool resume_after_access(const Bus::Window& window) noexcept {
    finish_access(window);
    return resume();
  }

  /// The part of it that is about the device.
  void finish_access(const Bus::Window& window) noexcept {
    if (!window.traits.self_contained) {
      finish_devices();
    }
  }

  /// Ends an exit with `action`; whether the vCPU runs on now.
  bool finish(ExitAction action) noexcept {
    return action == ExitAction::resume ? resume() : finish_slowly(action);
  }

  /// Ends the guest with a report; it runs again only after a reset from outside. Always false.
  bool stop(const Fatal& fatal) noexcept;

  /// Bytes that the devices took.
  [[nodiscard]] std::size_t device_memory_used() const noexcept { return device_memory_.used(); }

  [[nodiscard]] VcpuState state() const noexcept { return state_; }

 private:
  bool resume_with_interrupts() noexcept;
  bool finish_slowly(ExitAction action) noexcept;
  bool park() noexcept;
  void restart() noexcept;
  void settle(bool timer_due) noexcept;

  const config::VmmView& configuration_;
  Ports ports_;
  // What every exit touches comes first, where the compiler reaches it in one instruction.
  ExitHistory history_;
  aarch64::Vcpu vcpu_;
  aarch64::Vgic vgic_;
  GuestMemory memory_;
  Bus bus_;
  aarch64::Timers timers_;
  aarch64::SingleCpu cpus_;
  aarch64::Psci psci_;
  aarch64::Emulator emulator_;
  TimerTraps timer_traps_;
  aarch64::SystemTraps system_traps_;
  DeviceMemory device_memory_;
  Devices devices_;
  VirtioDevices virtio_devices_;
  PassthroughInterrupts passthrough_;
  VcpuState state_ = VcpuState::off;
};

}  // namespace serai::vmm
