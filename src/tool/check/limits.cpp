// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "tool/check/checks.hpp"
#include "tool/check/io_plan.hpp"

namespace serai::tool {

namespace {

/// Microkit's limits: PDs in a system, channels and interrupts together in a PD.
constexpr std::size_t most_pds = 63;
constexpr std::size_t most_channels = 62;
/// The console PD and the timer PD.
constexpr std::size_t own_pds = 2;
/// The monitor of Microkit 2.0 has room for the scheduling contexts of so many PDs and VMs
/// together; its tool ends with a panic where there are more. Later SDKs have no such table.
constexpr std::size_t most_contexts = 63;
/// Interrupts of the timer PD: the timer's and its backstop's.
constexpr std::size_t timer_interrupts = 2;
/// Channels of a VMM: to the timer PD, to the console PD.
constexpr std::size_t vmm_channels = 2;

void check_vm_count(const SystemModel& model, Diagnostics& diagnostics) {
  const std::size_t count = model.vms.size();
  const auto where = [&model](std::size_t most) { return model.vms[most].name.where; };
  constexpr std::size_t most_vms = most_channels - timer_interrupts;
  constexpr std::size_t most_early_vms = (most_contexts - own_pds) / 2;
  if (count + own_pds > most_pds) {
    diagnostics.error("E0501", where(most_pds - own_pds),
                      fmt::format("{} VMs need {} protection domains; Microkit has {}", count,
                                  count + own_pds, most_pds),
                      fmt::format("have at most {} VMs", most_vms));
  } else if (count > most_vms) {
    diagnostics.error("E0502", where(most_vms),
                      fmt::format("{} VMs and {} interrupts need {} channels of the timer's "
                                  "protection domain; Microkit gives it {}",
                                  count, timer_interrupts, count + timer_interrupts, most_channels),
                      fmt::format("have at most {} VMs", most_vms));
  } else if (count > most_early_vms) {
    diagnostics.warning("W0504", where(most_early_vms),
                        fmt::format("{} VMs and {} protection domains are too many for Microkit "
                                    "2.0, which has room for {} together",
                                    count, count + own_pds, most_contexts),
                        fmt::format("have at most {} VMs, or use a later SDK", most_early_vms));
  }
}

void check_channels(const VmModel& vm, Diagnostics& diagnostics) {
  constexpr std::size_t most_devices = most_channels - vmm_channels;
  const std::size_t count = vm.passthrough.size();
  if (count > most_devices) {
    diagnostics.error("E0502", vm.passthrough[most_devices].where,
                      fmt::format("{} devices need {} channels of the VMM's protection domain; "
                                  "Microkit gives it {}",
                                  count, count + vmm_channels, most_channels),
                      fmt::format("pass at most {} devices through", most_devices));
  }
}

void check_pd_count(const CheckedSystem& system, const IoPlan& plan, Diagnostics& diagnostics) {
  const std::size_t vms = system.vms.size();
  const std::size_t pds = vms + own_pds + plan.pd_count();
  const Span& where = system.vms.back().heading;
  if (plan.pd_count() == 0) {
    return;  // check_limits has looked
  }
  if (pds > most_pds) {
    diagnostics.error("E0501", where,
                      fmt::format("{} VMs and {} disks, networks and services need {} protection "
                                  "domains; Microkit has {}",
                                  vms, plan.pd_count(), pds, most_pds),
                      "have fewer of them");
  } else if (vms + pds > most_contexts) {
    diagnostics.warning("W0504", where,
                        fmt::format("{} VMs and {} protection domains are too many for Microkit "
                                    "2.0, which has room for {} together",
                                    vms, pds, most_contexts),
                        "have fewer of them, or use a later SDK");
  }
}

/// The channels of a PD that serves many.
void check_clients(std::size_t clients, std::size_t others, const Span& where, const char* what,
                   Diagnostics& diagnostics) {
  if (clients + others > most_channels) {
    diagnostics.error("E0502", where,
                      fmt::format("{} devices lead to this {}; Microkit gives its protection "
                                  "domain {} channels",
                                  clients, what, most_channels),
                      fmt::format("have at most {}", most_channels - others));
  }
}

/// A switch learns the addresses behind so many of its ports.
void check_learning(const CheckedSystem& system, std::size_t network, Diagnostics& diagnostics) {
  constexpr std::size_t most_learning = 8;
  std::size_t count = system.networks[network].uplink ? 1 : 0;
  for (const CheckedVm& vm : system.vms) {
    for (const CheckedVirtio& device : vm.virtio) {
      const bool learns =
          device.kind == config::VirtioKind::network && device.network == network && device.any_mac;
      if (learns && ++count == most_learning + 1) {
        diagnostics.error("E0720", device.where,
                          fmt::format("the switch of \"{}\" can learn what is behind {} devices "
                                      "with `any_mac` and uplinks",
                                      system.networks[network].name, most_learning),
                          "leave `any_mac` out where no bridge is");
      }
    }
  }
}

/// Every port of a console has a channel of its own; what else there is has one each.
std::size_t device_channels(const CheckedVm& vm) {
  std::size_t count = 0;
  for (const CheckedVirtio& device : vm.virtio) {
    count += device.kind == config::VirtioKind::console ? device.queues : 1;
  }
  return count;
}

void check_vmm_channels(const CheckedVm& vm, Diagnostics& diagnostics) {
  const std::size_t count = vm.passthrough.size() + device_channels(vm);
  if (!vm.virtio.empty() && count + vmm_channels > most_channels) {
    diagnostics.error("E0502", vm.heading,
                      fmt::format("{} devices need {} channels of the VMM's protection domain; "
                                  "Microkit gives it {}",
                                  count, count + vmm_channels, most_channels),
                      fmt::format("have at most {} devices", most_channels - vmm_channels));
  }
}

/// Reports the device at which a service has more clients than channels.
class ServiceClients {
 public:
  ServiceClients(const char* service, const char* hint, Diagnostics& diagnostics)
      : service_(service), hint_(hint), diagnostics_(diagnostics) {}

  void add(std::size_t count, const Span& where) {
    const bool fitted = count_ <= most_clients;
    count_ += count;
    if (fitted && count_ > most_clients) {
      diagnostics_.error("E0502", where,
                         fmt::format("from here on, {} has too many clients; Microkit gives its "
                                     "protection domain {} channels, one of which is its device's",
                                     service_, most_channels),
                         hint_);
    }
  }

 private:
  static constexpr std::size_t most_clients = most_channels - 1;

  const char* service_;
  const char* hint_;
  Diagnostics& diagnostics_;
  std::size_t count_ = 0;
};

/// Every VM has a connection for its log and its first console, and one for each further console or
/// port.
void check_console_clients(const CheckedSystem& system, Diagnostics& diagnostics) {
  if (system.is_passed_through(system.board.console_device)) {
    return;
  }
  ServiceClients clients("the console", "have fewer consoles", diagnostics);
  clients.add(system.vms.size(), system.vms.back().heading);
  for (const CheckedVm& vm : system.vms) {
    bool is_first = !vm.pl011;
    for (const CheckedVirtio& device : vm.virtio) {
      if (device.kind == config::VirtioKind::console) {
        clients.add(device.queues - (std::exchange(is_first, false) ? 1 : 0), device.where);
      }
    }
  }
}

void check_entropy_clients(const CheckedSystem& system, Diagnostics& diagnostics) {
  ServiceClients clients("the source of random numbers", "have fewer devices with kind = \"rng\"",
                         diagnostics);
  for (const CheckedVm& vm : system.vms) {
    for (const CheckedVirtio& device : vm.virtio) {
      if (device.kind == config::VirtioKind::entropy) {
        clients.add(1, device.where);
      }
    }
  }
}

/// Where the first device of a kind is written; there is one.
Span first_device(const CheckedSystem& system, config::VirtioKind kind) {
  for (const CheckedVm& vm : system.vms) {
    const auto device = std::ranges::find(vm.virtio, kind, &CheckedVirtio::kind);
    if (device != vm.virtio.end()) {
      return device->where;
    }
  }
  return {};
}

/// The supervisor, the sockets and switches with a rate ask the timer PD as VMMs do.
void check_timer_clients(const CheckedSystem& system, const IoPlan& plan,
                         Diagnostics& diagnostics) {
  if (!plan.own_timer) {
    return;
  }
  std::size_t clients = system.vms.size() + (plan.has_supervisor() ? 1 : 0);
  if (plan.has_supervisor() && clients + timer_interrupts == most_channels + 1) {
    diagnostics.error("E0502", system.disks[plan.disks.front()].heading,
                      fmt::format("{} VMs and the supervisor of disks need the timer; Microkit "
                                  "gives its protection domain {} channels",
                                  system.vms.size(), most_channels),
                      "have fewer VMs, or disks in memory");
  }
  clients += plan.sockets ? 1 : 0;
  if (plan.sockets && clients + timer_interrupts == most_channels + 1) {
    diagnostics.error("E0502", first_device(system, config::VirtioKind::socket),
                      fmt::format("{} VMs and services, sockets among them, need the timer; "
                                  "Microkit gives its protection domain {} channels",
                                  clients, most_channels),
                      "have fewer VMs, or no devices with kind = \"vsock\"");
  }
  for (const std::size_t network : plan.networks) {
    const bool limited = std::ranges::any_of(system.vms, [network](const CheckedVm& vm) {
      return std::ranges::any_of(vm.virtio, [network](const CheckedVirtio& device) {
        return device.kind == config::VirtioKind::network && device.network == network &&
               device.rate_bits_per_second != 0;
      });
    });
    clients += limited ? 1 : 0;
    if (limited && clients + timer_interrupts == most_channels + 1) {
      diagnostics.error("E0502", system.networks[network].heading,
                        fmt::format("{} VMs and networks with a rate need the timer; Microkit "
                                    "gives its protection domain {} channels",
                                    clients, most_channels),
                        "have fewer VMs, or fewer networks with a `rate`");
    }
  }
}

}  // namespace

void check_virtio_limits(const CheckedSystem& system, Diagnostics& diagnostics) {
  if (diagnostics.has_errors()) {
    return;
  }
  const IoPlan plan = plan_io(system);
  check_pd_count(system, plan, diagnostics);
  for (const std::size_t disk : plan.disks) {
    check_clients(count_users(system, config::VirtioKind::block, disk), 1,
                  system.disks[disk].heading, "disk", diagnostics);
  }
  for (const std::size_t network : plan.networks) {
    // One for the timer, which a switch asks where a device has a rate.
    check_clients(count_users(system, config::VirtioKind::network, network),
                  system.networks[network].uplink ? 2 : 1, system.networks[network].heading,
                  "network", diagnostics);
    check_learning(system, network, diagnostics);
  }
  for (const CheckedVm& vm : system.vms) {
    check_vmm_channels(vm, diagnostics);
  }
  check_console_clients(system, diagnostics);
  check_entropy_clients(system, diagnostics);
  check_timer_clients(system, plan, diagnostics);
}

void check_limits(const SystemModel& model, Diagnostics& diagnostics) {
  check_vm_count(model, diagnostics);
  for (const VmModel& vm : model.vms) {
    check_channels(vm, diagnostics);
  }
}

}  // namespace serai::tool
