// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>

#include "core/packet_backend.hpp"
#include "net/packet_reader.hpp"
#include "net/socket_header.hpp"
#include "virtio/device.hpp"

namespace serai::virtio_socket {

/// Packets of the guest's and of the back end's that went nowhere.
struct Counters {
  std::uint64_t sent = 0;
  std::uint64_t refused = 0;   ///< of the guest: not its own address, or makes no sense
  std::uint64_t received = 0;  ///< chains filled
  std::uint64_t dropped = 0;   ///< of the back end: for another guest, or makes no sense
};

/// The socket device (VirtIO 1.2, 5.10). Carries packets between the guest and a back end; whom
/// they are for and what credit they have is between their ends. Holds no packet: a chain for which
/// the back end has no room stays with the driver, and what the driver has no buffers for stays
/// with the back end. Does not own the back end.
///
/// Data that is longer than the driver's buffer arrives in several packets, as their order and
/// their sum is all that counts.
class Socket final : public virtio::Device {
 public:
  /// `context_id` is the guest's: 3 to 0xfffffffe.
  Socket(PacketBackend& backend, std::uint64_t context_id) noexcept
      : backend_(backend), reader_(backend), context_id_(context_id) {}

  [[nodiscard]] virtio::DeviceTraits traits() const noexcept override;
  [[nodiscard]] std::uint64_t offered_features() const noexcept override;
  void read_config(std::uint32_t offset, std::span<std::byte> to) noexcept override;
  void write_config(std::uint32_t offset, std::span<const std::byte> bytes) noexcept override;
  void activate(const virtio::Activation& activation) noexcept override;
  void reset() noexcept override;
  void reset_queue(std::uint16_t queue) noexcept override;
  void notify(std::uint16_t queue) noexcept override;
  void back_end_ready() noexcept override;

  /// All connections are gone: the driver is told as soon as it can be (5.10.6.7). Happens by
  /// itself when the back end goes down.
  void transport_reset() noexcept;

  [[nodiscard]] const Counters& counters() const noexcept { return counters_; }

 private:
  static constexpr std::uint16_t receive_queue = 0;
  static constexpr std::uint16_t transmit_queue = 1;
  static constexpr std::uint16_t event_queue = 2;

  [[nodiscard]] virtio::Queue* queue_at(std::uint16_t index) const noexcept;
  void end_of_event() noexcept;
  void publish(std::uint16_t index) const noexcept;

  void transmit() noexcept;
  [[nodiscard]] bool transmit_available(virtio::Queue& queue) noexcept;
  [[nodiscard]] bool is_good(const net::SocketHeader& header,
                             std::uint64_t data_bytes) const noexcept;
  void send(const net::SocketHeader& header, virtio::ChainReader data) noexcept;

  void receive() noexcept;
  [[nodiscard]] bool has_packet() noexcept;
  [[nodiscard]] bool load_packet() noexcept;
  [[nodiscard]] std::uint32_t deliver(virtio::ChainWriter to) noexcept;
  void drop_arrivals() noexcept;

  void tell_reset() noexcept;

  PacketBackend& backend_;
  net::PacketReader reader_;
  std::uint64_t context_id_;
  virtio::Activation active_{};
  net::SocketHeader arrived_;    ///< of the packet that is being delivered
  std::uint32_t data_left_ = 0;  ///< of its data
  bool has_arrived_ = false;     ///< there is one
  bool waits_for_room_ = false;  ///< chains wait for the back end
  bool owes_reset_event_ = false;
  bool was_up_ = true;
  Counters counters_;
};

}  // namespace serai::virtio_socket
