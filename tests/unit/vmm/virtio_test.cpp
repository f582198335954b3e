// SPDX-License-Identifier: BSD-2-Clause
//
// VirtIO devices inside a machine: that they are where the configuration says, and what their
// accesses cost the hypervisor.
#include <algorithm>

#include "unit/vmm/machine_fixture.hpp"

namespace serai::test {
namespace {

using Words = std::vector<std::size_t>;

class Virtio : public MachineTest {
 protected:
  static constexpr std::uint64_t mmio = 0xa00'0000;
  static constexpr std::uint64_t ecam = 0x3f00'0000;
  static constexpr std::uint64_t window = 0x1000'0000;
  static constexpr std::uint64_t high_window = 0x80'0000'0000;
  static constexpr std::uint64_t msi_frame = 0x802'0000;
  static constexpr std::uint32_t mmio_intid = 48;
  static constexpr std::uint32_t msi_intid = 112;
  static constexpr std::uint64_t slot_1 = ecam + (1 << 15);

  // Places in the guest's RAM for rings and a request.
  static constexpr std::uint64_t rings = ram + 0xa000;
  static constexpr std::uint64_t request = ram + 0xb000;
  static constexpr std::uint64_t data = ram + 0xc000;

  Virtio() {
    configuration.fixed.pci = {.ecam_address = ecam,
                               .ecam_size = 0x10'0000,
                               .window_address = window,
                               .window_size = 0x100'0000,
                               .high_window_address = high_window,
                               .high_window_size = 0x100'0000,
                               .msi_frame_address = msi_frame,
                               .first_msi_intid = msi_intid,
                               .msi_count = 64,
                               .first_intx_intid = 64,
                               .reserved = 0};
    for (std::size_t i = 0; i < disk.size(); ++i) {
      disk[i] = static_cast<std::byte>(i / 512);
    }
    configuration.ram_disks = {{.address = reinterpret_cast<std::uint64_t>(disk.data()),
                                .size = disk.size(),
                                .image_address = reinterpret_cast<std::uint64_t>(image.data()),
                                .image_size = image.size()},
                               {.address = reinterpret_cast<std::uint64_t>(second.data()),
                                .size = second.size(),
                                .image_address = 0,
                                .image_size = 0}};
    configuration.virtio = {device(config::VirtioTransport::mmio, 0),
                            device(config::VirtioTransport::pci, 1)};
  }

  static config::VirtioDevice device(config::VirtioTransport transport, std::uint32_t disk_index) {
    const bool is_pci = transport == config::VirtioTransport::pci;
    return {.kind = config::VirtioKind::block,
            .transport = transport,
            .guest_address = is_pci ? 0 : mmio,
            .intid = is_pci ? 0 : mmio_intid,
            .slot = is_pci ? 1U : 0U,
            .flags = 0,
            .back_end = disk_index,
            .is_ram_disk = 1,
            .queues = 1,
            .queue_size = 16,
            .mtu = 0,
            .context_id = 0,
            .mac = {},
            .reserved = 0,
            .name = tool::blob_name("scratch")};
  }

  template <class Number>
  void put(std::uint64_t address, Number value) {
    std::memcpy(&ram_at(address), &value, sizeof value);
  }

  /// As a driver begins with the device behind MMIO and one of its queues, up to DRIVER_OK.
  void drive(std::uint32_t queue = 0) {
    std::fill_n(&ram_at(rings), 0x1000, std::byte{0});
    store(mmio + 0x70, 0);
    store(mmio + 0x70, 3);
    store(mmio + 0x24, 1);
    store(mmio + 0x20, 1);
    store(mmio + 0x70, 11);
    store(mmio + 0x30, queue);
    store(mmio + 0x38, 16);
    store(mmio + 0x80, rings);
    store(mmio + 0x90, rings + 0x200);
    store(mmio + 0xa0, rings + 0x400);
    store(mmio + 0x44, 1);
    store(mmio + 0x70, 15);
    EXPECT_EQ(loaded(mmio + 0x70), 15U);
  }

  /// A read of one sector in three descriptors, made available.
  void ask_for_sector(std::uint64_t sector) {
    put<std::uint32_t>(request, 0);
    put<std::uint64_t>(request + 8, sector);
    const auto describe = [&](unsigned i, std::uint64_t address, std::uint32_t bytes,
                              std::uint16_t flags, std::uint16_t next) {
      put(rings + 16 * i, address);
      put(rings + 16 * i + 8, bytes);
      put(rings + 16 * i + 12, flags);
      put(rings + 16 * i + 14, next);
    };
    describe(0, request, 16, 1, 1);
    describe(1, data, 512, 3, 2);
    describe(2, request + 32, 1, 2, 0);
    put<std::byte>(request + 32, std::byte{0xff});
    put<std::uint16_t>(rings + 0x204, 0);
    put<std::uint16_t>(rings + 0x202, 1);
  }

  alignas(4096) std::array<std::byte, 64 * 512> image{};
  alignas(4096) std::array<std::byte, 64 * 512> disk{};
  alignas(4096) std::array<std::byte, 16 * 512> second{};
};

TEST_F(Virtio, DevicesAreWhereTheConfigurationSays) {
  start();
  EXPECT_EQ(loaded(mmio), 0x74726976U);
  EXPECT_EQ(loaded(mmio + 8), 2U);
  EXPECT_EQ(loaded(slot_1), 0x1042'1af4U);
  EXPECT_EQ(loaded(ecam + (2 << 15)), 0xffff'ffffU);
  EXPECT_EQ(loaded(msi_frame + 8), msi_intid << 16 | 64U);
}

TEST_F(Virtio, ARequestIsServedAtItsDoorbell) {
  image[5 * 512] = std::byte{0x5a};
  start();
  enable(mmio_intid);
  drive();
  ask_for_sector(5);
  vcpu.injections.clear();
  EXPECT_TRUE(store(mmio + 0x50, 0));
  EXPECT_EQ(ram_at(request + 32), std::byte{0});
  EXPECT_EQ(ram_at(data), std::byte{0x5a});
  EXPECT_EQ(serve_interrupt(), mmio_intid);
}

TEST_F(Virtio, ADoorbellReadsNoRegisterAndWritesOnlyThePc) {
  start();
  drive();
  vcpu.register_reads.clear();
  vcpu.register_writes.clear();
  EXPECT_TRUE(store(mmio + 0x50, 0));
  EXPECT_EQ(vcpu.register_reads, Words{});
  EXPECT_EQ(vcpu.register_writes, Words{1});
}

TEST_F(Virtio, ADoorbellThatIsKnownServesTheNextRequest) {
  image[5 * 512] = std::byte{0x5a};
  start();
  enable(mmio_intid);
  drive();
  EXPECT_TRUE(store(mmio + 0x50, 0)) << "empty";
  ask_for_sector(5);
  const std::uint64_t before = pc();
  EXPECT_TRUE(store(mmio + 0x50, 0));
  EXPECT_EQ(pc(), before + 4);
  EXPECT_EQ(ram_at(data), std::byte{0x5a});
  EXPECT_EQ(serve_interrupt(), mmio_intid);
}

TEST_F(Virtio, AKnownDoorbellIsOneOnlyForItsOwnAccess) {
  start();
  drive();
  EXPECT_TRUE(store(mmio + 0x50, 0));
  ask_for_sector(0);
  load(mmio + 0x50);
  store(mmio + 0x50, 0, 1);
  store(mmio + 0x54, 0);
  EXPECT_EQ(ram_at(request + 32), std::byte{0xff}) << "none of them notifies";
  EXPECT_TRUE(store(mmio + 0x50, 0));
  EXPECT_EQ(ram_at(request + 32), std::byte{0});
}

TEST_F(Virtio, AKnownDoorbellIsMuteAfterAReset) {
  start();
  drive();
  EXPECT_TRUE(store(mmio + 0x50, 0));
  constexpr std::uint64_t system_reset = 0x8400'0009;
  smc(system_reset);
  ask_for_sector(0);
  EXPECT_TRUE(store(mmio + 0x50, 0));
  EXPECT_EQ(ram_at(request + 32), std::byte{0xff});
}

TEST_F(Virtio, AnotherStoreToTheDeviceHasItsValue) {
  start();
  drive();
  EXPECT_TRUE(store(mmio + 0x70, 0));
  EXPECT_EQ(loaded(mmio + 0x70), 0U);
}

TEST_F(Virtio, ARamDiskKeepsItsContentsWhenTheGuestIsReset) {
  start();
  drive();
  disk[0] = std::byte{0x77};
  constexpr std::uint64_t system_reset = 0x8400'0009;
  smc(system_reset);
  EXPECT_EQ(disk[0], std::byte{0x77});
  EXPECT_EQ(loaded(mmio + 0x70), 0U) << "the device must be as at power-on";
}

TEST_F(Virtio, AConsoleThatTakesNothingDoesNotHoldItsGuest) {
  configuration.devices[0].serial_queue = config::no_channel;
  configuration.virtio[0].kind = config::VirtioKind::console;
  configuration.virtio[0].back_end = 0;
  configuration.virtio[0].is_ram_disk = 0;
  start();
  constexpr std::uint32_t transmit_queue = 1;
  drive(transmit_queue);
  put(rings, data);
  put<std::uint64_t>(rings + 8, transmitted.size() + 1);
  put<std::uint16_t>(rings + 0x202, 1);
  EXPECT_TRUE(store(mmio + 0x50, transmit_queue));
  EXPECT_EQ(ram_at(rings + 0x402), std::byte{0}) << "more than there is room for";
  // All that a guest does that waits with its interrupts off.
  EXPECT_TRUE(exits->private_interrupt(aarch64::VirtualTimer::intid));
  for (int i = 0; i < 3; ++i) {
    ASSERT_FALSE(clock.alarms.empty());
    clock.ticks = std::max(clock.ticks, clock.alarms.back());
    machine->notified(timer_channel);
  }
  EXPECT_EQ(ram_at(rings + 0x402), std::byte{1});
}

TEST_F(Virtio, ADeviceWithoutItsBackEndIsRefused) {
  configuration.virtio[0].back_end = config::no_channel;
  EXPECT_FALSE(build());
}

}  // namespace
}  // namespace serai::test
