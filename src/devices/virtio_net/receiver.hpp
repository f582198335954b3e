// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/packet_backend.hpp"
#include "devices/virtio_net/control.hpp"
#include "devices/virtio_net/counters.hpp"
#include "devices/virtio_net/held_chains.hpp"
#include "devices/virtio_net/steering.hpp"
#include "net/checksum.hpp"
#include "net/header.hpp"
#include "net/packet_reader.hpp"
#include "net/segmenter.hpp"
#include "virtio/queue.hpp"

namespace serai::virtio_net {

/// Moves frames from the back end into receive queues: one copy, from the buffer of the other side
/// into the guest. A frame for which the driver has no buffers waits, and those behind it with it.
/// What the driver cannot take as it is, by what it negotiated, is finished in software: checksums
/// completed, segments split. Owns nothing.
class Receiver {
 public:
  Receiver(PacketBackend& backend, Counters& counters) noexcept
      : backend_(backend),
        reader_(backend),
        extended_(backend.format().extended),
        counters_(counters) {}

  /// What a driver negotiated, beside what it can change later.
  struct Terms {
    bool mergeable = false;
    std::uint16_t mtu = 0;  ///< frames that are no segments together are not longer; 0: no limit
  };

  /// Begins for a driver with these queues, of which each even one receives. What came before is
  /// dropped.
  void start(std::span<virtio::Queue> queues, const Terms& terms) noexcept;

  /// Delivers what has arrived and says by the bits of a word which queues were used.
  [[nodiscard]] std::uint32_t pump(const Settings& settings, const Steering& flows) noexcept;

  /// Whether a frame waits for buffers of `queue`, or of one that was reset meanwhile.
  [[nodiscard]] bool can_go_on_with(std::uint16_t queue) const noexcept {
    return is_waiting_ && frame_ &&
           (frame_->queue == queue || !queues_[frame_->queue].is_enabled());
  }

  /// Drops chains of `queue`, which is reset.
  void abandon(std::uint16_t queue) noexcept;

  /// Drops or moves what waits, where the driver no longer takes it so; says which queues were
  /// used.
  [[nodiscard]] std::uint32_t settings_changed(const Settings& settings) noexcept;

  /// Drops everything.
  void stop() noexcept;

 private:
  /// The oldest frame, once it was found good; its header was read.
  struct Frame {
    net::Header header;
    std::uint32_t bytes = 0;
    std::uint32_t most_plain_bytes = 0;  ///< of it, or of each segment that it is split into
    std::uint16_t queue = 0;
    bool completes_checksum = false;
    bool is_split = false;

    /// Whether the driver gets it as the back end gave it.
    [[nodiscard]] bool is_passed_on() const noexcept { return !completes_checksum && !is_split; }

    /// Claims nothing in the header that a driver with these offloads does not know of.
    void limit_claims(net::Offloads can) noexcept {
      if (!can.has(net::Offload::data_valid)) {
        header.flags &= static_cast<std::uint8_t>(~net::Header::data_valid);
      }
    }
  };

  enum class Delivery : std::uint8_t { done, dropped, waits };

  [[nodiscard]] bool open(const Settings& settings, const Steering& flows) noexcept;
  [[nodiscard]] bool judge(const Settings& settings, const Steering& flows,
                           std::uint32_t packet_bytes) noexcept;
  [[nodiscard]] std::uint16_t queue_for(const Settings& settings, const Steering& flows,
                                        std::uint32_t prefix) noexcept;
  [[nodiscard]] std::uint32_t most_plain_bytes(std::span<const std::byte> start) const noexcept;
  [[nodiscard]] bool prepare_offloads(net::Offloads can, std::uint32_t prefix) noexcept;
  void pass_over(std::uint32_t bytes) noexcept;
  void drop_frame() noexcept;
  void release_held() noexcept;

  [[nodiscard]] Delivery deliver() noexcept;
  [[nodiscard]] Delivery deliver_whole() noexcept;
  [[nodiscard]] Delivery deliver_segments() noexcept;
  [[nodiscard]] bool find_queue() noexcept;
  [[nodiscard]] Delivery gather(std::uint64_t bytes) noexcept;
  [[nodiscard]] Result<virtio::Chain> pop_or_ask() noexcept;
  void write_header(net::Header header, std::uint64_t bytes) noexcept;
  [[nodiscard]] bool copy(std::uint32_t bytes, net::Checksum* sum) noexcept;
  void complete(std::uint64_t bytes) noexcept;

  PacketBackend& backend_;
  net::PacketReader reader_;
  bool extended_;
  Counters& counters_;
  std::span<virtio::Queue> queues_;
  Terms terms_;
  bool is_waiting_ = false;
  std::uint32_t used_queues_ = 0;
  std::optional<Frame> frame_;
  std::optional<net::Segmenter> segmenter_;
  HeldChains held_;
};

}  // namespace serai::virtio_net
