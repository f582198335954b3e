// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/packet_backend.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/bits.hpp"

namespace serai::sddf {

SddfPacketBackend::Direction SddfPacketBackend::Direction::at(
    std::uint64_t free, std::uint64_t active, std::uint64_t data, std::uint32_t capacity,
    std::uint32_t buffer_bytes, ChannelId channel) noexcept {
  // Safety: the address comes from the checked configuration, whose author mapped a region of this
  // size there, at least readable (writable where this PD transmits), for the life of this PD.
  return {.free = PacketQueueMemory::at(free, capacity),
          .active = PacketQueueMemory::at(active, capacity),
          .data = {reinterpret_cast<std::byte*>(data), std::size_t{capacity} * buffer_bytes},
          .channel = channel};
}

SddfPacketBackend::SddfPacketBackend(const Direction& transmit, const Direction& receive,
                                     SignalPort& signals, const Options& options) noexcept
    : transmit_(transmit),
      receive_(receive),
      signals_(signals),
      buffer_bytes_(options.buffer_bytes),
      most_buffers_(options.extended ? most_buffers : 1),
      extended_(options.extended),
      transmit_free_(transmit.free),
      transmit_active_(transmit.active),
      receive_active_(receive.active),
      receive_free_(receive.free) {
  if (!is_usable(transmit_) || !is_usable(receive_)) {
    broken_ = true;
    return;
  }
  const auto capacity = static_cast<std::uint32_t>(transmit_.active.descriptors.size());
  most_buffers_ = std::min(most_buffers_, capacity);
  transmit_.free.enter_all(buffer_bytes_);
  // Nobody waits for room before something was sent.
  transmit_free_.cancel_signal();
}

bool SddfPacketBackend::is_usable(const Direction& direction) const noexcept {
  const std::size_t capacity = direction.active.descriptors.size();
  return is_power_of_two(buffer_bytes_) && buffer_bytes_ <= largest_buffer_bytes &&
         is_power_of_two(capacity) && capacity <= PacketQueueMemory::most_capacity &&
         direction.free.descriptors.size() == capacity &&
         direction.data.size() == capacity * buffer_bytes_;
}

PacketFormat SddfPacketBackend::format() const noexcept {
  return {.buffer_bytes = buffer_bytes_, .extended = extended_, .most_buffers = most_buffers_};
}

void SddfPacketBackend::break_link() noexcept {
  broken_ = true;
  claimed_count_ = 0;
  pieces_ = 0;
  piece_ = 0;
}

// Guest-controlled: offset.
std::optional<std::uint32_t> SddfPacketBackend::buffer_at(
    std::uint64_t offset, const Direction& direction) const noexcept {
  if (!is_aligned(offset, buffer_bytes_) || offset >= direction.data.size()) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(offset) / buffer_bytes_;
}

std::uint32_t SddfPacketBackend::room_for(std::uint32_t enough) noexcept {
  if (broken_) {
    return 0;
  }
  const std::uint32_t room =
      std::min(transmit_free_.available(enough), transmit_active_.room(enough));
  if (transmit_free_.is_broken() || transmit_active_.is_broken()) {
    break_link();
    return 0;
  }
  return room;
}

std::size_t SddfPacketBackend::transmit_room() noexcept {
  const std::uint32_t room = room_for(PacketQueueMemory::most_capacity);
  return room > claimed_count_ ? room - claimed_count_ : 0;
}

Result<std::span<std::byte>> SddfPacketBackend::claim() noexcept {
  if (claimed_count_ == most_buffers_ || room_for(claimed_count_ + 1) <= claimed_count_) {
    return fail(Error::no_space);
  }
  const PacketDescriptor descriptor = transmit_free_.get(claimed_count_);
  const auto buffer = buffer_at(descriptor.offset, transmit_);
  if (!buffer || claimed_set_.has(*buffer)) {
    cancel();
    break_link();
    return fail(Error::no_space);
  }
  claimed_set_.add(*buffer);
  claimed_[claimed_count_++] = {.buffer = *buffer};
  return transmit_.data.subspan(std::size_t{*buffer} * buffer_bytes_, buffer_bytes_);
}

void SddfPacketBackend::fill(std::uint32_t bytes) noexcept {
  if (claimed_count_ == 0) {
    return;
  }
  SERAI_ASSERT(bytes <= buffer_bytes_);
  claimed_[claimed_count_ - 1].bytes = static_cast<std::uint16_t>(bytes);
}

void SddfPacketBackend::commit() noexcept {
  if (claimed_count_ == 0) {
    return;
  }
  for (std::uint32_t i = 0; i < claimed_count_; ++i) {
    claimed_set_.remove(claimed_[i].buffer);
    transmit_active_.put({.offset = std::uint64_t{claimed_[i].buffer} * buffer_bytes_,
                          .bytes = claimed_[i].bytes,
                          .more = i + 1 < claimed_count_});
  }
  transmit_free_.release(claimed_count_);
  transmit_active_.publish();
  claimed_count_ = 0;
}

void SddfPacketBackend::cancel() noexcept {
  // The entries were never removed from the queue.
  for (std::uint32_t i = 0; i < claimed_count_; ++i) {
    claimed_set_.remove(claimed_[i].buffer);
  }
  claimed_count_ = 0;
}

/// Copies the next descriptor of the oldest packet and says whether another follows; nothing where
/// it is nonsense.
std::optional<bool> SddfPacketBackend::load_piece() noexcept {
  // All pieces of a packet become visible at once: one that is not there is a lie.
  if (pieces_ == most_buffers_ || receive_active_.available(pieces_ + 1) <= pieces_) {
    return std::nullopt;
  }
  const PacketDescriptor descriptor = receive_active_.get(pieces_);
  const auto buffer = buffer_at(descriptor.offset, receive_);
  const bool more = extended_ && descriptor.more;
  // Of several pieces, each has something in it.
  const bool is_missing_bytes = descriptor.bytes == 0 && (more || pieces_ != 0);
  if (!buffer || received_set_.has(*buffer) || descriptor.bytes > buffer_bytes_ ||
      is_missing_bytes) {
    return std::nullopt;
  }
  received_set_.add(*buffer);
  packet_[pieces_++] = {.buffer = *buffer, .bytes = descriptor.bytes, .owner = descriptor.owner};
  packet_bytes_left_ += descriptor.bytes;
  return more;
}

/// Copies all descriptors of the oldest packet; false where one is nonsense.
bool SddfPacketBackend::load_pieces() noexcept {
  pieces_ = 0;
  piece_ = 0;
  packet_bytes_left_ = 0;
  std::optional<bool> more = true;
  while (more.value_or(false)) {
    more = load_piece();
  }
  if (!joined_) {
    // Whoever sends has set up its free queue.
    joined_ = true;
    receive_free_.join();
  }
  return more.has_value() && receive_free_.room(pieces_) >= pieces_;
}

/// Makes the oldest packet known, if there is one.
bool SddfPacketBackend::load_packet() noexcept {
  // A packet without a byte is given back unseen, as often as the queue is long.
  for (std::size_t i = 0; i < receive_.active.descriptors.size(); ++i) {
    if (receive_active_.available(1) == 0) {
      broken_ = receive_active_.is_broken();
      return false;
    }
    if (!load_pieces()) {
      break_link();
      return false;
    }
    if (packet_bytes_left_ != 0) {
      return true;
    }
    give_back_packet();
  }
  return false;
}

void SddfPacketBackend::give_back_packet() noexcept {
  while (piece_ < pieces_) {
    consume();
  }
}

std::optional<PacketPiece> SddfPacketBackend::peek() noexcept {
  if (broken_ || (piece_ == pieces_ && !load_packet())) {
    return std::nullopt;
  }
  const Held& held = packet_[piece_];
  return PacketPiece{
      .bytes = receive_.data.subspan(std::size_t{held.buffer} * buffer_bytes_, held.bytes),
      .more = piece_ + 1 < pieces_,
      .packet_bytes = packet_bytes_left_};
}

void SddfPacketBackend::consume() noexcept {
  if (piece_ == pieces_) {
    return;
  }
  const Held& held = packet_[piece_++];
  received_set_.remove(held.buffer);
  packet_bytes_left_ -= held.bytes;
  receive_free_.put({.offset = std::uint64_t{held.buffer} * buffer_bytes_,
                     .bytes = held.bytes,
                     .owner = held.owner});
  if (piece_ == pieces_) {
    receive_active_.release(pieces_);
    receive_free_.publish();
  }
}

void SddfPacketBackend::request_room_signal() noexcept {
  if (!broken_) {
    transmit_free_.request_signal();
  }
}

void SddfPacketBackend::want_arrivals(bool wanted) noexcept {
  if (broken_) {
    return;
  }
  if (wanted) {
    receive_active_.request_signal();
  } else {
    receive_active_.cancel_signal();
  }
}

void SddfPacketBackend::flush() noexcept {
  const bool sent = transmit_active_.take_notification();
  const bool gave_back = receive_free_.take_notification();
  if (sent) {
    signals_.notify(transmit_.channel);
  }
  const bool is_signalled = sent && receive_.channel == transmit_.channel;
  if (gave_back && !is_signalled) {
    signals_.notify(receive_.channel);
  }
}

}  // namespace serai::sddf
