// SPDX-License-Identifier: BSD-2-Clause
#include "core/packet_writer.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace serai {

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
