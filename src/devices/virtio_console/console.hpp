// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/serial_backend.hpp"
#include "devices/virtio_console/port.hpp"
#include "devices/virtio_console/protocol.hpp"
#include "virtio/device.hpp"
#include "virtio/unseen_change.hpp"

namespace serai::virtio_console {

/// The console device (VirtIO 1.2, 5.3) with one or several ports, each of which has a back end of
/// its own; port 0 is a console, as large as its back end's window. One notification carries a
/// whole buffer. Does not own back ends nor names.
class Console final : public virtio::Device {
 public:
  static constexpr std::size_t most_ports = 8;

  /// What the other end of a port is. `name` outlives the device.
  struct PortOptions {
    SerialBackend* back_end = nullptr;
    std::string_view name;
    bool is_console = false;
  };

  /// `ports` has 1 to `most_ports` entries.
  explicit Console(std::span<const PortOptions> ports) noexcept;

  [[nodiscard]] virtio::DeviceTraits traits() const noexcept override;
  [[nodiscard]] std::uint64_t offered_features() const noexcept override;
  void read_config(std::uint32_t offset, std::span<std::byte> to) noexcept override;
  void write_config(std::uint32_t offset, std::span<const std::byte> bytes) noexcept override;
  void activate(const virtio::Activation& activation) noexcept override;
  void reset() noexcept override;
  void reset_queue(std::uint16_t queue) noexcept override;
  void notify(std::uint16_t queue) noexcept override;
  void back_end_ready() noexcept override;

  /// Linux waits for each buffer with its interrupts off, so a console that takes nothing would
  /// hold the whole guest. Where one takes nothing between two calls in a row, what is sent to it
  /// is dropped until it takes something again.
  void check_progress() noexcept override;
  [[nodiscard]] bool is_waiting() const noexcept override;

 private:
  [[nodiscard]] bool is_active() const noexcept { return active_.events != nullptr; }

  [[nodiscard]] bool has_multiport() const noexcept {
    return (active_.features & feature::multiport) != 0;
  }

  [[nodiscard]] std::size_t usable_ports() const noexcept {
    return has_multiport() ? port_count_ : 1;
  }

  /// Tells the driver if the window has another size now.
  void look_at_window() noexcept;
  void work() noexcept;
  void finish(std::uint16_t queue) const noexcept;
  void receive_control() noexcept;
  // Guest-controlled: message.
  void handle(const ControlMessage& message) noexcept;
  void send_control() noexcept;
  /// Whether a message went out.
  bool send_next(std::size_t index) noexcept;
  /// Whether the driver had a buffer for it.
  [[nodiscard]] bool send(const ControlMessage& message,
                          std::span<const std::byte> body) const noexcept;

  std::array<Port, most_ports> ports_;
  std::size_t port_count_ = 0;
  WindowSize window_{};
  virtio::UnseenChange unseen_change_;
  virtio::Activation active_{};
};

}  // namespace serai::virtio_console
