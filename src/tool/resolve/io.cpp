// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/io.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "tool/emit/config_blob.hpp"
#include "tool/resolve/parts.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t page = 0x1000;
/// Above every VMM (201 at most), so that no guest can keep others from their packets; drivers
/// above those that they serve.
constexpr std::uint32_t service_priority = 210;
constexpr std::uint32_t driver_priority = 220;
/// Above its children: it must have seen them before they run, and a child that crashes again and
/// again must not keep it from its work.
constexpr std::uint32_t supervisor_priority = 230;

std::size_t add_pd(SystemBuilder& builder, std::string name, Program program,
                   std::uint32_t priority) {
  Schedule schedule;
  schedule.priority = priority;
  return builder.add_pd(std::move(name), program, schedule);
}

/// Attaches what a PD reads when it starts; its name in there is that of the PD.
template <class Configuration>
void attach_configuration(SystemBuilder& builder, std::size_t pd, Configuration configuration) {
  configuration.name = builder.pd(pd).name;
  builder.pd(pd).attachments.push_back(
      {"configuration", config::blob_address, compile(configuration)});
}

/// Gives drivers their devices, in order.
class Devices {
 public:
  Devices(SystemBuilder& builder, const Board& board, DeviceSpace& space)
      : builder_(builder), board_(board), space_(space) {}

  /// The next of the board's places for VirtIO devices belongs to `pd`; `device` says what QEMU
  /// puts there.
  config::BoardVirtio give(std::size_t pd, QemuDevice device) {
    const VirtioSlot& slot = board_.virtio_slots.at(next_++);
    const BoardDevice& registers = *board_.find_device(slot.device);
    device.bus = slot.bus;
    builder_.system().qemu_devices.push_back(std::move(device));
    config::BoardVirtio given{};
    given.registers = builder_.map_device(pd, builder_.add_region(device_region(registers))) +
                      registers.address % page;
    given.channel = builder_.add_interrupt(pd, registers.intid, registers.trigger, registers.name);
    MemoryRegion memory;
    memory.name = region_name(builder_.pd(pd).name) + "_dma";
    memory.size = driver_dma_bytes;
    memory.physical = space_.take(driver_dma_bytes);
    memory.what = "queues and headers of " + registers.name;
    given.dma_physical = *memory.physical;
    given.dma_size = memory.size;
    given.dma = builder_.map_queue(pd, builder_.add_region(std::move(memory)), read_write);
    return given;
  }

 private:
  SystemBuilder& builder_;
  const Board& board_;
  DeviceSpace& space_;
  std::size_t next_ = 0;
};

void finish_disks(SystemBuilder& builder, const CheckedSystem& system, IoParts& io,
                  Devices& devices) {
  for (const std::size_t index : io.plan.disks) {
    const CheckedDisk& disk = system.disks[index];
    auto& part = io.disks.at(index);
    BlockConfiguration configuration;
    QemuDevice device;
    device.kind = QemuDeviceKind::disk;
    device.id = builder.pd(part.pd).name;
    device.file = disk.file;
    device.read_only = disk.read_only;
    configuration.fixed.device = devices.give(part.pd, std::move(device));
    configuration.clients = part.clients;
    configuration.fixed.crash_after = disk.crash_after;
    attach_configuration(builder, part.pd, configuration);
  }
}

/// Makes a PD a client of the timer PD; its channel.
std::uint32_t connect_timer(SystemBuilder& builder, std::size_t pd, std::size_t timer_pd) {
  Channel& timer = builder.connect(pd, timer_pd, "time and alarms");
  timer.a.may_notify = false;
  timer.a.may_call = true;
  return timer.a.id;
}

/// Puts a PD under the supervisor.
void adopt(SystemBuilder& builder, ServicePart<config::SupervisorChild>& supervisor,
           std::size_t pd) {
  const auto id = static_cast<std::uint32_t>(supervisor.clients.size());
  builder.pd(pd).parent = Parent{.pd = supervisor.pd, .id = id};
  supervisor.clients.push_back({.name = blob_name(builder.pd(pd).name), .id = id, .reserved = 0});
}

void finish_supervisor(SystemBuilder& builder,
                       const ServicePart<config::SupervisorChild>& supervisor,
                       std::size_t timer_pd) {
  SupervisorConfiguration configuration;
  configuration.fixed.timer_channel = connect_timer(builder, supervisor.pd, timer_pd);
  configuration.children = supervisor.clients;
  attach_configuration(builder, supervisor.pd, configuration);
}

/// Connects an uplink's PD with its switch, which is its client.
void finish_uplink(SystemBuilder& builder, const CheckedNetwork& network, std::size_t pd,
                   ServicePart<config::SwitchPort>& part, DeviceSpace& space, Devices& devices) {
  const std::string name = builder.pd(pd).name;
  const Channel channel = builder.connect(part.pd, pd, "packets to the outside");
  const PacketPair pair =
      add_packets(builder, channel, region_name(name), name + "'s packets", &space);
  UplinkConfiguration configuration;
  configuration.fixed.client = pair.provider;
  QemuDevice device;
  device.kind = QemuDeviceKind::network;
  device.id = name;
  for (const CheckedForward& forward : network.forwards) {
    device.forwards.push_back(forward_text(forward));
  }
  configuration.fixed.device = devices.give(pd, std::move(device));
  attach_configuration(builder, pd, configuration);
  config::SwitchPort port{};
  port.name = blob_name("uplink");
  port.queue = pair.client;
  port.flags = static_cast<std::uint32_t>(config::SwitchPortFlag::uplink);
  part.clients.push_back(port);
}

/// Whether it is a client of the timer PD now.
bool finish_switch(SystemBuilder& builder, const ServicePart<config::SwitchPort>& part,
                   std::optional<std::size_t> timer_pd) {
  SwitchConfiguration configuration;
  configuration.ports = part.clients;
  configuration.fixed.timer_channel = config::no_channel;
  const bool limited = std::ranges::any_of(
      part.clients, [](const config::SwitchPort& port) { return port.rate_bits_per_second != 0; });
  if (limited && timer_pd) {
    configuration.fixed.timer_channel = connect_timer(builder, part.pd, *timer_pd);
  }
  attach_configuration(builder, part.pd, configuration);
  return limited;
}

void finish_entropy(SystemBuilder& builder, const ServicePart<config::EntropyClient>& part,
                    Devices& devices) {
  EntropyConfiguration configuration;
  QemuDevice device;
  device.kind = QemuDeviceKind::entropy;
  device.id = builder.pd(part.pd).name;
  configuration.fixed.device = devices.give(part.pd, std::move(device));
  configuration.clients = part.clients;
  attach_configuration(builder, part.pd, configuration);
}

/// Without a timer of Serai's it waits for nobody.
void finish_sockets(SystemBuilder& builder, const ServicePart<config::SocketPort>& part,
                    std::optional<std::size_t> timer_pd) {
  SocketsConfiguration configuration;
  configuration.ports = part.clients;
  if (timer_pd) {
    configuration.fixed.timer_channel = connect_timer(builder, part.pd, *timer_pd);
  }
  attach_configuration(builder, part.pd, configuration);
}

}  // namespace

std::string forward_text(const CheckedForward& forward) {
  return fmt::format("{}:127.0.0.1:{}-{}:{}", forward.udp ? "udp" : "tcp", forward.host_port,
                     forward.guest_address, forward.guest_port);
}

IoParts add_io_pds(SystemBuilder& builder, const CheckedSystem& system) {
  IoParts io;
  io.plan = plan_io(system);
  const Board& board = system.board;
  io.space = DeviceSpace(board.window_address + board.window_size - device_memory(system));
  for (const std::size_t index : io.plan.disks) {
    io.disks[index].pd =
        add_pd(builder, "disk_" + system.disks[index].name, Program::block, driver_priority);
  }
  for (const std::size_t index : io.plan.networks) {
    io.networks[index].pd = add_pd(builder, "net_" + system.networks[index].name,
                                   Program::network_switch, service_priority);
  }
  for (const std::size_t index : io.plan.uplinks) {
    io.uplinks[index] =
        add_pd(builder, "uplink_" + system.networks[index].name, Program::uplink, driver_priority);
  }
  if (io.plan.entropy) {
    io.entropy.emplace().pd = add_pd(builder, "entropy", Program::entropy, driver_priority);
  }
  if (io.plan.sockets) {
    io.sockets.emplace().pd = add_pd(builder, "sockets", Program::sockets, service_priority);
  }
  if (io.plan.has_supervisor()) {
    auto& supervisor = io.supervisor.emplace();
    supervisor.pd = add_pd(builder, "supervisor", Program::supervisor, supervisor_priority);
    for (const auto& [index, disk] : io.disks) {
      adopt(builder, supervisor, disk.pd);
    }
  }
  return io;
}

std::uint32_t finish_io(SystemBuilder& builder, const CheckedSystem& system, IoParts& io,
                        std::optional<std::size_t> timer_pd) {
  Devices devices(builder, system.board, io.space);
  finish_disks(builder, system, io, devices);
  for (const auto& [index, pd] : io.uplinks) {
    finish_uplink(builder, system.networks[index], pd, io.networks.at(index), io.space, devices);
  }
  std::uint32_t timer_clients = 0;
  for (const auto& [index, part] : io.networks) {
    timer_clients += finish_switch(builder, part, timer_pd) ? 1U : 0U;
  }
  if (io.entropy) {
    finish_entropy(builder, *io.entropy, devices);
  }
  if (io.sockets) {
    finish_sockets(builder, *io.sockets, timer_pd);
    timer_clients += timer_pd ? 1U : 0U;
  }
  if (io.supervisor && timer_pd) {
    finish_supervisor(builder, *io.supervisor, *timer_pd);
    ++timer_clients;
  }
  return timer_clients;
}

}  // namespace serai::tool
