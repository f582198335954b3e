// SPDX-License-Identifier: BSD-2-Clause
//
// What VmmView says of VirtIO devices, their back ends and the PCI host.
#include <functional>
#include <gtest/gtest.h>

#include "config/view.hpp"
#include "support/sample_blobs.hpp"

namespace serai::config {
namespace {

using C = tool::VmmConfiguration;

constexpr std::uint64_t top = ~std::uint64_t{0};

TEST(VmmView, ShowsVirtioDevices) {
  const auto blob = tool::compile(test::vmm());
  const auto view = VmmView::open(blob);
  ASSERT_TRUE(view.has_value()) << static_cast<int>(view.error());
  ASSERT_EQ(view->virtio_devices().size(), 7U);
  EXPECT_EQ(VmmView::name_of(view->virtio_devices()[0]), "disk");
  EXPECT_TRUE(VmmView::has(view->virtio_devices()[2], VirtioFlag::read_only));
  EXPECT_FALSE(VmmView::has(view->virtio_devices()[0], VirtioFlag::read_only));
  EXPECT_EQ(view->block_queues().size(), 1U);
  EXPECT_EQ(view->packet_queues().size(), 2U);
  EXPECT_EQ(view->ram_disks().size(), 2U);
  ASSERT_NE(view->pci(), nullptr);
  EXPECT_EQ(view->pci()->first_msi_intid, 112U);
}

TEST(VmmView, NeedsNoPciHostWithoutPciDevices) {
  auto configuration = test::vmm();
  configuration.fixed.pci = {};
  configuration.virtio = {configuration.virtio.back()};
  const auto blob = tool::compile(configuration);
  const auto view = VmmView::open(blob);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->pci(), nullptr);
}

TEST(VmmView, NeedsMemoryForTheDevices) {
  auto configuration = test::vmm();
  EXPECT_EQ(configuration.fixed.device_memory_size % 64, 0U);
  EXPECT_TRUE(VmmView::open(tool::compile(configuration)).has_value());
  --configuration.fixed.device_memory_size;
  const auto blob = tool::compile(configuration);
  ASSERT_FALSE(VmmView::open(blob).has_value());
  EXPECT_EQ(VmmView::open(blob).error(), Error::no_space);
}

TEST(VmmView, HasRoomForSoManyDevices) {
  auto configuration = test::vmm();
  configuration.fixed.device_memory_size = 0x10'0000;
  for (std::uint32_t i = 1; i <= most_virtio_mmio; ++i) {
    EXPECT_TRUE(VmmView::open(tool::compile(configuration)).has_value()) << i;
    auto device = configuration.virtio.back();
    device.guest_address += 0x200;
    ++device.intid;
    device.back_end = no_channel;
    configuration.virtio.push_back(device);
  }
  EXPECT_EQ(VmmView::open(tool::compile(configuration)).error(), Error::no_space);
}

TEST(VmmView, ADeviceMayHaveNoBackEnd) {
  auto configuration = test::vmm();
  for (VirtioDevice& device : configuration.virtio) {
    device.back_end = no_channel;
  }
  EXPECT_TRUE(VmmView::open(tool::compile(configuration)).has_value());
}

struct Fault {
  const char* what;
  std::function<void(C&)> make;
  Error error;
};

class VirtioFault : public testing::TestWithParam<Fault> {};

TEST_P(VirtioFault, IsRefused) {
  auto configuration = test::vmm();
  GetParam().make(configuration);
  const auto blob = tool::compile(configuration);
  const auto view = VmmView::open(blob);
  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error(), GetParam().error);
}

const Fault device_faults[] = {
    {"kind", [](C& c) { c.virtio[0].kind = static_cast<VirtioKind>(5); }, Error::bad_value},
    {"transport", [](C& c) { c.virtio[0].transport = static_cast<VirtioTransport>(3); },
     Error::bad_value},
    {"flag_unknown", [](C& c) { c.virtio[0].flags = 8; }, Error::bad_value},
    {"flag_of_network", [](C& c) { c.virtio[0].flags = 4; }, Error::bad_value},
    {"flag_of_disk", [](C& c) { c.virtio[3].flags = 1; }, Error::bad_value},
    {"no_queue", [](C& c) { c.virtio[0].queues = 0; }, Error::bad_value},
    {"block_queues", [](C& c) { c.virtio[0].queues = 33; }, Error::bad_value},
    {"network_pairs", [](C& c) { c.virtio[3].queues = 9; }, Error::bad_value},
    {"entropy_queues", [](C& c) { c.virtio[6].queues = 2; }, Error::bad_value},
    {"queue_size_odd", [](C& c) { c.virtio[0].queue_size = 100; }, Error::bad_value},
    {"queue_size_0", [](C& c) { c.virtio[0].queue_size = 0; }, Error::bad_value},
    {"console_ports", [](C& c) { c.virtio[5].queues = 9; }, Error::bad_value},
    {"queue_size_of_disk", [](C& c) { c.virtio[0].queue_size = 2; }, Error::bad_value},
    {"queue_size_2048", [](C& c) { c.virtio[0].queue_size = 2048; }, Error::bad_value},
    {"slot_0", [](C& c) { c.virtio[0].slot = 0; }, Error::out_of_range},
    {"slot_32", [](C& c) { c.virtio[0].slot = 32; }, Error::out_of_range},
    {"slots_same", [](C& c) { c.virtio[1].slot = 1; }, Error::overlap},
    {"pci_address", [](C& c) { c.virtio[0].guest_address = 0xa00'0200; }, Error::bad_value},
    {"pci_intid", [](C& c) { c.virtio[0].intid = 49; }, Error::bad_value},
    {"pci_without_host", [](C& c) { c.fixed.pci = {}; }, Error::not_found},
    {"mmio_slot", [](C& c) { c.virtio[6].slot = 7; }, Error::bad_value},
    {"mmio_odd", [](C& c) { c.virtio[6].guest_address += 2; }, Error::misaligned},
    {"mmio_in_ram", [](C& c) { c.virtio[6].guest_address = 0x4000'0000; }, Error::overlap},
    {"mmio_in_distributor", [](C& c) { c.virtio[6].guest_address = 0x800'0200; }, Error::overlap},
    {"mmio_wraps", [](C& c) { c.virtio[6].guest_address = top - 3; }, Error::overflow},
    {"mmio_ppi", [](C& c) { c.virtio[6].intid = 31; }, Error::out_of_range},
    {"mmio_intid", [](C& c) { c.virtio[6].intid = 288; }, Error::out_of_range},
    {"mmio_msi", [](C& c) { c.virtio[6].intid = 175; }, Error::overlap},
    {"mac_group", [](C& c) { c.virtio[3].mac[0] = 0x53; }, Error::bad_value},
    {"mac_none", [](C& c) { c.virtio[3].mac = {}; }, Error::bad_value},
    {"mac_of_disk", [](C& c) { c.virtio[0].mac[0] = 2; }, Error::bad_value},
    {"mtu_small", [](C& c) { c.virtio[3].mtu = 67; }, Error::bad_value},
    {"mtu_large", [](C& c) { c.virtio[3].mtu = 65536; }, Error::bad_value},
    {"mtu_of_disk", [](C& c) { c.virtio[0].mtu = 1500; }, Error::bad_value},
    {"cid_host", [](C& c) { c.virtio[4].context_id = 2; }, Error::bad_value},
    {"cid_any", [](C& c) { c.virtio[4].context_id = 0xffff'ffff; }, Error::bad_value},
    {"cid_of_disk", [](C& c) { c.virtio[0].context_id = 3; }, Error::bad_value},
    {"disk_unnamed", [](C& c) { c.virtio[0].name = {}; }, Error::bad_value},
    {"console_unnamed", [](C& c) { c.virtio[5].name = {}; }, Error::bad_value},
    {"name_broken", [](C& c) { c.virtio[4].name[3] = 'x'; }, Error::bad_value},
    {"ram_disk_2", [](C& c) { c.virtio[1].is_ram_disk = 2; }, Error::bad_value},
    {"ram_disk_network", [](C& c) { c.virtio[3].is_ram_disk = 1; }, Error::bad_value},
    {"block_back_end", [](C& c) { c.virtio[0].back_end = 1; }, Error::out_of_range},
    {"ram_back_end", [](C& c) { c.virtio[1].back_end = 2; }, Error::out_of_range},
    {"packet_back_end", [](C& c) { c.virtio[3].back_end = 2; }, Error::out_of_range},
    {"console_back_end", [](C& c) { c.virtio[5].back_end = 3; }, Error::out_of_range},
    {"back_end_nearly_wraps", [](C& c) { c.virtio[5].back_end = 0xffff'fffe; },
     Error::out_of_range},
    {"back_end_twice", [](C& c) { c.virtio[4].back_end = 0; }, Error::overlap},
    {"back_end_of_ports", [](C& c) { c.virtio[6].back_end = 2; }, Error::overlap},
    {"back_end_is_log", [](C& c) { c.fixed.log_queue = 2; }, Error::overlap},
    {"back_end_is_uart",
     [](C& c) { c.devices = {{DeviceKind::pl011, 33, 0x900'0000, 0x1000, 1, 0, 0}}; },
     Error::overlap},
    {"image_written", [](C& c) { c.virtio[2].flags = 0; }, Error::bad_value},
};

INSTANTIATE_TEST_SUITE_P(Devices, VirtioFault, testing::ValuesIn(device_faults),
                         [](const auto& fault) { return fault.param.what; });

const Fault host_faults[] = {
    {"rest", [](C& c) { c.fixed.pci.ecam_size = 0; }, Error::bad_value},
    {"two_buses", [](C& c) { c.fixed.pci.ecam_size *= 2; }, Error::bad_value},
    {"ecam_odd", [](C& c) { c.fixed.pci.ecam_address += 0x1000; }, Error::misaligned},
    {"ecam_in_window", [](C& c) { c.fixed.pci.ecam_address = 0x2000'0000; }, Error::overlap},
    {"window_odd", [](C& c) { c.fixed.pci.window_size += 0x10; }, Error::misaligned},
    {"window_empty", [](C& c) { c.fixed.pci.window_size = 0; }, Error::bad_value},
    {"window_high", [](C& c) { c.fixed.pci.window_address += 0x1'0000'0000; }, Error::out_of_range},
    {"window_grows_high", [](C& c) { c.fixed.pci.window_size = 0xf000'1000; }, Error::out_of_range},
    {"window_in_ram", [](C& c) { c.fixed.pci.window_size = 0x3001'0000; }, Error::overlap},
    {"high_window_empty", [](C& c) { c.fixed.pci.high_window_size = 0; }, Error::bad_value},
    {"high_window_wraps", [](C& c) { c.fixed.pci.high_window_address = top - 0xfff; },
     Error::overflow},
    {"frame_odd", [](C& c) { c.fixed.pci.msi_frame_address += 8; }, Error::misaligned},
    {"frame_on_gic", [](C& c) { c.fixed.pci.msi_frame_address = 0x800'0000; }, Error::overlap},
    {"no_msi", [](C& c) { c.fixed.pci.msi_count = 0; }, Error::bad_value},
    {"msi_above", [](C& c) { c.fixed.pci.msi_count = 177; }, Error::out_of_range},
    {"msi_wraps", [](C& c) { c.fixed.pci.msi_count = 0xffff'ffff; }, Error::out_of_range},
    {"msi_is_intx", [](C& c) { c.fixed.pci.first_msi_intid = 38; }, Error::overlap},
    {"intx_ppi", [](C& c) { c.fixed.pci.first_intx_intid = 31; }, Error::out_of_range},
    {"intx_is_passthrough", [](C& c) { c.passthrough = {{38, 6, Trigger::level, 0}}; },
     Error::overlap},
};

INSTANTIATE_TEST_SUITE_P(Host, VirtioFault, testing::ValuesIn(host_faults),
                         [](const auto& fault) { return fault.param.what; });

const Fault queue_faults[] = {
    {"block_null", [](C& c) { c.block_queues[0].requests = 0; }, Error::bad_value},
    {"block_odd", [](C& c) { c.block_queues[0].responses += 4; }, Error::misaligned},
    {"block_info_odd", [](C& c) { c.block_queues[0].storage_info += 4; }, Error::misaligned},
    {"block_wraps", [](C& c) { c.block_queues[0].requests = top - 7; }, Error::overflow},
    {"block_capacity", [](C& c) { c.block_queues[0].capacity = 100; }, Error::bad_value},
    {"block_capacity_0", [](C& c) { c.block_queues[0].capacity = 0; }, Error::bad_value},
    {"block_capacity_65536", [](C& c) { c.block_queues[0].capacity = 0x1'0000; }, Error::bad_value},
    {"block_data_odd", [](C& c) { c.block_queues[0].data += 0x200; }, Error::misaligned},
    {"block_data_size", [](C& c) { c.block_queues[0].data_size += 0x200; }, Error::misaligned},
    {"block_data_empty", [](C& c) { c.block_queues[0].data_size = 0; }, Error::bad_value},
    {"block_channel_62", [](C& c) { c.block_queues[0].channel = 62; }, Error::out_of_range},
    {"block_channel_taken", [](C& c) { c.block_queues[0].channel = 1; }, Error::overlap},
    {"packet_null", [](C& c) { c.packet_queues[0].receive_active = 0; }, Error::bad_value},
    {"packet_odd", [](C& c) { c.packet_queues[0].transmit_free += 4; }, Error::misaligned},
    {"packet_wraps", [](C& c) { c.packet_queues[0].receive_free = top - 7; }, Error::overflow},
    {"packet_data_odd", [](C& c) { c.packet_queues[0].receive_data += 8; }, Error::misaligned},
    {"packet_data_wraps", [](C& c) { c.packet_queues[0].transmit_data = top - 0xfff; },
     Error::overflow},
    {"packet_capacity", [](C& c) { c.packet_queues[0].capacity = 3; }, Error::bad_value},
    {"packet_capacity_8192", [](C& c) { c.packet_queues[0].capacity = 8192; }, Error::bad_value},
    {"packet_buffer", [](C& c) { c.packet_queues[0].buffer_bytes = 1500; }, Error::bad_value},
    {"packet_buffer_small", [](C& c) { c.packet_queues[0].buffer_bytes = 32; }, Error::bad_value},
    {"packet_buffer_large", [](C& c) { c.packet_queues[0].buffer_bytes = 0x1'0000; },
     Error::bad_value},
    {"packet_flags", [](C& c) { c.packet_queues[0].flags = 4; }, Error::bad_value},
    {"packet_provider", [](C& c) { c.packet_queues[0].flags = test::provider; }, Error::bad_value},
    {"packet_physical_odd", [](C& c) { c.packet_queues[0].transmit_physical = 8; },
     Error::misaligned},
    {"packet_channel_62", [](C& c) { c.packet_queues[0].receive_channel = 62; },
     Error::out_of_range},
    {"packet_channel_taken", [](C& c) { c.packet_queues[0].receive_channel = 5; }, Error::overlap},
    {"packet_channel_of_serial", [](C& c) { c.packet_queues[0].transmit_channel = 0; },
     Error::overlap},
    {"ram_disk_odd", [](C& c) { c.ram_disks[0].size += 8; }, Error::misaligned},
    {"ram_disk_empty", [](C& c) { c.ram_disks[0] = {0x7000'0000, 0, 0, 0}; }, Error::bad_value},
    {"ram_disk_wraps", [](C& c) { c.ram_disks[0].address = top - 0xfff; }, Error::overflow},
    {"ram_disk_unaligned", [](C& c) { c.ram_disks[0].address += 8; }, Error::misaligned},
    {"ram_disk_image_long", [](C& c) { c.ram_disks[0].image_size = 0x8001; }, Error::out_of_range},
    {"ram_disk_image_short", [](C& c) { c.ram_disks[1].image_size = 0x200; }, Error::out_of_range},
    {"ram_disk_image_null", [](C& c) { c.ram_disks[0].image_address = 0; }, Error::bad_value},
    {"ram_disk_image_wraps", [](C& c) { c.ram_disks[1].image_address = top - 0xfff; },
     Error::overflow},
};

INSTANTIATE_TEST_SUITE_P(Queues, VirtioFault, testing::ValuesIn(queue_faults),
                         [](const auto& fault) { return fault.param.what; });

struct TableFault {
  const char* what;
  Table VmmBlob::* table;
};

class VirtioTables : public testing::TestWithParam<TableFault> {};

TEST_P(VirtioTables, StayInsideTheBlob) {
  auto blob = tool::compile(test::vmm());
  auto& fixed = *reinterpret_cast<VmmBlob*>(blob.data());
  (fixed.*GetParam().table).count = 0xffff'ffff;
  tool::seal(blob);
  EXPECT_EQ(VmmView::open(blob).error(), Error::out_of_range);
}

const TableFault tables[] = {{"virtio", &VmmBlob::virtio},
                             {"block_queues", &VmmBlob::block_queues},
                             {"packet_queues", &VmmBlob::packet_queues},
                             {"ram_disks", &VmmBlob::ram_disks}};

INSTANTIATE_TEST_SUITE_P(View, VirtioTables, testing::ValuesIn(tables),
                         [](const auto& fault) { return fault.param.what; });

}  // namespace
}  // namespace serai::config
