// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/sddf/packet_backend.hpp"
#include "support/fake_signal_port.hpp"

namespace serai::sddf {

/// The shared memory of one direction: what one side transmits and the other receives.
class DirectionMemory {
 public:
  DirectionMemory(std::uint32_t capacity, std::uint32_t buffer_bytes)
      : free_(PacketQueueMemory::bytes(capacity) / sizeof(std::uint64_t)),
        active_(free_.size()),
        data_(std::size_t{capacity} * buffer_bytes + 2 * guard, guard_value),
        capacity_(capacity),
        buffer_bytes_(buffer_bytes) {}

  [[nodiscard]] PacketQueueMemory free() { return queue(free_); }

  [[nodiscard]] PacketQueueMemory active() { return queue(active_); }

  [[nodiscard]] std::span<std::byte> data() {
    return std::span(data_).subspan(guard, data_.size() - 2 * guard);
  }

  [[nodiscard]] SddfPacketBackend::Direction direction(ChannelId channel) {
    return SddfPacketBackend::Direction::at(address_of(free_), address_of(active_),
                                            reinterpret_cast<std::uint64_t>(data().data()),
                                            capacity_, buffer_bytes_, channel);
  }

  [[nodiscard]] bool guards_intact() const {
    for (std::size_t i = 0; i < guard; ++i) {
      if (data_[i] != guard_value || data_[data_.size() - 1 - i] != guard_value) {
        return false;
      }
    }
    return true;
  }

 private:
  static constexpr std::size_t guard = 64;
  static constexpr std::byte guard_value{0xa5};

  [[nodiscard]] PacketQueueMemory queue(std::vector<std::uint64_t>& words) const {
    return PacketQueueMemory::at(address_of(words), capacity_);
  }

  [[nodiscard]] static std::uint64_t address_of(std::vector<std::uint64_t>& words) {
    return reinterpret_cast<std::uint64_t>(words.data());
  }

  std::vector<std::uint64_t> free_;
  std::vector<std::uint64_t> active_;
  std::vector<std::byte> data_;
  std::uint32_t capacity_;
  std::uint32_t buffer_bytes_;
};

inline constexpr ChannelId transmit_channel = 3;
inline constexpr ChannelId receive_channel = 4;

/// Two ends of a connection.
class Connection {
 public:
  explicit Connection(std::uint32_t capacity = 8, bool extended = true,
                      std::uint32_t buffer_bytes = 64)
      : up(capacity, buffer_bytes),
        down(capacity, buffer_bytes),
        client(up.direction(transmit_channel), down.direction(receive_channel), client_signals,
               {.buffer_bytes = buffer_bytes, .extended = extended}),
        provider(down.direction(transmit_channel), up.direction(receive_channel), provider_signals,
                 {.buffer_bytes = buffer_bytes, .extended = extended}) {}

  DirectionMemory up;    ///< what the client transmits
  DirectionMemory down;  ///< what the provider transmits
  test::FakeSignalPort client_signals;
  test::FakeSignalPort provider_signals;
  SddfPacketBackend client;
  SddfPacketBackend provider;
};

/// Sends `text` as one packet; false, and nothing is sent, when there is no room.
inline bool send_text(PacketBackend& backend, std::string_view text) {
  while (!text.empty()) {
    const auto buffer = backend.claim();
    if (!buffer) {
      backend.cancel();
      return false;
    }
    const std::size_t count = std::min(buffer->size(), text.size());
    std::memcpy(buffer->data(), text.data(), count);
    backend.fill(static_cast<std::uint32_t>(count));
    text.remove_prefix(count);
  }
  backend.commit();
  return true;
}

/// The oldest packet, or nothing.
inline std::optional<std::string> receive_text(PacketBackend& backend) {
  std::string text;
  while (const auto piece = backend.peek()) {
    for (const std::byte byte : piece->bytes) {
      text.push_back(static_cast<char>(byte));
    }
    backend.consume();
    if (!piece->more) {
      return text;
    }
  }
  return std::nullopt;
}

}  // namespace serai::sddf
