// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/serial_backend.hpp"
#include "virtio/queue.hpp"

namespace serai::virtio_console {

/// What the driver is still to be told about a port, in this order.
enum class Pending : std::uint8_t { add, console, name, resize, open };

/// One port of a console device: characters both ways between two queues and a back end. Does not
/// own these.
class Port {
 public:
  Port() noexcept = default;

  Port(SerialBackend& back_end, std::string_view name, bool is_console) noexcept
      : back_end_(&back_end), name_(name), is_console_(is_console) {}

  [[nodiscard]] std::string_view name() const noexcept { return name_; }

  [[nodiscard]] bool is_console() const noexcept { return is_console_; }

  /// Sends what the driver put into `queue`. Where the back end is full, the rest of a buffer waits
  /// here and the next ones in the queue.
  void transmit(virtio::Queue& queue) noexcept;

  /// Gives the driver what has arrived, as far as it has buffers in `queue`.
  void receive(virtio::Queue& queue) noexcept;

  /// Sends a character without a queue (VIRTIO_CONSOLE_F_EMERG_WRITE); lost if there is no room.
  void emergency(std::byte character) noexcept;

  void flush() noexcept { back_end_->flush(); }

  /// Whether a buffer waits for room in the back end.
  [[nodiscard]] bool is_waiting() const noexcept { return waiting_.has_value(); }

  /// To be called every few seconds: gives the back end up when it took nothing of what waits
  /// between two calls in a row.
  void check_progress() noexcept;

  [[nodiscard]] WindowSize window_size() const noexcept { return back_end_->window_size(); }

  /// Drops the buffer that waits here; its queue is being reset.
  void abandon(virtio::Queue& queue) noexcept;

  void request(Pending message) noexcept { pending_ |= mask(message); }

  void settle(Pending message) noexcept { pending_ &= static_cast<std::uint8_t>(~mask(message)); }

  [[nodiscard]] bool wants(Pending message) const noexcept {
    return (pending_ & mask(message)) != 0;
  }

  void forget_messages() noexcept { pending_ = 0; }

 private:
  static constexpr std::uint8_t mask(Pending message) noexcept {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(message));
  }

  /// Whether all of `chain` from `sent_` on went out, or went nowhere.
  [[nodiscard]] bool send(const virtio::Chain& chain) noexcept;
  void transmit_available(virtio::Queue& queue) noexcept;

  SerialBackend* back_end_ = nullptr;
  std::string_view name_;
  std::optional<virtio::Chain> waiting_;  ///< its first `sent_` bytes are sent
  std::uint64_t sent_ = 0;
  bool took_some_ = false;  ///< the back end, since the last `check_progress`
  bool was_idle_ = false;   ///< it took nothing before the last `check_progress`
  bool gave_up_ = false;    ///< it takes nothing: what is for it is dropped
  bool is_console_ = false;
  std::uint8_t pending_ = 0;
};

}  // namespace serai::virtio_console
