// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/result.hpp"
#include "drivers/virtio/driver_queue.hpp"
#include "drivers/virtio/register_port.hpp"
#include "drivers/virtio/specification.hpp"

namespace serai::drivers {

/// A VirtIO device of the board as its driver sees it (VirtIO 1.2, 3.1 and 4.2). Brought up by
/// `begin`, `negotiate`, `enable` for each queue, and `finish`, in this order. Whatever the device
/// answers, every function returns in bounded time.
class BoardDevice {
 public:
  explicit constexpr BoardDevice(RegisterPort& registers) noexcept : registers_(registers) {}

  /// Resets the device, which afterwards touches no memory, and greets it. Errors: `not_found` if
  /// there is none of this type; `unsupported` if it has the registers of a version before 1.0
  /// (QEMU without `virtio-mmio.force-legacy=false`); `bad_value` if it does not finish its reset.
  Result<void> begin(DeviceType type) noexcept;

  /// Resets the device, which then touches no memory any more. Fails with `bad_value` if it does
  /// not finish.
  Result<void> reset() noexcept;

  /// Accepts what the device offers of `wanted`, and always VIRTIO_F_VERSION_1 and, where offered,
  /// VIRTIO_F_ACCESS_PLATFORM: our addresses are physical, which is what the bus of a board without
  /// an IOMMU for it takes. Says what was accepted. Fails with `unsupported` if the device is no
  /// modern one or refuses.
  [[nodiscard]] Result<std::uint64_t> negotiate(std::uint64_t wanted) noexcept;

  /// The size of queue `index`: the largest power of two that the device and `most` allow; 0 if it
  /// has no such queue.
  [[nodiscard]] std::uint16_t queue_size(std::uint16_t index, std::uint16_t most) noexcept;

  /// Hands a queue over. Fails with `bad_value` if the device has it in use already.
  Result<void> enable(std::uint16_t index, const QueueAddresses& addresses) noexcept;

  /// Says that the driver is ready (DRIVER_OK).
  void finish() noexcept;

  /// Says that the driver has given up (FAILED).
  void give_up() noexcept;

  /// Tells the device that there is something in a queue.
  void notify(std::uint16_t queue) noexcept { registers_.write(reg::queue_notify, queue); }

  /// Withdraws the device's interrupt and says why it came (bits of `interrupt`). To be called
  /// before the queues are drained, so that no later interrupt is lost.
  [[nodiscard]] std::uint32_t take_interrupts() noexcept;

  /// Whether the device cannot go on without a reset.
  [[nodiscard]] bool needs_reset() noexcept;

  /// Little-endian fields of the device's configuration. A 64-bit one is read until both halves
  /// belong together, a few times at most.
  [[nodiscard]] std::uint8_t config8(std::uint32_t offset) noexcept;
  [[nodiscard]] std::uint16_t config16(std::uint32_t offset) noexcept;
  [[nodiscard]] std::uint32_t config32(std::uint32_t offset) noexcept;
  [[nodiscard]] std::uint64_t config64(std::uint32_t offset) noexcept;

 private:
  [[nodiscard]] std::uint64_t offered() noexcept;
  void write_status(std::uint32_t add) noexcept;
  void write_address(std::uint32_t low_register, std::uint64_t address) noexcept;

  RegisterPort& registers_;
};

}  // namespace serai::drivers
