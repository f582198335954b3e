// SPDX-License-Identifier: BSD-2-Clause
//
// The PDs behind VirtIO devices, and what VMMs know of them.
#include <algorithm>
#include <gtest/gtest.h>

#include "config/view.hpp"
#include "resolved.hpp"

namespace serai::tool {
namespace {

constexpr const char* everything =
    "[disk.root]\nfile = \"disk.raw\"\n[disk.tools]\nfile = \"three-sectors.raw\"\n"
    "store = \"memory\"\n[network.lan]\nuplink = true\nforward = [\"tcp:127.0.0.1:80-:80\"]\n"
    "[vm.a]\nkernel = \"Image\"\n"
    "[[vm.a.device]]\ndisk = \"root\"\npartition = 3\nread_only = true\n"
    "[[vm.a.device]]\ndisk = \"tools\"\n"
    "[[vm.a.device]]\ndisk = \"tools\"\nread_only = true\n"
    "[[vm.a.device]]\nnetwork = \"lan\"\nvlan = 5\ngroup = \"g\"\nrate = \"1Mbit\"\n"
    "[[vm.a.device]]\nkind = \"console\"\n"
    "[[vm.a.device]]\nkind = \"rng\"\ntransport = \"mmio\"\n"
    "[[vm.a.device]]\nkind = \"vsock\"\ngroup = \"g\"\n";

ResolvedSystem resolved(const std::string& text, const ResolveOptions& options = {}) {
  Diagnostics diagnostics;
  auto system = resolve_text(text, diagnostics, options);
  EXPECT_TRUE(system.has_value());
  return system.value_or(ResolvedSystem());
}

const std::vector<std::byte>& blob_of(const ResolvedSystem& system, const std::string& pd) {
  return pd_named(system, pd).attachments.at(0).bytes;
}

/// The name of the region at an address of a PD's address space.
std::string region_of(const ResolvedSystem& system, const std::string& pd, std::uint64_t address) {
  for (const Mapping& mapping : pd_named(system, pd).mappings) {
    if (mapping.address == address) {
      return system.regions[mapping.region].name;
    }
  }
  return {};
}

/// The physical address behind an address of a PD's address space, or 0.
std::uint64_t physical_at(const ResolvedSystem& system, const std::string& pd,
                          std::uint64_t address) {
  for (const Mapping& mapping : pd_named(system, pd).mappings) {
    const MemoryRegion& region = system.regions[mapping.region];
    if (mapping.address == address) {
      return region.physical.value_or(0);
    }
  }
  return 0;
}

TEST(ResolveIo, AddsNothingUnlessAsked) {
  const ResolvedSystem system = resolved("[vm.a]\nkernel = \"Image\"\n");
  EXPECT_TRUE(system.qemu_devices.empty());
  EXPECT_EQ(system.pds.size(), 3U);
  const auto view = config::VmmView::open(blob_of(system, "a_vmm"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->pci(), nullptr);
}

TEST(ResolveIo, PutsDriversAboveServicesAboveVmms) {
  const ResolvedSystem system = resolved(everything);
  for (const char* driver : {"disk_root", "uplink_lan", "entropy"}) {
    EXPECT_EQ(pd_named(system, driver).schedule.priority, 220U) << driver;
  }
  for (const char* service : {"net_lan", "sockets"}) {
    EXPECT_EQ(pd_named(system, service).schedule.priority, 210U) << service;
  }
}

TEST(ResolveIo, DisksAreStartedAgainByASupervisor) {
  const ResolvedSystem system = resolved(everything);
  const ProtectionDomain& disk = pd_named(system, "disk_root");
  ASSERT_TRUE(disk.parent);
  EXPECT_EQ(system.pds.at(disk.parent->pd).name, "supervisor");
  for (const ProtectionDomain& pd : system.pds) {
    EXPECT_EQ(pd.parent.has_value(), pd.program == Program::block) << pd.name;
  }
  const ProtectionDomain& supervisor = pd_named(system, "supervisor");
  EXPECT_TRUE(supervisor.mappings.empty()) << "it holds its children's threads and nothing else";
  EXPECT_TRUE(supervisor.interrupts.empty());
  const auto view = config::SupervisorView::open(blob_of(system, "supervisor"));
  ASSERT_TRUE(view);
  ASSERT_EQ(view->children().size(), 1U);
  EXPECT_EQ(view->children()[0].id, disk.parent->id);
  EXPECT_EQ(config::SupervisorView::name_of(view->children()[0]), "disk_root");
}

TEST(ResolveIo, OnlyDisksInFilesNeedASupervisor) {
  const ResolvedSystem system = resolved(
      "[disk.tools]\nmemory = \"1M\"\n[vm.a]\nkernel = \"Image\"\n"
      "[[vm.a.device]]\ndisk = \"tools\"\n");
  for (const ProtectionDomain& pd : system.pds) {
    EXPECT_NE(pd.program, Program::supervisor);
  }
}

TEST(ResolveIo, ABlockPdIsToldWhenToCrash) {
  const ResolvedSystem system = resolved(
      "[disk.root]\nfile = \"disk.raw\"\ncrash_after = 7\n[vm.a]\nkernel = \"Image\"\n"
      "[[vm.a.device]]\ndisk = \"root\"\n");
  const auto view = config::BlockView::open(blob_of(system, "disk_root"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->blob().crash_after, 7U);
}

TEST(ResolveIo, TheVmmKnowsItsDevices) {
  const ResolvedSystem system = resolved(everything);
  const auto view = config::VmmView::open(blob_of(system, "a_vmm"));
  ASSERT_TRUE(view);
  const auto devices = view->virtio_devices();
  ASSERT_EQ(devices.size(), 7U);
  EXPECT_EQ(config::VmmView::name_of(devices[0]), "root-3");
  EXPECT_TRUE(config::VmmView::has(devices[0], config::VirtioFlag::read_only));
  EXPECT_EQ(devices[6].slot, 6U);
  EXPECT_EQ(devices[5].guest_address, 0xa00'0000U);
  EXPECT_EQ(devices[5].intid, 48U);
  EXPECT_EQ(devices[6].context_id, 3U);
  ASSERT_NE(view->pci(), nullptr);
  EXPECT_EQ(view->pci()->ecam_address, 0x3f00'0000U);
}

TEST(ResolveIo, ARamDiskThatNobodyWritesIsItsImage) {
  const ResolvedSystem system = resolved(everything);
  const auto view = config::VmmView::open(blob_of(system, "a_vmm"));
  ASSERT_TRUE(view);
  const auto disks = view->ram_disks();
  ASSERT_EQ(disks.size(), 2U);
  EXPECT_EQ(disks[0].address, config::ram_disks_address);
  EXPECT_EQ(disks[0].size, 1536U);
  EXPECT_EQ(disks[1].address, 0U);
  EXPECT_EQ(disks[1].image_size, disks[1].size);
  EXPECT_NE(disks[0].image_address, disks[1].image_address);
}

TEST(ResolveIo, TheDiskKnowsItsClientsAndWhereTheirDataIs) {
  const ResolvedSystem system = resolved(everything);
  const auto view = config::BlockView::open(blob_of(system, "disk_root"));
  ASSERT_TRUE(view);
  ASSERT_EQ(view->clients().size(), 1U);
  const config::BlockClient& client = view->clients()[0];
  EXPECT_EQ(config::BlockView::name_of(client), "a");
  EXPECT_EQ(client.partition, 3U);
  EXPECT_TRUE(config::BlockView::is_read_only(client));
  EXPECT_EQ(client.queue.data_physical, physical_at(system, "disk_root", client.queue.data));
  const config::BoardVirtio& device = view->blob().device;
  EXPECT_EQ(device.dma_physical, physical_at(system, "disk_root", device.dma));
  EXPECT_EQ(physical_at(system, "disk_root", device.registers), 0xa00'0000U);
  // Nothing of the device's memory is anybody's else.
  EXPECT_EQ(config::VmmView::open(blob_of(system, "a_vmm"))->block_queues()[0].data_physical, 0U);
}

TEST(ResolveIo, TheSwitchKnowsItsPortsAndTheUplink) {
  const ResolvedSystem system = resolved(everything);
  const auto view = config::SwitchView::open(blob_of(system, "net_lan"));
  ASSERT_TRUE(view);
  ASSERT_EQ(view->ports().size(), 2U);
  const config::SwitchPort& port = view->ports()[0];
  EXPECT_EQ(port.vlan, 5U);
  EXPECT_EQ(port.group, 1U);
  EXPECT_EQ(port.rate_bits_per_second, 1'000'000U);
  EXPECT_NE(view->blob().timer_channel, config::no_channel);
  const auto vmm = config::VmmView::open(blob_of(system, "a_vmm"));
  ASSERT_TRUE(vmm);
  EXPECT_EQ(vmm->virtio_devices()[3].mac, port.mac);
  EXPECT_TRUE(config::SwitchView::has(view->ports()[1], config::SwitchPortFlag::uplink));
  const auto timer = config::TimerView::open(blob_of(system, "timer"));
  ASSERT_TRUE(timer);
  EXPECT_EQ(timer->blob().client_count, 4U) << "a VMM, the switch, the supervisor and the sockets";
}

TEST(ResolveIo, TheSocketsPdHasATimer) {
  const ResolvedSystem system =
      resolved("[vm.a]\nkernel = \"Image\"\n[[vm.a.device]]\nkind = \"vsock\"\n");
  const auto view = config::SocketsView::open(blob_of(system, "sockets"));
  ASSERT_TRUE(view);
  ASSERT_NE(view->blob().timer_channel, config::no_channel);
  const auto timer = config::TimerView::open(blob_of(system, "timer"));
  ASSERT_TRUE(timer);
  EXPECT_EQ(timer->blob().client_count, 2U) << "a VMM and the sockets";
  const auto channel = std::ranges::find_if(system.channels, [&](const Channel& any) {
    return system.pds.at(any.a.pd).name == "sockets" && any.a.id == view->blob().timer_channel;
  });
  ASSERT_NE(channel, system.channels.end());
  EXPECT_EQ(system.pds.at(channel->b.pd).name, "timer");
  EXPECT_LT(channel->b.id, timer->blob().client_count);
  EXPECT_TRUE(channel->a.may_call);
  EXPECT_FALSE(channel->a.may_notify);
}

TEST(ResolveIo, TheUplinkReachesTheSwitchsBuffers) {
  const ResolvedSystem system = resolved(everything);
  const auto view = config::UplinkView::open(blob_of(system, "uplink_lan"));
  ASSERT_TRUE(view);
  const config::PacketQueue& queue = view->blob().client;
  EXPECT_EQ(queue.transmit_physical, physical_at(system, "uplink_lan", queue.transmit_data));
  EXPECT_EQ(queue.receive_physical, physical_at(system, "uplink_lan", queue.receive_data));
  const auto ports = config::SwitchView::open(blob_of(system, "net_lan"));
  ASSERT_TRUE(ports);
  const config::PacketQueue& other = ports->ports()[1].queue;
  EXPECT_EQ(physical_at(system, "net_lan", other.receive_data), queue.transmit_physical);
  EXPECT_EQ(physical_at(system, "net_lan", other.transmit_data), queue.receive_physical);
}

TEST(ResolveIo, AConsoleBesideTheUartHasANameOfItsOwn) {
  const ResolvedSystem system = resolved(everything);
  const auto view = config::ConsoleView::open(blob_of(system, "console"));
  ASSERT_TRUE(view);
  ASSERT_EQ(view->clients().size(), 2U);
  EXPECT_EQ(config::ConsoleView::name_of(view->clients()[0]), "a");
  EXPECT_EQ(config::ConsoleView::name_of(view->clients()[1]), "a.hvc0");
  EXPECT_EQ(view->clients()[1].log.receive_capacity, 0U);
}

TEST(ResolveIo, PortsOfAConsoleHaveQueuesBehindEachOther) {
  for (const char* own : {"\"pl011\"", "\"none\""}) {
    const ResolvedSystem system =
        resolved(std::string("[vm.a]\nkernel = \"Image\"\nconsole = ") + own +
                 "\n[[vm.a.device]]\nkind = \"console\"\nports = 3\n");
    const auto vmm = config::VmmView::open(blob_of(system, "a_vmm"));
    ASSERT_TRUE(vmm);
    const config::VirtioDevice& device = vmm->virtio_devices()[0];
    EXPECT_EQ(device.queues, 3U);
    const auto console = config::ConsoleView::open(blob_of(system, "console"));
    ASSERT_TRUE(console);
    const auto clients = console->clients();
    const std::size_t before = clients.size() - 3;
    EXPECT_EQ(config::ConsoleView::name_of(clients[before + 1]), "a.hvc0.1");
    EXPECT_EQ(config::ConsoleView::name_of(clients[before + 2]), "a.hvc0.2");
    for (std::size_t port = 0; port < 3; ++port) {
      const config::SerialQueue& queue = vmm->serial_queues()[device.back_end + port];
      EXPECT_EQ(region_of(system, "a_vmm", queue.transmit_queue),
                region_of(system, "console", clients[before + port].console.receive_queue));
    }
  }
}

TEST(ResolveIo, TheConsoleKnowsTheTerminalsSize) {
  const ResolvedSystem system =
      resolved("[vm.a]\nkernel = \"Image\"\n", {.columns = 132, .rows = 43});
  const auto console = config::ConsoleView::open(blob_of(system, "console"));
  ASSERT_TRUE(console);
  EXPECT_EQ(console->blob().columns, 132);
  EXPECT_EQ(console->blob().rows, 43);
}

TEST(ResolveIo, AConsoleInsteadOfTheUartIsTheVms) {
  const ResolvedSystem system = resolved("[vm.a]\nkernel = \"Image\"\nconsole = \"virtio\"\n");
  const auto console = config::ConsoleView::open(blob_of(system, "console"));
  ASSERT_TRUE(console);
  ASSERT_EQ(console->clients().size(), 1U);
  EXPECT_NE(console->clients()[0].console.receive_capacity, 0U);
  const auto vmm = config::VmmView::open(blob_of(system, "a_vmm"));
  ASSERT_TRUE(vmm);
  ASSERT_EQ(vmm->virtio_devices().size(), 1U);
  EXPECT_NE(vmm->virtio_devices()[0].back_end, config::no_channel);
}

TEST(ResolveIo, WhereAVmOwnsTheUartConsolesLeadNowhere) {
  const ResolvedSystem system = resolved(
      "[vm.a]\nkernel = \"Image\"\n[[vm.a.passthrough]]\ndevice = \"uart\"\n"
      "[vm.b]\nkernel = \"Image\"\nconsole = \"virtio\"\n");
  const auto vmm = config::VmmView::open(blob_of(system, "b_vmm"));
  ASSERT_TRUE(vmm);
  EXPECT_EQ(vmm->virtio_devices()[0].back_end, config::no_channel);
}

TEST(ResolveIo, TellsQemuWhatItMustHave) {
  const ResolvedSystem system = resolved(everything);
  ASSERT_EQ(system.qemu_devices.size(), 3U);
  EXPECT_EQ(system.qemu_devices[0].bus, "virtio-mmio-bus.0");
  EXPECT_EQ(system.qemu_devices[0].id, "disk_root");
  EXPECT_TRUE(system.qemu_devices[0].file.is_absolute());
  EXPECT_EQ(system.qemu_devices[1].bus, "virtio-mmio-bus.8");
  EXPECT_EQ(system.qemu_devices[1].forwards, std::vector<std::string>{"tcp:127.0.0.1:80-:80"});
  EXPECT_EQ(system.qemu_devices[2].bus, "virtio-mmio-bus.16");
}

}  // namespace
}  // namespace serai::tool
