// SPDX-License-Identifier: BSD-2-Clause
//
// The registers of VirtIO over MMIO, VirtIO 1.2, 4.2.2, table 4.1.
#include "virtio/transport/mmio_registers.hpp"

#include <array>
#include <cstdint>

#include "core/register_access.hpp"
#include "core/register_map.hpp"
#include "virtio/transport/mmio.hpp"

namespace serai::virtio {

/// Reads and writes of the single registers.
struct MmioRegisters {
  using T = MmioTransport;

  template <std::uint32_t value>
  static std::uint32_t read_constant(T&, std::uint32_t) noexcept {
    return value;
  }

  /// A register that the shared state answers as it is.
  template <auto Function>
  static std::uint32_t read_state(T& transport, std::uint32_t) noexcept {
    return static_cast<std::uint32_t>((transport.state_.*Function)());
  }

  template <auto Function>
  static void write_state(T& transport, std::uint32_t, std::uint32_t value) noexcept {
    (transport.state_.*Function)(value);
  }

  static std::uint32_t read_device_id(T& transport, std::uint32_t) noexcept {
    return static_cast<std::uint32_t>(transport.state_.traits().id);
  }

  static void write_queue_ready(T& transport, std::uint32_t, std::uint32_t value) noexcept {
    if (value == 1) {
      transport.act_on(transport.state_.enable_queue());
    } else if (value == 0) {
      transport.state_.stop_queue();
    }
  }

  static std::uint32_t read_interrupt_status(T& transport, std::uint32_t) noexcept {
    return transport.interrupt_status_;
  }

  static void write_interrupt_ack(T& transport, std::uint32_t, std::uint32_t value) noexcept {
    transport.set_interrupt_status(transport.interrupt_status_ & ~value);
  }

  static void write_status(T& transport, std::uint32_t, std::uint32_t value) noexcept {
    transport.act_on(transport.state_.write_status(value));
  }

  template <QueueArea area>
  static void write_address(T& transport, std::uint32_t half, std::uint32_t value) noexcept {
    transport.state_.write_queue_address(area, half, value);
  }

  static void write_queue_reset(T& transport, std::uint32_t, std::uint32_t value) noexcept {
    if (value == 1) {
      transport.state_.reset_queue();
    }
  }

  static consteval auto table() {
    using S = DeviceState;
    using enum QueueArea;
    return make_register_map<T, T::config_offset>(std::to_array<Register<T>>({
        {"MagicValue", 0x000, 1, read_constant<mmio::magic>},
        {"Version", 0x004, 1, read_constant<mmio::version>},
        {"DeviceID", 0x008, 1, read_device_id},
        {"VendorID", 0x00c, 1, read_constant<mmio::vendor>},
        {"DeviceFeatures", 0x010, 1, read_state<&S::device_features>},
        {"DeviceFeaturesSel", 0x014, 1, nullptr, write_state<&S::select_device_features>},
        {"DriverFeatures", 0x020, 1, nullptr, write_state<&S::write_driver_features>},
        {"DriverFeaturesSel", 0x024, 1, nullptr, write_state<&S::select_driver_features>},
        {"QueueSel", 0x030, 1, nullptr, write_state<&S::select_queue>},
        {"QueueSizeMax", 0x034, 1, read_state<&S::most_queue_size>},
        {"QueueSize", 0x038, 1, nullptr, write_state<&S::write_queue_size>},
        {"QueueReady", 0x044, 1, read_state<&S::queue_is_enabled>, write_queue_ready},
        {"QueueNotify", mmio::queue_notify, 1, nullptr, write_state<&S::notify>},
        {"InterruptStatus", 0x060, 1, read_interrupt_status},
        {"InterruptACK", 0x064, 1, nullptr, write_interrupt_ack},
        {"Status", 0x070, 1, read_state<&S::status>, write_status},
        {"QueueDesc", 0x080, 2, nullptr, write_address<descriptors>},
        {"QueueDriver", 0x090, 2, nullptr, write_address<driver>},
        {"QueueDevice", 0x0a0, 2, nullptr, write_address<device>},
        {"SHMSel", 0x0ac, 1},
        // There is no shared memory region: length and base read as ones (4.2.2).
        {"SHMLen", 0x0b0, 2, read_constant<~0U>},
        {"SHMBase", 0x0b8, 2, read_constant<~0U>},
        // A queue's reset is done before the write ends, so the bit never reads as one.
        {"QueueReset", 0x0c0, 1, nullptr, write_queue_reset},
        {"ConfigGeneration", 0x0fc, 1, read_state<&S::generation>},
    }));
  }
};

namespace {

constexpr auto registers = MmioRegisters::table();

}  // namespace

Result<std::uint64_t> MmioTransport::read(std::uint64_t offset, AccessSize size) noexcept {
  if (offset < config_offset) {
    return read_register(registers, *this, offset, size);
  }
  if (!is_aligned(offset, bytes_of(size))) {
    return fail(Error::misaligned);
  }
  return state_.read_config(offset - config_offset, size);
}

Result<void> MmioTransport::write(std::uint64_t offset, AccessSize size,
                                  std::uint64_t value) noexcept {
  if (offset < config_offset) {
    return write_register(registers, *this, offset, size, value);
  }
  if (!is_aligned(offset, bytes_of(size))) {
    return fail(Error::misaligned);
  }
  state_.write_config(offset - config_offset, size, value);
  return {};
}

}  // namespace serai::virtio
