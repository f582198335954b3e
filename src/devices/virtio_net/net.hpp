// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "core/packet_backend.hpp"
#include "devices/virtio_net/control.hpp"
#include "devices/virtio_net/counters.hpp"
#include "devices/virtio_net/receiver.hpp"
#include "devices/virtio_net/steering.hpp"
#include "devices/virtio_net/transmitter.hpp"
#include "net/ethernet.hpp"
#include "virtio/device.hpp"

namespace serai::virtio_net {

/// A network device (VirtIO 1.2, 5.1) in front of a packet back end, which it does not own.
///
/// Frames are copied once in each direction, between the guest and the back end's shared buffers.
/// Between two guests whose back ends are `extended`, checksums stay unfinished and segments
/// together all the way; a driver that negotiated less gets frames that this device finished.
/// State is fixed: about 7 KiB.
class Net final : public virtio::Device {
 public:
  static constexpr std::uint16_t most_pairs = 8;

  struct Options {
    net::MacAddress mac{};
    std::uint16_t mtu = 0;          ///< announced, and the limit of plain frames; 0: neither
    std::uint16_t queue_pairs = 1;  ///< 1 to `most_pairs`
    std::uint16_t queue_size = 256;
    bool offloads = true;  ///< only if the back end is `extended` as well
  };

  Net(PacketBackend& backend, const Options& options) noexcept;

  [[nodiscard]] virtio::DeviceTraits traits() const noexcept override;
  [[nodiscard]] std::uint64_t offered_features() const noexcept override;
  void read_config(std::uint32_t offset, std::span<std::byte> to) noexcept override;
  void write_config(std::uint32_t offset, std::span<const std::byte> bytes) noexcept override;
  void activate(const virtio::Activation& activation) noexcept override;
  void reset() noexcept override;
  void reset_queue(std::uint16_t queue) noexcept override;
  void notify(std::uint16_t queue) noexcept override;
  void back_end_ready() noexcept override;

  /// Asks the driver to tell the network where it is (VIRTIO_NET_S_ANNOUNCE), if it can.
  void announce() noexcept;

  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

 private:
  [[nodiscard]] bool is_active() const noexcept { return activation_.events != nullptr; }

  [[nodiscard]] std::uint16_t control_queue() const noexcept;
  [[nodiscard]] std::uint16_t status() const noexcept;
  [[nodiscard]] std::uint32_t most_unsegmented_bytes() const noexcept;

  void receive() noexcept;
  void transmit(std::uint16_t pair) noexcept;
  void transmit_waiting() noexcept;
  void run_commands() noexcept;
  void watch_link() noexcept;
  void end_of_event() noexcept;

  PacketBackend& backend_;
  Options options_;
  Counters counters_;
  Settings settings_;
  Steering flows_;
  Transmitter transmitter_;
  Receiver receiver_;
  virtio::Activation activation_;
  std::uint32_t used_queues_ = 0;    ///< a bit for each, since they were published
  std::uint32_t waiting_pairs_ = 0;  ///< a bit for each that waits for the back end
  bool link_was_up_ = true;          ///< as the driver was told
  bool asked_for_reset_ = false;
};

}  // namespace serai::virtio_net
