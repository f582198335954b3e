// SPDX-License-Identifier: BSD-2-Clause
#include "pds/console/console.hpp"

#include <algorithm>
#include <array>

namespace serai::console {
namespace {

constexpr std::uint64_t reply_bad_request = 1;

// What one character can grow to: an empty line with its prefix.
constexpr std::size_t most_growth_of_line = 80;
constexpr std::size_t no_growth = 1;

constexpr std::string_view colour_off = "\x1b[0m";
constexpr std::string_view log_colour = "\x1b[2m";

std::string_view colour_of(std::size_t client) noexcept {
  constexpr std::array<std::string_view, 6> colours = {"\x1b[36m", "\x1b[33m", "\x1b[32m",
                                                       "\x1b[35m", "\x1b[34m", "\x1b[31m"};
  return colours[client % colours.size()];
}

/// Whether a VM has probably stopped in mid-line to wait for input.
bool looks_like_prompt(std::string_view line) noexcept {
  constexpr std::string_view ends = ":#$>?%";
  return line.size() >= 2 && line.back() == ' ' &&
         ends.find(line[line.size() - 2]) != std::string_view::npos;
}

Prefix coloured(bool colour, std::string_view start, const Prefix& text) noexcept {
  Prefix prefix;
  prefix << (colour ? start : std::string_view()) << text.view()
         << (colour ? colour_off : std::string_view());
  return prefix;
}

}  // namespace

Console::Console(UartPort& uart, SignalPort& signals, const Options& options) noexcept
    : uart_(uart), signals_(signals), options_(options), screen_(uart, options.terminal) {}

Result<void> Console::add_client(std::string_view name, SerialBackend& console,
                                 SerialBackend& log) noexcept {
  Client client;
  client.console = &console;
  client.log = &log;
  client.name << name;
  Prefix prefix;
  prefix << name << "| ";
  client.prefix = coloured(options_.terminal, colour_of(clients_.size()), prefix);
  Prefix log_prefix;
  log_prefix << "[serai " << name << "] ";
  client.log_prefix = coloured(options_.terminal, log_colour, log_prefix);
  return clients_.push_back(client);
}

void Console::start() noexcept {
  if (options_.window != WindowSize{}) {
    set_window(options_.window);
  }
  pump();
}

void Console::notified(ChannelId channel) noexcept {
  const bool from_uart = channel == options_.uart_channel;
  if (from_uart) {
    // First, or an interrupt for what arrives meanwhile would be lost.
    uart_.acknowledge();
  }
  pump();
  if (from_uart) {
    signals_.acknowledge_irq(channel);
  }
}

Message Console::called(ChannelId /*channel*/, const Message& /*message*/) noexcept {
  return {.label = reply_bad_request};
}

void Console::pump() noexcept {
  bool progress = true;
  while (progress) {
    progress = take_input();
    for (std::uint32_t i = 0; i < clients_.size(); ++i) {
      progress = show_log(clients_[i]) || progress;
      progress = show_console(i) || progress;
      screen_.drain();
    }
  }
  screen_.drain();
  uart_.set_transmit_interrupt(!screen_.drained());
  for (Client& client : clients_) {
    client.console->flush();
    client.log->flush();
  }
}

bool Console::take_input() noexcept {
  std::array<std::byte, 64> typed{};
  const std::size_t count = uart_.read(typed);
  for (const std::byte character : std::span(typed).first(count)) {
    act_on(keys_.feed(character));
  }
  return count != 0;
}

void Console::act_on(const KeyAction& action) noexcept {
  switch (action.kind) {
    case KeyAction::Kind::nothing:
      return;
    case KeyAction::Kind::input:
      if (focus_ < clients_.size()) {
        clients_[focus_].console->send(std::span(&action.character, 1));
      }
      return;
    case KeyAction::Kind::focus:
      return set_focus(action.client);
    case KeyAction::Kind::next:
      return set_focus(focus_ + 1 < clients_.size() ? focus_ + 1 : 0);
    case KeyAction::Kind::toggle_log:
      log_shown_ = !log_shown_;
      return notice(log_shown_ ? "the log is shown" : "the log is hidden");
    case KeyAction::Kind::help:
      return show_help();
    case KeyAction::Kind::window:
      return set_window(action.window);
  }
}

void Console::set_window(WindowSize window) noexcept {
  for (Client& client : clients_) {
    WindowSize own = window;
    // A VM's lines begin behind its name.
    const std::size_t prefix = options_.prefix_lines ? client.name.view().size() + 2 : 0;
    if (own.columns > prefix) {
      own.columns = static_cast<std::uint16_t>(own.columns - prefix);
    }
    client.console->set_window_size(own);
  }
}

void Console::set_focus(std::uint32_t client) noexcept {
  if (client >= clients_.size()) {
    return notice("there is no such VM");
  }
  focus_ = client;
  if (!has_room_for_notice()) {
    return;
  }
  Text<64> text;
  text << "input goes to " << clients_[client].name.view();
  notice(text.view());
  if (options_.prefix_lines) {
    screen_.show_unfinished(client, clients_[client].prefix, clients_[client].line);
  }
}

void Console::show_help() noexcept {
  notice("Ctrl-] then: 1-9, A-Z a VM by its number, n the next VM, l log on or off,");
  notice("             s132x43 and Enter the terminal's size, Ctrl-] sends Ctrl-], ? this help");
}

bool Console::has_room_for_notice() const noexcept {
  return screen_.room() >= 2 * Screen::most_bytes_per_call;
}

void Console::notice(std::string_view text) noexcept {
  if (!has_room_for_notice()) {
    return;  // somebody else's text comes first; the key can be pressed again
  }
  Prefix prefix;
  prefix << "[serai console] ";
  screen_.write_line(coloured(options_.terminal, log_colour, prefix), text);
}

std::span<const std::byte> Console::take(SerialBackend& from, std::size_t most_growth) noexcept {
  const std::size_t room = screen_.room();
  if (room <= Screen::most_bytes_per_call) {
    return {};
  }
  const std::size_t most =
      std::min(piece_.size(), (room - Screen::most_bytes_per_call) / most_growth);
  const std::size_t count = from.receive(std::span(piece_).first(most));
  return std::span(piece_).first(std::min(count, most));
}

bool Console::show_console(std::uint32_t index) noexcept {
  Client& client = clients_[index];
  if (!options_.prefix_lines) {
    const auto text = take(*client.console, no_growth);
    screen_.write_raw(text);
    return !text.empty();
  }
  const auto text = take(*client.console, most_growth_of_line);
  for (const std::byte character : text) {
    edit_line(index, client.filter.feed(character));
  }
  const bool show_at_once = options_.terminal || looks_like_prompt(client.line.text());
  if (!text.empty() && index == focus_ && show_at_once) {
    screen_.show_unfinished(index, client.prefix, client.line);
  }
  return !text.empty();
}

void Console::edit_line(std::uint32_t index, const Edit& edit) noexcept {
  Client& client = clients_[index];
  Line& line = client.line;
  switch (edit.kind) {
    case Edit::Kind::nothing:
      return;
    case Edit::Kind::append:
      line.swallow_newline = false;
      if (!line.append(edit.text())) {
        screen_.finish(index, client.prefix, line);
        static_cast<void>(line.append(edit.text()));
      }
      return;
    case Edit::Kind::erase:
      return screen_.erase(index, line);
    case Edit::Kind::carriage_return:
      if (!line.empty()) {
        screen_.finish(index, client.prefix, line);
        line.swallow_newline = true;
      }
      return;
    case Edit::Kind::end:
      if (!line.swallow_newline) {
        screen_.finish(index, client.prefix, line);
      }
      line.swallow_newline = false;
      return;
  }
}

bool Console::show_log(Client& client) noexcept {
  const auto text = take(*client.log, most_growth_of_line);
  for (const std::byte character : text) {
    edit_log_line(client, client.log_filter.feed(character));
  }
  return !text.empty();
}

void Console::edit_log_line(Client& client, const Edit& edit) noexcept {
  const bool fits = edit.kind != Edit::Kind::append || client.log_line.append(edit.text());
  const bool complete = edit.kind == Edit::Kind::end || !fits;
  if (!complete) {
    return;
  }
  if (log_shown_) {
    screen_.write_line(client.log_prefix, client.log_line.text());
  }
  client.log_line.clear();
  if (!fits) {
    static_cast<void>(client.log_line.append(edit.text()));
  }
}

}  // namespace serai::console
