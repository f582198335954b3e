// SPDX-License-Identifier: BSD-2-Clause
//
// That the memory which the tool gives a VMM for its devices is what they take, for every
// configuration: not a line less, so that the VMM starts, and not a line more.
#include <array>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <vector>

#include "config/device_costs.hpp"
#include "unit/vmm/machine_fixture.hpp"

namespace serai::test {
namespace {

using config::VirtioKind;
using config::VirtioTransport;

/// A machine whose devices' queues all lie in the same memory, which nobody uses.
class AnyMachine final : public MachineTest {
 public:
  using MachineTest::build;
  using MachineTest::configuration;
  using MachineTest::machine;

  AnyMachine() {
    configuration.fixed.pci = {.ecam_address = 0x3f00'0000,
                               .ecam_size = 0x10'0000,
                               .window_address = 0x1000'0000,
                               .window_size = 0x100'0000,
                               .high_window_address = 0x80'0000'0000,
                               .high_window_size = 0x100'0000,
                               .msi_frame_address = 0x802'0000,
                               .first_msi_intid = 112,
                               .msi_count = 64,
                               .first_intx_intid = 35,
                               .reserved = 0};
    configuration.passthrough.clear();
  }

  void TestBody() override {}

  void add(VirtioKind kind, VirtioTransport transport, std::uint32_t queues,
           std::uint32_t queue_size, bool has_back_end) {
    config::VirtioDevice device{};
    device.kind = kind;
    device.transport = transport;
    if (transport == VirtioTransport::pci) {
      device.slot = ++slots_;
    } else {
      device.guest_address = 0xa00'0000 + 0x200ULL * places_;
      device.intid = 200 + places_++;
    }
    device.queues = queues;
    device.queue_size = queue_size;
    device.name = tool::blob_name("it");
    connect(device, has_back_end);
    configuration.virtio.push_back(device);
  }

  /// That it can be built and takes all of the memory that it is given.
  void expect_exact_fit() {
    const auto built = build();
    ASSERT_TRUE(built.has_value()) << static_cast<int>(built.error());
    EXPECT_EQ(machine->device_memory_used(), configuration.fixed.device_memory_size);
  }

 private:
  void connect(config::VirtioDevice& device, bool has_back_end) {
    const std::uint64_t at = reinterpret_cast<std::uint64_t>(shared_.data());
    const ChannelId channel = 4 + static_cast<ChannelId>(configuration.virtio.size());
    switch (device.kind) {
      case VirtioKind::block:
        if (has_back_end) {
          device.back_end =
              append(configuration.block_queues, {at, at, at, at, shared_.size(), 0, 128, channel});
        } else {
          device.is_ram_disk = 1;
          device.flags = static_cast<std::uint32_t>(config::VirtioFlag::read_only);
          device.back_end =
              append(configuration.ram_disks, {0, shared_.size(), at, shared_.size()});
        }
        return;
      case VirtioKind::network:
      case VirtioKind::socket:
        device.mac =
            device.kind == VirtioKind::network ? decltype(device.mac){2} : decltype(device.mac){};
        device.context_id = device.kind == VirtioKind::socket ? 3 : 0;
        device.back_end = append(configuration.packet_queues,
                                 {at, at, at, at, at, at, 0, 0, 2, 2048, channel, channel, 0, 0});
        return;
      case VirtioKind::console:
      case VirtioKind::entropy:
        device.back_end = config::no_channel;
        if (!has_back_end) {
          return;
        }
        for (std::uint32_t port = 0; port < device.queues; ++port) {
          const std::uint32_t index =
              append(configuration.serial_queues, {at, at, at, at, 64, 64, console_channel, 0});
          device.back_end = port == 0 ? index : device.back_end;
        }
        return;
    }
  }

  template <class Entry>
  static std::uint32_t append(std::vector<Entry>& entries, Entry entry) {
    entries.push_back(entry);
    return static_cast<std::uint32_t>(entries.size() - 1);
  }

  std::uint32_t slots_ = 0;
  std::uint32_t places_ = 0;
  alignas(4096) std::array<std::byte, 0x4000> shared_{};
};

constexpr std::uint32_t most_queues(VirtioKind kind) {
  switch (kind) {
    case VirtioKind::network:
      return 8;
    case VirtioKind::block:
      return 32;
    case VirtioKind::console:
      return 8;
    case VirtioKind::entropy:
    case VirtioKind::socket:
      break;
  }
  return 1;
}

TEST(DeviceMemory, OfAGuestWithoutDevicesIsNone) {
  const auto machine = std::make_unique<AnyMachine>();
  machine->configuration.devices.clear();
  machine->configuration.fixed.pci = {};
  machine->expect_exact_fit();
  EXPECT_EQ(machine->configuration.fixed.device_memory_size, 0U);
}

TEST(DeviceMemory, IsEnoughForAsManyDevicesAsThereCanBe) {
  for (const bool has_back_end : {true, false}) {
    const auto machine = std::make_unique<AnyMachine>();
    for (int i = 0; i < 31; ++i) {
      machine->add(VirtioKind::block, VirtioTransport::pci, 32, 1024, has_back_end);
    }
    for (int i = 0; i < (has_back_end ? 26 : 32); ++i) {
      machine->add(VirtioKind::block, VirtioTransport::mmio, 32, 1024, has_back_end);
    }
    machine->expect_exact_fit();
  }
}

/// A number from `least` to `most`, both included.
std::uint32_t any(std::mt19937& random, std::uint32_t least, std::uint32_t most) {
  return std::uniform_int_distribution<std::uint32_t>(least, most)(random);
}

void add_any_device(AnyMachine& machine, std::mt19937& random) {
  constexpr std::array kinds{VirtioKind::network, VirtioKind::block, VirtioKind::console,
                             VirtioKind::entropy, VirtioKind::socket};
  const VirtioKind kind = kinds.at(any(random, 0, kinds.size() - 1));
  const auto transport = any(random, 0, 1) == 0 ? VirtioTransport::pci : VirtioTransport::mmio;
  const std::uint32_t queues = any(random, 1, most_queues(kind));
  const std::uint32_t queue_size = 1U << any(random, 2, 10);
  machine.add(kind, transport, queues, queue_size, any(random, 0, 1) == 0);
}

TEST(DeviceMemory, IsWhatDevicesTake) {
  constexpr int machines = 100;
  std::mt19937 random(1);  // NOLINT(cert-msc51-cpp): the same machines each time
  for (int i = 0; i < machines; ++i) {
    const auto machine = std::make_unique<AnyMachine>();
    if (any(random, 0, 1) == 0) {
      machine->configuration.devices.clear();
    }
    for (std::uint32_t left = any(random, 0, 31); left != 0; --left) {
      add_any_device(*machine, random);
    }
    SCOPED_TRACE(i);
    machine->expect_exact_fit();
  }
}

}  // namespace
}  // namespace serai::test
