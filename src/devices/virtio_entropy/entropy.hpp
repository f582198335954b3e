// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "core/serial_backend.hpp"
#include "virtio/device.hpp"

namespace serai::virtio_entropy {

/// The entropy device (VirtIO 1.2, 5.4): fills the driver's buffers with random bytes, which come
/// through a back end from a PD that owns a source of them. Does not own the back end.
class Entropy final : public virtio::Device {
 public:
  explicit Entropy(SerialBackend& source) noexcept : source_(source) {}

  [[nodiscard]] virtio::DeviceTraits traits() const noexcept override;

  [[nodiscard]] std::uint64_t offered_features() const noexcept override { return 0; }

  void read_config(std::uint32_t offset, std::span<std::byte> to) noexcept override;
  void write_config(std::uint32_t offset, std::span<const std::byte> bytes) noexcept override;
  void activate(const virtio::Activation& activation) noexcept override;
  void reset() noexcept override;
  void reset_queue(std::uint16_t queue) noexcept override;
  void notify(std::uint16_t queue) noexcept override;
  void back_end_ready() noexcept override;

 private:
  enum class Served : std::uint8_t { all, waits_for_bytes, broken };

  void serve() noexcept;
  [[nodiscard]] Served serve_available() noexcept;
  /// How many bytes it wrote; 0 when the source has none now.
  std::uint32_t fill(virtio::ChainWriter to) noexcept;

  SerialBackend& source_;
  virtio::Activation active_{};
};

}  // namespace serai::virtio_entropy
