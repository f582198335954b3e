// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_console/port.hpp"

#include <array>
#include <utility>

namespace serai::virtio_console {
namespace {

constexpr std::size_t piece_bytes = 512;

}  // namespace

bool Port::send(const virtio::Chain& chain) noexcept {
  virtio::ChainReader from = chain.reader();
  if (!from.skip(sent_)) {
    return true;
  }
  std::array<std::byte, piece_bytes> piece;  // NOLINT(*-member-init): filled before it is read
  while (from.remaining() != 0) {
    const std::size_t size = from.read_some(piece);
    const std::size_t taken = back_end_->send(std::span<const std::byte>(piece).first(size));
    sent_ += taken;
    if (taken != 0) {
      took_some_ = true;
      gave_up_ = false;
    }
    if (taken != size) {
      return gave_up_;
    }
  }
  return true;
}

void Port::transmit(virtio::Queue& queue) noexcept {
  do {
    queue.suppress_notifications();
    transmit_available(queue);
    // While a buffer waits, room in the back end is what makes it go on.
  } while (!waiting_ && queue.allow_notifications());
}

void Port::transmit_available(virtio::Queue& queue) noexcept {
  while (true) {
    if (!waiting_) {
      Result<virtio::Chain> chain = queue.pop();
      if (!chain) {
        return;
      }
      waiting_.emplace(*std::move(chain));
      sent_ = 0;
    }
    if (!send(*waiting_)) {
      return;
    }
    queue.complete(*std::move(waiting_), 0);
    waiting_.reset();
  }
}

void Port::receive(virtio::Queue& queue) noexcept {
  std::array<std::byte, piece_bytes> piece;  // NOLINT(*-member-init): filled before it is read
  while (true) {
    Result<virtio::Chain> chain = queue.pop();
    if (!chain) {
      // Characters wait until the driver brings a buffer, and then it must say so.
      if (!queue.allow_notifications()) {
        return;
      }
      continue;
    }
    virtio::ChainWriter to = chain->writer();
    std::uint32_t written = 0;
    while (to.remaining() != 0) {
      const std::size_t room =
          to.remaining() < piece.size() ? static_cast<std::size_t>(to.remaining()) : piece.size();
      const std::size_t got = back_end_->receive(std::span(piece).first(room));
      if (got == 0) {
        break;
      }
      written +=
          static_cast<std::uint32_t>(to.write_some(std::span<const std::byte>(piece).first(got)));
    }
    if (written == 0 && chain->writable_bytes() != 0) {
      queue.put_back(*std::move(chain));
      queue.suppress_notifications();
      return;
    }
    queue.complete(*std::move(chain), written);
  }
}

void Port::check_progress() noexcept {
  const bool is_idle = is_waiting() && !took_some_;
  gave_up_ = gave_up_ || (is_idle && was_idle_);
  was_idle_ = is_idle;
  took_some_ = false;
}

void Port::emergency(std::byte character) noexcept {
  back_end_->send(std::span(&character, 1));
  back_end_->flush();
}

void Port::abandon(virtio::Queue& queue) noexcept {
  if (waiting_) {
    queue.abandon(*std::move(waiting_));
    waiting_.reset();
  }
  sent_ = 0;
}

}  // namespace serai::virtio_console
