// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/format.h>

#include "base/bits.hpp"
#include "tool/check/checks.hpp"
#include "tool/check/files.hpp"
#include "tool/check/mac.hpp"

namespace serai::tool {

namespace {

bool is_external(const CheckedSystem& system, const CheckedVirtio& device) {
  return (device.kind == config::VirtioKind::block && device.disk < system.disks.size() &&
          system.disks[device.disk].external) ||
         (device.kind == config::VirtioKind::network && device.network < system.networks.size() &&
          system.networks[device.network].external);
}

/// The first key or table that asks for an external system.
std::optional<Span> first_wish(const SystemModel& model, const CheckedSystem& system) {
  for (const auto& key : {model.external_console, model.external_timer}) {
    if (key && key->value) {
      return key->where;
    }
  }
  for (const CheckedVm& vm : system.vms) {
    for (const CheckedVirtio& device : vm.virtio) {
      if (is_external(system, device)) {
        return device.where;
      }
    }
  }
  return std::nullopt;
}

/// Reads the connections that a VM needs.
class ClientChecker {
 public:
  ClientChecker(const CheckedSystem& system, const CheckedExternal& external, const CheckedVm& vm,
                Diagnostics& diagnostics)
      : system_(system), external_(external), vm_(vm), diagnostics_(diagnostics) {}

  ExternalClient check() {
    if (external_.console && has_console()) {
      client_.serial = read(vm_.heading, &ExternalClientReader::serial);
    }
    if (external_.timer) {
      client_.timer_channel = read(vm_.heading, &ExternalClientReader::timer);
    }
    for (const CheckedVirtio& device : vm_.virtio) {
      if (!is_external(system_, device)) {
        continue;
      }
      if (device.kind == config::VirtioKind::block) {
        client_.blocks = read(device.where, &ExternalClientReader::blocks);
      } else {
        client_.packets = read(device.where, &ExternalClientReader::packets);
      }
    }
    return client_;
  }

 private:
  [[nodiscard]] bool has_console() const {
    return vm_.pl011 || std::ranges::find(vm_.virtio, config::VirtioKind::console,
                                          &CheckedVirtio::kind) != vm_.virtio.end();
  }

  template <class T>
  std::optional<T> read(const Span& where, std::optional<T> (ExternalClientReader::*part)()) {
    const std::string name = vm_.name + "_vmm";
    const ExternalDomain* const domain = external_.model.find_domain(name);
    if (domain == nullptr) {
      if (!is_told_) {
        diagnostics_.error(
            "E0802", where,
            fmt::format("{} has no protection domain \"{}\" to connect this VM with",
                        external_.model.file->name(), name),
            "a domain of that name stands for the VM's VMM: make it a client of what serves it");
      }
      is_told_ = true;
      return std::nullopt;
    }
    ExternalClientReader reader(external_.model, *domain, external_.folder, where, diagnostics_);
    return (reader.*part)();
  }

  const CheckedSystem& system_;
  const CheckedExternal& external_;
  const CheckedVm& vm_;
  Diagnostics& diagnostics_;
  ExternalClient client_;
  bool is_told_ = false;
};

/// That every program is there and every VMM's stand-in has a VM.
void check_domains(const CheckedSystem& system, CheckedExternal& external,
                   Diagnostics& diagnostics) {
  for (const ExternalDomain& domain : external.model.domains) {
    const bool stands_for_vmm = std::ranges::any_of(
        system.vms, [&domain](const CheckedVm& vm) { return domain.name == vm.name + "_vmm"; });
    if (stands_for_vmm) {
      if (!domain.interrupts.empty()) {
        diagnostics.error(
            "E0801", domain.interrupts.front().where,
            fmt::format("{} stands for a VMM, which takes no interrupt from here", domain.name),
            "give devices to a VM with [[vm.NAME.passthrough]]");
      }
      continue;
    }
    const Located<std::string> program{domain.program, domain.where};
    static_cast<void>(
        find_file(program, fmt::format("program of \"{}\"", domain.name), diagnostics));
  }
}

/// What lies in the board's window is the external system's from its lowest region on.
void take_window(const ExternalModel& model, Board& board) {
  const std::uint64_t start = board.window_address;
  std::uint64_t end = start + board.window_size;
  for (const ExternalRegion& region : model.regions) {
    if (region.physical && *region.physical < end && *region.physical + region.size > start) {
      end = std::max(start, align_down(*region.physical, large_page));
    }
  }
  board.window_size = end - start;
}

void check_rates(const CheckedSystem& system, Diagnostics& diagnostics) {
  for (const CheckedVm& vm : system.vms) {
    for (const CheckedVirtio& device : vm.virtio) {
      if (device.rate_bits_per_second != 0) {
        diagnostics.error("E0805", device.where,
                          "a switch with a rate needs Serai's timer, and the timer is external",
                          "leave `rate` out, or keep the timer: timer = \"serai\"");
      }
    }
  }
}

void check_ports(const CheckedSystem& system, Diagnostics& diagnostics) {
  for (const CheckedVm& vm : system.vms) {
    for (const CheckedVirtio& device : vm.virtio) {
      if (device.kind == config::VirtioKind::console && device.queues > 1) {
        diagnostics.error("E0805", device.where,
                          "ports beside the first lead to Serai's console, which is external",
                          "leave `ports` out, or keep the console: console = \"serai\"");
      }
    }
  }
}

}  // namespace

void check_external(const SystemModel& model, CheckedSystem& system, Diagnostics& diagnostics) {
  if (!model.external) {
    if (const auto where = first_wish(model, system)) {
      diagnostics.error("E0804", *where, "there is no external system that could serve this",
                        "name its description: [system] with external = \"FILE.system\"");
    }
    return;
  }
  const auto path = find_file(*model.external, "system description", diagnostics);
  if (!path) {
    return;
  }
  const auto file = SourceFile::read(*path);
  if (!file) {
    diagnostics.error("E0403", model.external->where,
                      fmt::format("the system description \"{}\" cannot be read: {}",
                                  model.external->value, file.error()));
    return;
  }
  auto description = read_external(*file, diagnostics);
  if (!description) {
    return;
  }
  CheckedExternal external;
  external.where = model.external->where;
  external.model = std::move(*description);
  external.folder = path->parent_path();
  external.console = model.external_console && model.external_console->value;
  external.timer = model.external_timer && model.external_timer->value;
  check_domains(system, external, diagnostics);
  if (external.timer) {
    check_rates(system, diagnostics);
  }
  if (external.console) {
    check_ports(system, diagnostics);
  }
  for (CheckedVm& vm : system.vms) {
    external.clients.push_back(ClientChecker(system, external, vm, diagnostics).check());
    const auto& packets = external.clients.back().packets;
    const auto device = std::ranges::find_if(vm.virtio, [&system](const CheckedVirtio& candidate) {
      return candidate.kind == config::VirtioKind::network && is_external(system, candidate);
    });
    if (packets && device != vm.virtio.end()) {
      device->mac = packets->mac;
    }
  }
  take_window(external.model, system.board);
  system.external = std::move(external);
}

}  // namespace serai::tool
