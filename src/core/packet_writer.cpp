// SPDX-License-Identifier: BSD-2-Clause
#include "core/packet_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace serai {

bool can_hold(const PacketBackend& backend, std::uint64_t bytes) noexcept {
  const PacketFormat format = backend.format();
  return bytes <= std::uint64_t{format.buffer_bytes} * format.most_buffers;
}

bool has_room(PacketBackend& backend, std::uint64_t bytes) noexcept {
  const std::uint64_t buffer_bytes = backend.format().buffer_bytes;
  const std::uint64_t buffers = (bytes + buffer_bytes - 1) / buffer_bytes;
  if (backend.transmit_room() >= buffers) {
    return true;
  }
  backend.request_room_signal();
  return backend.transmit_room() >= buffers;
}

void PacketWriter::begin(PacketBackend& to) noexcept {
  to_ = &to;
  extended_ = to.format().extended;
  buffer_ = {};
  used_ = 0;
}

bool PacketWriter::next_buffer() noexcept {
  if (!buffer_.empty()) {
    if (!extended_) {
      return false;
    }
    to_->fill(static_cast<std::uint32_t>(used_));
  }
  const auto claimed = to_->claim();
  if (!claimed || claimed->empty()) {
    return false;
  }
  buffer_ = *claimed;
  used_ = 0;
  return true;
}

void PacketWriter::write(std::span<const std::byte> bytes) noexcept {
  while (!bytes.empty() && to_ != nullptr) {
    if (used_ == buffer_.size() && !next_buffer()) {
      cancel();
      return;
    }
    const std::size_t count = std::min(bytes.size(), buffer_.size() - used_);
    std::memcpy(buffer_.data() + used_, bytes.data(), count);
    used_ += count;
    bytes = bytes.subspan(count);
  }
}

bool PacketWriter::finish() noexcept {
  if (to_ == nullptr) {
    return false;
  }
  if (buffer_.empty()) {
    cancel();
    return false;
  }
  to_->fill(static_cast<std::uint32_t>(used_));
  to_->commit();
  to_ = nullptr;
  return true;
}

void PacketWriter::cancel() noexcept {
  if (to_ != nullptr) {
    to_->cancel();
    to_ = nullptr;
  }
}

}  // namespace serai
