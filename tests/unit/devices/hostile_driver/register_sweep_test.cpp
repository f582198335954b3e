// SPDX-License-Identifier: BSD-2-Clause
//
// R5 for the devices themselves: every byte of what a guest sees of each of them, over both
// transports, in every width and alignment, in each state that a driver can bring them to.
#include <functional>
#include <gtest/gtest.h>
#include <tuple>

#include "pci/host_bridge.hpp"
#include "support/fake_interrupt_controller.hpp"
#include "unit/devices/hostile_driver/every_device.hpp"
#include "virtio/transport/mmio.hpp"
#include "virtio/transport/pci.hpp"
#include "virtio/transport/pci_layout.hpp"

namespace serai::test {
namespace {

constexpr std::array sizes = {AccessSize::byte, AccessSize::half, AccessSize::word,
                              AccessSize::double_word};
constexpr std::array<std::uint64_t, 4> values = {0, ~0ULL, 0x5a5a'5a5a'5a5a'5a5aULL, 1};
constexpr std::uint64_t ram_start = 0x4000'0000;

/// How far a driver has come.
enum class State : std::uint8_t { reset, features_ok, driver_ok };

struct DropMessages final : pci::MessageSink {
  void send(std::uint64_t /*address*/, std::uint32_t /*data*/) noexcept override {}
};

/// A device of one kind with what its transport is given.
class Sweep : public testing::TestWithParam<std::tuple<DeviceKind, State>> {
 protected:
  Sweep() { EXPECT_TRUE(memory.add(GuestAddress(ram_start), ram).has_value()); }

  [[nodiscard]] static DeviceKind kind() { return std::get<0>(GetParam()); }

  /// Brings the device to the state of this test; `write` is to a register by its two places.
  template <class Write>
  void bring_up(Write&& status, Write&& features) {
    if (std::get<1>(GetParam()) == State::reset) {
      return;
    }
    status(3);
    features(1);
    status(11);
    if (std::get<1>(GetParam()) == State::driver_ok) {
      status(15);
    }
  }

  /// What the configuration holds, byte by byte, as the device itself says.
  std::vector<std::byte> configuration() {
    std::vector<std::byte> bytes(device.traits().config_bytes);
    for (std::uint32_t i = 0; i < bytes.size(); ++i) {
      device.read_config(i, std::span(bytes).subspan(i, 1));
    }
    return bytes;
  }

  /// The number that stands at `offset` of it, with zeros beyond its end.
  static std::uint64_t number_at(std::span<const std::byte> bytes, std::uint64_t offset,
                                 AccessSize size) {
    std::uint64_t value = 0;
    for (std::uint64_t i = bytes_of(size); i-- > 0;) {
      const std::uint64_t at = offset + i;
      value = value << 8 | (at < bytes.size() ? static_cast<std::uint64_t>(bytes[at]) : 0);
    }
    return value;
  }

  FakeInterruptController gic;
  EveryDevice devices;
  virtio::Device& device = devices[kind()];
  std::vector<std::byte> ram = std::vector<std::byte>(0x1'0000);
  GuestMemory memory;
  std::vector<virtio::Segment> segments = std::vector<virtio::Segment>(256);
  virtio::SegmentPool pool{segments};
  std::vector<virtio::Queue> queues = std::vector<virtio::Queue>(device.traits().queue_count);
};

class MmioSweep : public Sweep {
 protected:
  using T = virtio::MmioTransport;

  void SetUp() override {
    const std::function<void(std::uint32_t)> status = [this](std::uint32_t value) {
      ASSERT_TRUE(mmio.write(0x70, AccessSize::word, value));
    };
    const std::function<void(std::uint32_t)> features = [this](std::uint32_t high) {
      ASSERT_TRUE(mmio.write(0x24, AccessSize::word, 1));
      ASSERT_TRUE(mmio.write(0x20, AccessSize::word, high));
    };
    bring_up(status, features);
  }

  T mmio{device, memory, queues, pool, IrqLine(gic, 48), {}};
};

TEST_P(MmioSweep, EveryByteOfTheConfigurationReadsAlikeInEveryWidth) {
  const auto bytes = configuration();
  for (const AccessSize size : sizes) {
    for (std::uint64_t offset = 0; T::config_offset + offset + bytes_of(size) <= T::window_bytes;
         ++offset) {
      SCOPED_TRACE(testing::Message() << "offset " << offset << ", bytes " << bytes_of(size));
      const auto got = mmio.read(T::config_offset + offset, size);
      if (offset % bytes_of(size) != 0) {
        ASSERT_EQ(got.error(), Error::misaligned);
      } else {
        ASSERT_EQ(got.value(), number_at(bytes, offset, size));
      }
    }
  }
}

TEST_P(MmioSweep, EveryAccessHasADefinedResultAndTheDeviceCanBeReset) {
  for (const AccessSize size : sizes) {
    for (std::uint64_t offset = 0; offset + bytes_of(size) <= T::window_bytes; ++offset) {
      SCOPED_TRACE(testing::Message() << "offset " << offset << ", bytes " << bytes_of(size));
      for (const std::uint64_t value : values) {
        const auto before = mmio.read(offset, size);
        const auto written = mmio.write(offset, size, truncate(value, size));
        const auto after = mmio.read(offset, size);
        ASSERT_EQ(before.has_value(), written.has_value());
        ASSERT_EQ(after.has_value(), written.has_value());
        ASSERT_EQ(after.value_or(0), truncate(after.value_or(0), size));
        if (offset >= T::config_offset) {
          ASSERT_EQ(written.has_value(), offset % bytes_of(size) == 0);
        }
        ASSERT_TRUE(written || written.error() == Error::misaligned ||
                    written.error() == Error::unsupported);
      }
    }
  }
  ASSERT_TRUE(mmio.write(0x70, AccessSize::word, 0));
  EXPECT_EQ(mmio.read(0x70, AccessSize::word).value(), 0U);
  EXPECT_EQ(mmio.read(0x00, AccessSize::word).value(), 0x7472'6976U);
  EXPECT_EQ(mmio.read(0x08, AccessSize::word).value(),
            static_cast<std::uint32_t>(device.traits().id));
  EXPECT_EQ(pool.free(), pool.capacity());
}

TEST_P(MmioSweep, EveryQueueNumberIsAnsweredAndOnlyTheDevicesOwnExist) {
  for (std::uint32_t queue = 0; queue < 0x1'0002; ++queue) {
    ASSERT_TRUE(mmio.write(0x30, AccessSize::word, queue));
    const bool exists = mmio.read(0x34, AccessSize::word).value() != 0;
    ASSERT_EQ(exists, queue < queues.size()) << queue;
    if (!exists) {
      ASSERT_TRUE(mmio.write(0x38, AccessSize::word, 8));
      ASSERT_TRUE(mmio.write(0x44, AccessSize::word, 1));
      ASSERT_EQ(mmio.read(0x44, AccessSize::word).value(), 0U);
    }
    ASSERT_TRUE(mmio.write(0x50, AccessSize::word, queue));
  }
}

class PciSweep : public Sweep {
 protected:
  static constexpr std::uint64_t window = 0x1000'0000;
  static constexpr std::uint64_t structures = 0x1'0000;  // in the window
  static constexpr std::uint64_t msix = 0x2'0000;

  static GuestRange range(std::uint64_t start, std::uint64_t size) {
    return GuestRange::make(GuestAddress(start), size).value();
  }

  void SetUp() override {
    ASSERT_TRUE(bridge.add(2, function));
    place_bars();
    const std::function<void(std::uint32_t)> status = [this](std::uint32_t value) {
      ASSERT_TRUE(bridge.window().write(structures + 20, AccessSize::byte, value));
    };
    const std::function<void(std::uint32_t)> features = [this](std::uint32_t high) {
      ASSERT_TRUE(bridge.window().write(structures + 8, AccessSize::word, 1));
      ASSERT_TRUE(bridge.window().write(structures + 12, AccessSize::word, high));
    };
    bring_up(status, features);
  }

  void place_bars() {
    configure(0x04, 0, AccessSize::half);
    configure(0x10, window + structures);
    configure(0x14, 0);
    configure(0x18, window + msix);
    configure(0x1c, 0);
    configure(0x04, 2, AccessSize::half);
  }

  void configure(std::uint32_t offset, std::uint64_t value, AccessSize size = AccessSize::word) {
    ASSERT_TRUE(bridge.ecam().write(std::uint64_t{2} << 15U | offset, size, value));
  }

  DropMessages sink;
  pci::HostBridge bridge{{.ecam = range(0x3f00'0000, 0x10'0000),
                          .window = range(window, 0x100'0000),
                          .high_window = range(0x80'0000'0000, 0x1000'0000),
                          .first_intx_intid = 35},
                         gic};
  virtio::PciTransport function{device, memory, queues, pool, 2, sink, bridge, {}};
};

TEST_P(PciSweep, EveryByteOfTheConfigurationReadsAlikeInEveryWidth) {
  using namespace virtio::pci_layout;
  const auto bytes = configuration();
  for (const AccessSize size : sizes) {
    for (std::uint64_t offset = 0; offset + bytes_of(size) <= most_config_bytes; ++offset) {
      SCOPED_TRACE(testing::Message() << "offset " << offset << ", bytes " << bytes_of(size));
      const auto got = bridge.window().read(structures + device_offset + offset, size);
      ASSERT_EQ(got.value(), offset % bytes_of(size) == 0 ? number_at(bytes, offset, size)
                                                          : truncate(~0ULL, size));
    }
  }
}

TEST_P(PciSweep, EveryAccessHasADefinedResultAndTheDeviceCanBeReset) {
  using virtio::pci_layout::structures_bytes;
  for (const std::uint64_t bar : {structures, msix}) {
    // Beyond each BAR, too: nothing answers there.
    for (const AccessSize size : sizes) {
      for (std::uint64_t offset = 0; offset < structures_bytes + 16; ++offset) {
        for (const std::uint64_t value : values) {
          ASSERT_TRUE(bridge.window().write(bar + offset, size, truncate(value, size)));
          const auto got = bridge.window().read(bar + offset, size);
          ASSERT_TRUE(got.has_value());
          ASSERT_EQ(*got, truncate(*got, size));
          if (offset >= structures_bytes) {
            ASSERT_EQ(*got, truncate(~0ULL, size));
          }
        }
      }
    }
  }
  ASSERT_TRUE(bridge.window().write(structures + 20, AccessSize::byte, 0));
  EXPECT_EQ(bridge.window().read(structures + 20, AccessSize::byte).value(), 0U);
  EXPECT_EQ(pool.free(), pool.capacity());
}

TEST_P(PciSweep, EveryByteOfTheFunctionsConfigurationSpaceIsAnswered) {
  for (const AccessSize size : sizes) {
    for (std::uint64_t offset = 0; offset + bytes_of(size) <= 4096; ++offset) {
      for (const std::uint64_t value : values) {
        const std::uint64_t at = std::uint64_t{2} << 15U | offset;
        ASSERT_TRUE(bridge.ecam().write(at, size, truncate(value, size)));
        const auto got = bridge.ecam().read(at, size);
        ASSERT_TRUE(got.has_value());
        const bool is_odd = size == AccessSize::double_word || offset % bytes_of(size) != 0;
        ASSERT_EQ(*got, is_odd ? truncate(~0ULL, size) : truncate(*got, size));
      }
    }
  }
  const std::uint64_t id = bridge.ecam().read(std::uint64_t{2} << 15U, AccessSize::word).value();
  EXPECT_EQ(id, 0x1af4U | (0x1040U + static_cast<std::uint64_t>(device.traits().id)) << 16U);
  place_bars();
  ASSERT_TRUE(bridge.window().write(structures + 20, AccessSize::byte, 0));
  EXPECT_EQ(bridge.window().read(structures + 20, AccessSize::byte).value(), 0U);
}

TEST_P(PciSweep, EveryDoorbellAndQueueNumberIsAnswered) {
  for (std::uint32_t queue = 0; queue < 0x1'0000; ++queue) {
    ASSERT_TRUE(bridge.window().write(structures + 22, AccessSize::half, queue));
    const bool exists = bridge.window().read(structures + 24, AccessSize::half).value() != 0;
    ASSERT_EQ(exists, queue < queues.size()) << queue;
  }
  for (std::uint64_t offset = virtio::pci_layout::notify_offset;
       offset < virtio::pci_layout::structures_bytes; ++offset) {
    for (const AccessSize size : sizes) {
      static_cast<void>(bridge.window().ring(structures + offset, size));
    }
  }
}

std::string name_of_sweep(const testing::TestParamInfo<Sweep::ParamType>& test) {
  constexpr std::array states = {"reset", "features_ok", "driver_ok"};
  return name_of(std::get<0>(test.param)) + "_" +
         states.at(static_cast<std::size_t>(std::get<1>(test.param)));
}

const auto kinds_and_states =
    testing::Combine(testing::ValuesIn(every_kind),
                     testing::Values(State::reset, State::features_ok, State::driver_ok));

INSTANTIATE_TEST_SUITE_P(Devices, MmioSweep, kinds_and_states, name_of_sweep);
INSTANTIATE_TEST_SUITE_P(Devices, PciSweep, kinds_and_states, name_of_sweep);

}  // namespace
}  // namespace serai::test
