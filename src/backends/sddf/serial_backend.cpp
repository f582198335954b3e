// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/serial_backend.hpp"

#include <atomic>
#include <utility>

namespace serai::sddf {
namespace {

constexpr unsigned rows_shift = 16;
constexpr std::uint32_t columns_mask = 0xffff;

}  // namespace

std::size_t SddfSerialBackend::send(std::span<const std::byte> characters) noexcept {
  std::size_t sent = producer_.write(characters);
  if (sent < characters.size()) {
    producer_.request_signal();
    sent += producer_.write(characters.subspan(sent));
  }
  return sent;
}

void SddfSerialBackend::flush() noexcept {
  const bool sent = producer_.take_notification();
  const bool made_room = consumer_.take_notification();
  const bool has_resized = std::exchange(has_resized_, false);
  const bool is_one_channel = channels_.transmit == channels_.receive;
  if (sent || has_resized || (made_room && is_one_channel)) {
    signals_.notify(channels_.transmit);
  }
  if (made_room && !is_one_channel) {
    signals_.notify(channels_.receive);
  }
}

WindowSize SddfSerialBackend::window_size() const noexcept {
  if (their_window_ == nullptr) {
    return {};
  }
  // Any value is as good as another: it goes to the guest as a number.
  const std::uint32_t size = std::atomic_ref(*their_window_).load(std::memory_order_relaxed);
  return {.columns = static_cast<std::uint16_t>(size & columns_mask),
          .rows = static_cast<std::uint16_t>(size >> rows_shift)};
}

void SddfSerialBackend::set_window_size(WindowSize size) noexcept {
  if (our_window_ == nullptr) {
    return;
  }
  const std::uint32_t both = size.columns | std::uint32_t{size.rows} << rows_shift;
  std::atomic_ref(*our_window_).store(both, std::memory_order_relaxed);
  has_resized_ = true;
}

}  // namespace serai::sddf
