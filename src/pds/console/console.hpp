// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/static_vector.hpp"
#include "core/protection_domain.hpp"
#include "core/serial_backend.hpp"
#include "pds/console/keys.hpp"
#include "pds/console/line.hpp"
#include "pds/console/line_filter.hpp"
#include "pds/console/screen.hpp"
#include "pds/console/uart_port.hpp"

namespace serai::console {

/// Shares the board's UART among VMs and their VMMs' logs.
///
/// A single VM's characters pass unchanged both ways. With several, each line appears whole behind
/// its VM's name, once it ends. Only the VM that has the input's focus shows unfinished lines: on a
/// terminal as they grow, making way for others' lines and coming again after them; elsewhere,
/// where nothing can be taken back, only what looks like a prompt. In this mode a VM's text is
/// reduced to plain characters (LineFilter), so that none can write at the start of a line, where
/// the names stand. Log lines stand alone, as `[serai NAME] TEXT`, and are reduced likewise.
///
/// VMs take turns, a bounded piece each. While the UART is slower than they are, their characters
/// wait in their queues. Input that the VM in focus has no room for is dropped, as on any serial
/// line, so that the escape key always works.
class Console final : public ProtectionDomain {
 public:
  static constexpr std::size_t most_clients = 61;

  struct Options {
    ChannelId uart_channel = no_channel;
    bool prefix_lines = false;  ///< each line begins with its VM's name; else raw
    bool terminal = false;      ///< prefixes in colour; unfinished lines come and go
    WindowSize window{};        ///< when it starts
  };

  Console(UartPort& uart, SignalPort& signals, const Options& options) noexcept;

  /// Adds a VM before `start`. Nothing is owned; `name` is printable. Fails with `no_space`.
  Result<void> add_client(std::string_view name, SerialBackend& console,
                          SerialBackend& log) noexcept;

  /// Shows what has arrived so far.
  void start() noexcept;

  void notified(ChannelId channel) noexcept override;

  /// The console offers no calls: every one is answered with label 1.
  Message called(ChannelId channel, const Message& message) noexcept override;

 private:
  struct Client {
    SerialBackend* console = nullptr;
    SerialBackend* log = nullptr;
    Text<32> name;
    Prefix prefix;
    Prefix log_prefix;
    LineFilter filter;
    LineFilter log_filter;
    Line line;
    Line log_line;
  };

  void pump() noexcept;
  [[nodiscard]] bool take_input() noexcept;
  void act_on(const KeyAction& action) noexcept;
  void set_focus(std::uint32_t client) noexcept;
  void set_window(WindowSize window) noexcept;
  void show_help() noexcept;
  [[nodiscard]] bool has_room_for_notice() const noexcept;
  void notice(std::string_view text) noexcept;

  [[nodiscard]] std::span<const std::byte> take(SerialBackend& from,
                                                std::size_t most_growth) noexcept;
  [[nodiscard]] bool show_console(std::uint32_t index) noexcept;
  [[nodiscard]] bool show_log(Client& client) noexcept;
  void edit_line(std::uint32_t index, const Edit& edit) noexcept;
  void edit_log_line(Client& client, const Edit& edit) noexcept;

  static constexpr std::size_t bytes_per_turn = 256;

  UartPort& uart_;
  SignalPort& signals_;
  Options options_;
  Screen screen_;
  KeyDecoder keys_;
  StaticVector<Client, most_clients> clients_;
  std::array<std::byte, bytes_per_turn> piece_{};
  std::uint32_t focus_ = 0;
  bool log_shown_ = true;
};

}  // namespace serai::console
