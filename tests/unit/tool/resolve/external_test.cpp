// SPDX-License-Identifier: BSD-2-Clause
//
// What becomes of an external system: its domains are taken over, and VMMs are connected with them
// in numbers of their own.
#include <gtest/gtest.h>

#include "config/view.hpp"
#include "resolved.hpp"
#include "tool/emit/emit.hpp"
#include "tool/resolve/system_builder.hpp"

namespace serai::tool {
namespace {

constexpr const char* all_external =
    "[system]\nexternal = \"external/parts.system\"\nconsole = \"external\"\n"
    "timer = \"external\"\n"
    "[disk.root]\nstore = \"external\"\n[network.lan]\nexternal = true\n"
    "[vm.linux]\nkernel = \"Image\"\n"
    "[[vm.linux.device]]\ndisk = \"root\"\n[[vm.linux.device]]\nnetwork = \"lan\"\n";

class External : public testing::Test {
 protected:
  static ResolvedSystem resolved(const std::string& text) {
    Diagnostics diagnostics;
    auto system = resolve_text(text, diagnostics);
    for (const Diagnostic& diagnostic : diagnostics.sorted()) {
      ADD_FAILURE() << diagnostic.what;
    }
    return system.value_or(ResolvedSystem());
  }

  [[nodiscard]] const ProtectionDomain& vmm() const { return pd_named(system, "linux_vmm"); }

  [[nodiscard]] config::VmmView view() const {
    return *config::VmmView::open(vmm().attachments.at(0).bytes);
  }

  /// "NAME+OFFSET": what the VMM has at an address.
  [[nodiscard]] std::string at(std::uint64_t address) const {
    for (const Mapping& mapping : vmm().mappings) {
      const MemoryRegion& region = system.regions[mapping.region];
      if (address >= mapping.address && address - mapping.address < region.size) {
        return region.name + "+" + std::to_string(address - mapping.address);
      }
    }
    return "nothing";
  }

  /// "NAME ID": the other end of one of the VMM's channels.
  [[nodiscard]] std::string peer(std::uint32_t channel) const {
    for (const Channel& candidate : system.channels) {
      for (const auto& [near, far] :
           {std::pair(candidate.a, candidate.b), std::pair(candidate.b, candidate.a)}) {
        if (system.pds[near.pd].name == "linux_vmm" && near.id == channel) {
          return system.pds[far.pd].name + " " + std::to_string(far.id);
        }
      }
    }
    return "nobody";
  }

  ResolvedSystem system = resolved(all_external);
};

TEST_F(External, LeavesOutWhatOthersServe) {
  for (const char* own : {"console", "timer", "disk_root", "net_lan"}) {
    EXPECT_FALSE(has_pd(system, own)) << own;
  }
  EXPECT_TRUE(system.qemu_devices.empty());
  EXPECT_EQ(system.pds.size(), 5U);
}

TEST_F(External, TakesDomainsOverAsTheyAre) {
  const ProtectionDomain& server = pd_named(system, "disk_server");
  EXPECT_EQ(server.program, Program::external);
  EXPECT_EQ(server.program_file.filename(), "server.elf");
  EXPECT_EQ(server.schedule.priority, 230U);
  EXPECT_EQ(server.schedule.budget_us, 100U);
  EXPECT_EQ(server.schedule.period_us, 400U);
  EXPECT_EQ(server.mappings.at(3).address, 0x2020'0000U);
  EXPECT_EQ(server.mappings.at(3).access, read_write);
  EXPECT_TRUE(server.attachments.empty());
  const ProtectionDomain& serial = pd_named(system, "serial_server");
  EXPECT_FALSE(serial.mappings.at(0).cached);
  EXPECT_EQ(serial.stack_bytes, 0x2000U);
  EXPECT_EQ(serial.interrupts.at(0).intid, 33U);
  EXPECT_TRUE(pd_named(system, "timer_server").passive);
}

TEST_F(External, ConnectsTheDisk) {
  ASSERT_EQ(view().block_queues().size(), 1U);
  const config::BlockQueue& queue = view().block_queues()[0];
  EXPECT_EQ(at(queue.storage_info), "disk/info+0");
  EXPECT_EQ(at(queue.requests), "disk/requests+0");
  EXPECT_EQ(at(queue.responses), "disk/responses+0");
  EXPECT_EQ(at(queue.data), "disk/data+0");
  EXPECT_EQ(queue.data_size, 0x20'0000U);
  EXPECT_EQ(queue.capacity, 128U);
  EXPECT_EQ(peer(queue.channel), "disk_server 0");
}

TEST_F(External, ConnectsTheNetworkWithTheAddressThatItWasGiven) {
  ASSERT_EQ(view().packet_queues().size(), 1U);
  const config::PacketQueue& queue = view().packet_queues()[0];
  EXPECT_EQ(at(queue.receive_free), "net/queues+0");
  EXPECT_EQ(at(queue.receive_active), "net/queues+8192");
  EXPECT_EQ(at(queue.receive_data), "net/rx_data+0");
  EXPECT_EQ(at(queue.transmit_free), "net/queues+16384");
  EXPECT_EQ(at(queue.transmit_active), "net/queues+24576");
  EXPECT_EQ(at(queue.transmit_data), "net/tx_data+0");
  EXPECT_EQ(queue.capacity, 64U);
  EXPECT_EQ(queue.buffer_bytes, 2048U);
  EXPECT_EQ(queue.flags, 0U) << "plain frames";
  EXPECT_EQ(peer(queue.receive_channel), "net_server 0");
  EXPECT_EQ(peer(queue.transmit_channel), "net_server 1");
  const std::array<std::uint8_t, 6> mac{0x52, 0x54, 0, 1, 2, 3};
  EXPECT_EQ(view().virtio_devices()[1].mac, mac);
}

TEST_F(External, ConnectsTheConsoleWithAChannelForEachDirection) {
  ASSERT_EQ(view().serial_queues().size(), 1U);
  const config::SerialQueue& queue = view().serial_queues()[0];
  EXPECT_EQ(at(queue.transmit_queue), "serial/tx+0");
  EXPECT_EQ(at(queue.transmit_data), "serial/tx_data+0");
  EXPECT_EQ(at(queue.receive_queue), "serial/rx+0");
  EXPECT_EQ(at(queue.receive_data), "serial/rx_data+0");
  EXPECT_EQ(queue.transmit_capacity, 0x1000U);
  EXPECT_EQ(peer(queue.channel), "serial_server 1");
  EXPECT_EQ(peer(queue.receive_channel), "serial_server 2");
  EXPECT_EQ(view().devices()[0].serial_queue, 0U) << "that of the UART";
  EXPECT_EQ(view().log_queue(), nullptr);
}

TEST_F(External, ConnectsAVirtioConsoleToo) {
  system = resolved(
      "[system]\nexternal = \"external/parts.system\"\nconsole = \"external\"\n"
      "timer = \"external\"\n[vm.linux]\nkernel = \"Image\"\nconsole = \"virtio\"\n");
  ASSERT_EQ(view().serial_queues().size(), 1U);
  EXPECT_EQ(view().virtio_devices()[0].back_end, 0U);
}

TEST_F(External, CallsTheTimer) {
  EXPECT_EQ(peer(view().blob().timer_channel), "timer_server 1");
}

TEST_F(External, TheSocketsPdHasNoTimerThere) {
  system = resolved(
      "[system]\nexternal = \"external/parts.system\"\nconsole = \"external\"\n"
      "timer = \"external\"\n[vm.linux]\nkernel = \"Image\"\n"
      "[[vm.linux.device]]\nkind = \"vsock\"\n");
  const auto sockets =
      config::SocketsView::open(pd_named(system, "sockets").attachments.at(0).bytes);
  ASSERT_TRUE(sockets);
  EXPECT_EQ(sockets->blob().timer_channel, config::no_channel);
}

TEST_F(External, MapsTheVmmsShareWithTheRightsThatItWasGiven) {
  for (const Mapping& mapping : vmm().mappings) {
    const MemoryRegion& region = system.regions[mapping.region];
    if (region.name == "disk/info" || region.name == "net/rx_data") {
      EXPECT_EQ(mapping.access, read_only) << region.name;
    }
    if (region.what == "of the external system") {
      EXPECT_GE(mapping.address, config::queues_address);
    }
  }
}

TEST_F(External, LeavesTheWindowAboveItsLowestRegionAlone) {
  system = resolved(
      "[system]\nexternal = \"external/parts.system\"\nconsole = \"external\"\n"
      "timer = \"external\"\n[disk.a]\nfile = \"disk.raw\"\n"
      "[vm.linux]\nkernel = \"Image\"\n[[vm.linux.device]]\ndisk = \"a\"\n");
  for (const MemoryRegion& region : system.regions) {
    if (region.physical && region.what != "of the external system") {
      EXPECT_LE(*region.physical + region.size, 0x5fc0'0000U) << region.name;
    }
  }
}

TEST_F(External, IsWrittenForMicrokit) {
  const std::string text = microkit_system(system);
  EXPECT_NE(text.find("<protection_domain name=\"timer_server\" priority=\"254\""),
            std::string::npos);
  EXPECT_NE(text.find("passive=\"true\""), std::string::npos);
  EXPECT_NE(text.find("<program_image path=\"disk_server.elf\" />"), std::string::npos);
  EXPECT_NE(text.find("phys_addr=\"0x5fc00000\""), std::string::npos);
}

}  // namespace
}  // namespace serai::tool
