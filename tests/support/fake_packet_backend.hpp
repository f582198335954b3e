// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "core/packet_backend.hpp"

namespace serai::test {

/// A connection whose far end is the test: `sent` is what came out, `arrive` puts something in.
class FakePacketBackend final : public PacketBackend {
 public:
  using Bytes = std::vector<std::byte>;

  explicit FakePacketBackend(PacketFormat format = {.buffer_bytes = 2048}) : format_(format) {}

  [[nodiscard]] PacketFormat format() const noexcept override { return format_; }

  [[nodiscard]] bool is_up() const noexcept override { return up; }

  [[nodiscard]] std::size_t transmit_room() noexcept override {
    up = up && !room_is_a_lie;
    return up && room > claimed_.size() ? room - claimed_.size() : 0;
  }

  [[nodiscard]] Result<std::span<std::byte>> claim() noexcept override {
    if (transmit_room() == 0 || claimed_.size() == format_.most_buffers) {
      return fail(Error::no_space);
    }
    filled_.push_back(0);
    return claimed_.emplace_back(format_.buffer_bytes);
  }

  void fill(std::uint32_t bytes) noexcept override {
    SERAI_ASSERT(!claimed_.empty() && bytes > 0 && bytes <= format_.buffer_bytes);
    filled_.back() = bytes;
  }

  void commit() noexcept override {
    SERAI_ASSERT(!claimed_.empty());
    Bytes packet;
    for (std::size_t i = 0; i < claimed_.size(); ++i) {
      SERAI_ASSERT(filled_[i] > 0);
      packet.insert(packet.end(), claimed_[i].begin(), claimed_[i].begin() + filled_[i]);
    }
    room -= claimed_.size();
    pieces_sent.push_back(claimed_.size());
    sent.push_back(std::move(packet));
    unflushed = true;
    cancel();
  }

  void cancel() noexcept override {
    claimed_.clear();
    filled_.clear();
  }

  [[nodiscard]] std::optional<PacketPiece> peek() noexcept override {
    if (!up || arrived.empty()) {
      return std::nullopt;
    }
    std::uint32_t left = 0;
    for (const Piece& piece : arrived) {
      left += static_cast<std::uint32_t>(piece.bytes.size());
      if (!piece.more) {
        break;
      }
    }
    return PacketPiece{
        .bytes = arrived.front().bytes, .more = arrived.front().more, .packet_bytes = left};
  }

  void consume() noexcept override {
    if (!arrived.empty()) {
      arrived.pop_front();
      unflushed = true;
      ++consumed;
    }
  }

  void request_room_signal() noexcept override { ++room_signals; }

  void want_arrivals(bool wanted) noexcept override { wants_arrivals = wanted; }

  void flush() noexcept override {
    flushes += unflushed ? 1 : 0;
    unflushed = false;
  }

  /// A packet, cut into full buffers.
  void arrive(std::span<const std::byte> packet) {
    for (bool more = true; more;) {
      const std::size_t size = std::min<std::size_t>(packet.size(), format_.buffer_bytes);
      more = size < packet.size();
      arrive_piece(packet.first(size), more);
      packet = packet.subspan(size);
    }
  }

  /// One buffer of a packet; the last of a packet has no `more`.
  void arrive_piece(std::span<const std::byte> bytes, bool more) {
    arrived.push_back({.bytes = {bytes.begin(), bytes.end()}, .more = more});
  }

  /// Whether a packet has been begun and neither sent nor given up.
  [[nodiscard]] bool has_claimed() const { return !claimed_.empty(); }

  struct Piece {
    Bytes bytes;
    bool more = false;
  };

  static constexpr std::size_t plenty = 1'000'000;

  bool up = true;
  bool room_is_a_lie = false;  ///< which breaks the link when it is found out
  std::size_t room = plenty;   ///< buffers that can still be sent
  std::deque<Piece> arrived;
  std::vector<Bytes> sent;
  std::vector<std::size_t> pieces_sent;  ///< buffers of each packet
  std::size_t consumed = 0;              ///< pieces
  int room_signals = 0;
  bool wants_arrivals = false;
  int flushes = 0;  ///< that had something to tell
  bool unflushed = false;

 private:
  PacketFormat format_;
  std::deque<Bytes> claimed_;
  std::vector<std::uint32_t> filled_;
};

}  // namespace serai::test
