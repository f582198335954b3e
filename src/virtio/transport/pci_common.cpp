// SPDX-License-Identifier: BSD-2-Clause
//
// The structure virtio_pci_common_cfg, VirtIO 1.2, 4.1.4.3.
#include <array>

#include "base/bits.hpp"
#include "virtio/transport/pci.hpp"

namespace serai::virtio {
namespace {

/// A field, or a half of one of 64 bits.
struct Field {
  std::uint32_t offset;
  AccessSize size;
  std::uint32_t (*read)(PciTransport& transport) noexcept;
  void (*write)(PciTransport& transport, std::uint32_t value) noexcept;
};

}  // namespace

/// Reads and writes of the single fields.
struct CommonConfig {
  using T = PciTransport;

  /// A field that the shared state answers as it is.
  template <auto Function>
  static std::uint32_t read_state(T& transport) noexcept {
    return static_cast<std::uint32_t>((transport.state_.*Function)());
  }

  template <auto Function>
  static void write_state(T& transport, std::uint32_t value) noexcept {
    (transport.state_.*Function)(value);
  }

  static std::uint32_t read_config_vector(T& transport) noexcept {
    return transport.config_vector_;
  }

  static void write_config_vector(T& transport, std::uint32_t value) noexcept {
    transport.config_vector_ = transport.allowed_vector(value);
  }

  static std::uint32_t read_num_queues(T& transport) noexcept {
    return transport.state_.traits().queue_count;
  }

  static void write_status(T& transport, std::uint32_t value) noexcept {
    transport.act_on(transport.state_.write_status(value));
  }

  static std::uint32_t read_queue_vector(T& transport) noexcept {
    const DeviceState& state = transport.state_;
    return state.selected_exists() ? transport.queue_vectors_[state.selected_queue()]
                                   : pci_layout::no_vector;
  }

  static void write_queue_vector(T& transport, std::uint32_t value) noexcept {
    const DeviceState& state = transport.state_;
    if (state.selected_exists()) {
      transport.queue_vectors_[state.selected_queue()] = transport.allowed_vector(value);
    }
  }

  static void write_queue_enable(T& transport, std::uint32_t value) noexcept {
    // 4.1.4.3.2: a driver never writes 0; to stop a queue it resets it.
    if (value == 1) {
      transport.act_on(transport.state_.enable_queue());
    }
  }

  static std::uint32_t read_notify_offset(T& transport) noexcept {
    return transport.state_.selected_exists() ? transport.state_.selected_queue() : 0;
  }

  template <QueueArea area, std::uint32_t half>
  static std::uint32_t read_address(T& transport) noexcept {
    return transport.state_.queue_address(area, half);
  }

  template <QueueArea area, std::uint32_t half>
  static void write_address(T& transport, std::uint32_t value) noexcept {
    transport.state_.write_queue_address(area, half, value);
  }

  /// VIRTIO_F_NOTIF_CONFIG_DATA is not offered.
  static std::uint32_t read_notify_data(T& /*transport*/) noexcept { return 0; }

  /// A queue's reset is done before the write ends, so the field never reads as 1.
  static std::uint32_t read_queue_reset(T& /*transport*/) noexcept { return 0; }

  static void write_queue_reset(T& transport, std::uint32_t value) noexcept {
    if (value == 1 && transport.state_.reset_queue()) {
      transport.queue_vectors_[transport.state_.selected_queue()] = pci_layout::no_vector;
    }
  }

  static consteval auto table() {
    using S = DeviceState;
    using enum QueueArea;
    using enum AccessSize;
    return std::to_array<Field>({
        {0, word, read_state<&S::device_feature_select>, write_state<&S::select_device_features>},
        {4, word, read_state<&S::device_features>, nullptr},
        {8, word, read_state<&S::driver_feature_select>, write_state<&S::select_driver_features>},
        {12, word, read_state<&S::driver_features>, write_state<&S::write_driver_features>},
        {16, half, read_config_vector, write_config_vector},
        {18, half, read_num_queues, nullptr},
        {20, byte, read_state<&S::status>, write_status},
        {21, byte, read_state<&S::generation>, nullptr},
        {22, half, read_state<&S::selected_queue>, write_state<&S::select_queue>},
        {24, half, read_state<&S::queue_size>, write_state<&S::write_queue_size>},
        {26, half, read_queue_vector, write_queue_vector},
        {28, half, read_state<&S::queue_is_enabled>, write_queue_enable},
        {30, half, read_notify_offset, nullptr},
        {32, word, read_address<descriptors, 0>, write_address<descriptors, 0>},
        {36, word, read_address<descriptors, 1>, write_address<descriptors, 1>},
        {40, word, read_address<driver, 0>, write_address<driver, 0>},
        {44, word, read_address<driver, 1>, write_address<driver, 1>},
        {48, word, read_address<device, 0>, write_address<device, 0>},
        {52, word, read_address<device, 1>, write_address<device, 1>},
        {56, half, read_notify_data, nullptr},
        {58, half, read_queue_reset, write_queue_reset},
    });
  }
};

namespace {

constexpr auto fields = CommonConfig::table();

const Field* find_field(std::uint64_t offset, AccessSize size) noexcept {
  for (const Field& field : fields) {
    if (field.offset == offset && field.size == size) {
      return &field;
    }
  }
  return nullptr;
}

}  // namespace

Result<std::uint64_t> PciTransport::read_common(std::uint64_t offset, AccessSize size) noexcept {
  const Field* const field = find_field(offset, size);
  if (field == nullptr) {
    return fail(Error::unsupported);
  }
  return truncate(field->read(*this), size);
}

Result<void> PciTransport::write_common(std::uint64_t offset, AccessSize size,
                                        std::uint32_t value) noexcept {
  const Field* const field = find_field(offset, size);
  if (field == nullptr) {
    return fail(Error::unsupported);
  }
  if (field->write != nullptr) {
    field->write(*this, value);
  }
  return {};
}

}  // namespace serai::virtio
