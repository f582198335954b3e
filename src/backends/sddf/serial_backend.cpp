// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/serial_backend.hpp"

namespace serai::sddf {

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
  const bool is_one_channel = channels_.transmit == channels_.receive;
  if (sent || (made_room && is_one_channel)) {
    signals_.notify(channels_.transmit);
  }
  if (made_room && !is_one_channel) {
    signals_.notify(channels_.receive);
  }
}

}  // namespace serai::sddf
