// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/machine.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "vmm/boot_state.hpp"
#include "vmm/guest_loader.hpp"

namespace serai::vmm {
namespace {

/// The distributor, and the windows of the PCI host beside those of devices.
constexpr std::size_t other_windows = 1 + 4;
static_assert(Bus::most_windows >= other_windows + config::most_devices + config::most_virtio_mmio);
static_assert(GuestMemory::most_regions >= config::most_memory);

/// Whether this program was built for such a machine: one vCPU, and timers where they are wired.
bool is_supported(const config::VmmBlob& blob) noexcept {
  return blob.vcpu_count == 1 && blob.virtual_timer_intid == aarch64::VirtualTimer::intid &&
         blob.physical_timer_intid == aarch64::PhysicalTimer::intid;
}

}  // namespace

[[gnu::cold]] Machine::Machine(const config::VmmView& configuration, const Ports& ports,
                               std::span<std::byte> device_memory) noexcept
    : configuration_(configuration),
      ports_(ports),
      vcpu_(ports.vcpu),
      vgic_(ports.vcpu),
      timers_(ports.vcpu, ports.clock, vgic_),
      psci_(cpus_, memory_),
      emulator_(bus_, memory_),
      timer_traps_(timers_.physical_timer()),
      system_traps_(&timer_traps_),
      device_memory_(device_memory),
      passthrough_(vgic_, ports.signals) {}

[[gnu::cold]] Result<void> Machine::build() noexcept {
  if (!is_supported(configuration_.blob())) {
    return fail(Error::unsupported);
  }
  for (const config::Memory& ram : configuration_.memory()) {
    // Safety: the tool maps `size` bytes of the guest's RAM into this program at `vmm_address`, for
    // nothing else, and config::View checked that the ranges do not overlap.
    const std::span<std::byte> bytes(reinterpret_cast<std::byte*>(ram.vmm_address), ram.size);
    if (const auto added = memory_.add(GuestAddress(ram.guest_address), bytes); !added) {
      return added;
    }
  }
  const config::VmmBlob& blob = configuration_.blob();
  const auto window =
      GuestRange::make(GuestAddress(blob.distributor_address), blob.distributor_size);
  if (!window) {
    return fail(window.error());
  }
  if (const auto attached = bus_.attach(*window, vgic_, "GIC distributor",
                                        {.doorbells = false, .self_contained = true});
      !attached) {
    return attached;
  }
  timers_.attach();
  if (const auto built =
          devices_.build(configuration_, device_memory_, bus_, vgic_, ports_.signals, ports_.clock);
      !built) {
    return built;
  }
  if (const auto built = virtio_devices_.build({.configuration = configuration_,
                                                .memory = memory_,
                                                .bus = bus_,
                                                .interrupts = vgic_,
                                                .signals = ports_.signals,
                                                .log = ports_.log,
                                                .storage = device_memory_});
      !built) {
    return built;
  }
  return passthrough_.build(configuration_.passthrough());
}

void Machine::start() noexcept {
  restart();
}

[[gnu::cold]] void Machine::restart() noexcept {
  // A vCPU that is stopped in an unanswered fault must not carry it into its next life.
  ports_.vcpu.suspend();
  bus_.reset();
  timers_.reset();
  passthrough_.reset();
  psci_.reset();
  const auto loaded = load_images(memory_, configuration_.images(), ports_.cache);
  // config::View checked that every image lies in RAM.
  SERAI_ASSERT(loaded.has_value());
  set_reset_state(ports_.vcpu, BootArguments{.entry = configuration_.blob().entry,
                                             .x0 = configuration_.blob().boot_argument});
  vcpu_.begin();
  vgic_.sync(aarch64::VcpuIs::stopped);
  state_ = VcpuState::running;
  ports_.vcpu.resume();
}

void Machine::finish_devices() noexcept {
  devices_.end_of_event();
  timers_.alarm().set(
      aarch64::Waiter::devices,
      std::min(devices_.next_deadline(), virtio_devices_.next_deadline(ports_.clock)));
}

bool Machine::resume_with_interrupts() noexcept {
  // Often an exit raised one interrupt: that and the registers can go to the hypervisor together.
  if (vcpu_.is_changed() && vgic_.has_lone_injection()) [[likely]] {
    return vcpu_.flush_and_resume_with(vgic_.take_lone_injection());
  }
  vgic_.sync(aarch64::VcpuIs::stopped);
  vcpu_.flush();
  return true;
}

bool Machine::finish_slowly(ExitAction action) noexcept {
  finish_devices();
  switch (action) {
    case ExitAction::park:
      return park();
    case ExitAction::reset:
      ports_.log.write_line("reset by the guest");
      restart();
      return false;
    case ExitAction::stop:
      vcpu_.flush();
      state_ = VcpuState::off;
      ports_.log.write_line("off");
      return false;
    case ExitAction::resume:
      break;
  }
  return resume();
}

bool Machine::park() noexcept {
  vgic_.sync(aarch64::VcpuIs::stopped);
  vcpu_.flush();
  if (timers_.decide_park() == aarch64::ParkDecision::run) {
    return true;
  }
  state_ = VcpuState::parked;
  return false;
}

bool Machine::stop(const Fatal& fatal) noexcept {
  finish_devices();
  report_crash(ports_.log, fatal, vcpu_, history_);
  state_ = VcpuState::stopped;
  return false;
}

void Machine::notified(ChannelId channel) noexcept {
  const bool is_alarm = channel == configuration_.blob().timer_channel;
  if (is_alarm) {
    devices_.on_time();
    virtio_devices_.on_time(ports_.clock);
  } else if (!passthrough_.notified(channel)) {
    devices_.notified(channel);
    virtio_devices_.notified(channel);
  }
  finish_devices();
  settle(is_alarm && timers_.rang());
}

void Machine::settle(bool timer_due) noexcept {
  switch (state_) {
    case VcpuState::running:
      vgic_.sync(aarch64::VcpuIs::running);
      return;
    case VcpuState::parked:
      vgic_.sync(aarch64::VcpuIs::stopped);
      if (timer_due || vgic_.wakes()) {
        state_ = VcpuState::running;
        timers_.resumed();
        ports_.vcpu.resume();
      }
      return;
    case VcpuState::off:
    case VcpuState::stopped:
      return;
  }
}

}  // namespace serai::vmm
