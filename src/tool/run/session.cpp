// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/session.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <unistd.h>

#include "tool/run/child.hpp"
#include "tool/run/signals.hpp"
#include "tool/run/terminal.hpp"

namespace serai::tool {

namespace {

using Clock = std::chrono::steady_clock;
using Outcome = std::expected<int, Failure>;

constexpr int signal_status = 128;

/// Writes everything; false where nobody reads any more.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
      poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

/// One run of a machine.
class Session {
 public:
  Session(const SessionOptions& options, Child& machine, const Signals& arriving)
      : options_(options),
        machine_(machine),
        signals_(arriving),
        watch_(options.vms, options.until),
        terminal_(options.input),
        is_interactive_(isatty(options.input) != 0),
        end_(Clock::now() + options.timeout.value_or(std::chrono::seconds(0))) {
    // The guest may be slow to take its input; its output must not wait for that.
    fcntl(machine_.input.number(), F_SETFL, O_NONBLOCK);
  }

  Outcome run() {
    Outcome outcome = run_until_end();
    show_rest();
    end_machine();
    finish_line();
    return outcome;
  }

 private:
  enum Source : std::size_t { machine_output, machine_errors, typed, machine_input, signals };

  static constexpr std::size_t source_count = 5;

  Outcome run_until_end() {
    for (;;) {
      std::array<pollfd, source_count> ready = awaited();
      if (poll(ready.data(), ready.size(), milliseconds_left()) < 0 && errno != EINTR) {
        return failure(fmt::format("cannot wait for the machine: {}", std::strerror(errno)), "");
      }
      if (const auto outcome = act(ready)) {
        return *outcome;
      }
      if (options_.timeout && Clock::now() >= end_) {
        return timeout();
      }
    }
  }

  [[nodiscard]] std::array<pollfd, source_count> awaited() const {
    // What is typed waits while earlier input does. A negative descriptor is not looked at.
    const int input = input_over_ || !pending_.empty() ? -1 : options_.input;
    const int towards = pending_.empty() ? -1 : machine_.input.number();
    return {{{.fd = machine_.output.number(), .events = POLLIN, .revents = 0},
             {.fd = machine_.errors.number(), .events = POLLIN, .revents = 0},
             {.fd = input, .events = POLLIN, .revents = 0},
             {.fd = towards, .events = POLLOUT, .revents = 0},
             {.fd = signals_.descriptor(), .events = POLLIN, .revents = 0}}};
  }

  [[nodiscard]] int milliseconds_left() const {
    if (!options_.timeout) {
      return -1;
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end_ - Clock::now());
    constexpr std::int64_t most = 1'000'000;
    return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, most));
  }

  std::optional<Outcome> act(const std::array<pollfd, source_count>& ready) {
    if (ready[signals].revents != 0) {
      const int signal = signals_.take();
      if (signal != SIGWINCH) {
        return signal_status + signal;
      }
      pass_size();
    }
    if (ready[machine_errors].revents != 0) {
      show_errors();
    }
    if (ready[machine_output].revents != 0) {
      if (auto outcome = show_output()) {
        return outcome;
      }
    }
    if (ready[typed].revents != 0) {
      take_input();
    }
    if (keys_.leave()) {
      return status_success;
    }
    if (ready[machine_input].revents != 0) {
      pass_input();
    }
    return std::nullopt;
  }

  /// Relays a piece of output; false where there is no more, or nobody to read it.
  bool relay_output() {
    const ssize_t got = read(machine_.output.number(), buffer_.data(), buffer_.size());
    if (got < 0 && errno == EINTR) {
      return true;
    }
    if (got <= 0) {
      return false;
    }
    const std::string_view output(buffer_.data(), static_cast<std::size_t>(got));
    watch_.feed(output);
    at_line_start_ = output.back() == '\n';
    reader_gone_ = !write_all(options_.output, output);
    return !reader_gone_;
  }

  std::optional<Outcome> show_output() {
    if (relay_output()) {
      return judge();
    }
    return reader_gone_ ? failure("nobody reads the console any more", "") : machine_ended();
  }

  [[nodiscard]] std::optional<Outcome> judge() const {
    if (watch_.text_seen()) {
      return status_success;
    }
    return watch_.all_ended() ? std::optional(all_ended()) : std::nullopt;
  }

  [[nodiscard]] Outcome all_ended() const {
    if (const auto trouble = watch_.trouble()) {
      return failure(*trouble, "what is known about it is on the console");
    }
    if (options_.until) {
      return failure(fmt::format("all VMs are off, and '{}' did not appear", *options_.until), "");
    }
    return status_success;
  }

  Outcome machine_ended() {
    const int status = machine_.wait();
    if (status == 0 && !options_.until && !watch_.trouble()) {
      return status_success;
    }
    return failure(fmt::format("QEMU ended by itself with status {}{}", status, awaited_text()),
                   status == 0 ? "" : "what it says stands above");
  }

  Outcome timeout() {
    const std::string still =
        watch_.running().empty()
            ? std::string()
            : fmt::format("; still running: {}", fmt::join(watch_.running(), ", "));
    Failure late{.status = status_timeout,
                 .error = {.what = fmt::format("time is over after {} s{}{}",
                                               options_.timeout->count(), awaited_text(), still),
                           .hint = "give more time with --timeout SECONDS"}};
    return std::unexpected(std::move(late));
  }

  [[nodiscard]] std::string awaited_text() const {
    return options_.until ? fmt::format(", and '{}' did not appear", *options_.until)
                          : std::string();
  }

  void take_input() {
    const ssize_t got = read(options_.input, buffer_.data(), buffer_.size());
    if (got > 0) {
      const std::string_view input(buffer_.data(), static_cast<std::size_t>(got));
      pending_ += is_interactive_ ? keys_.feed(input) : std::string(input);
    } else if (got == 0 || errno != EINTR) {
      input_over_ = true;
    }
  }

  /// Where nobody types, nobody looks either.
  void pass_size() {
    if (is_interactive_) {
      pending_ += resize_command(terminal_size(options_.input));
    }
  }

  void pass_input() {
    const ssize_t written = write(machine_.input.number(), pending_.data(), pending_.size());
    if (written > 0) {
      pending_.erase(0, static_cast<std::size_t>(written));
    } else if (errno != EAGAIN && errno != EINTR) {
      input_over_ = true;
      pending_.clear();
    }
  }

  /// Passes on what the machine complains about; false when it has closed that.
  bool show_errors() {
    const ssize_t got = read(machine_.errors.number(), buffer_.data(), buffer_.size());
    if (got < 0 && errno == EINTR) {
      return true;
    }
    if (got <= 0) {
      machine_.errors.close();
      return false;
    }
    complaints_.append(buffer_.data(), static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = complaints_.find('\n')) != std::string::npos;) {
      const std::string line = complaints_.substr(0, end + 1);
      complaints_.erase(0, end + 1);
      // QEMU reports the end that we asked for as if it were news.
      if (line.find("terminating on signal 15 from pid") == std::string::npos) {
        finish_line();
        write_all(options_.errors, line);
      }
    }
    return true;
  }

  /// Asks the machine to end and shows what it says last (QEMU's plugins report then).
  void end_machine() {
    machine_.ask_to_end();
    constexpr int patience_ms = 2000;
    bool open = machine_.errors.is_open();
    while (open) {
      pollfd ready{.fd = machine_.errors.number(), .events = POLLIN, .revents = 0};
      open = poll(&ready, 1, patience_ms) > 0 && show_errors();
    }
    machine_.stop();
  }

  /// Lets a line end that has begun, and a report that follows the end of a VM.
  void show_rest() {
    constexpr int quiet_ms = 300;
    constexpr std::chrono::milliseconds patience(1500);
    const auto end = Clock::now() + patience;
    while ((watch_.trouble() || !at_line_start_) && Clock::now() < end) {
      pollfd ready{.fd = machine_.output.number(), .events = POLLIN, .revents = 0};
      if (poll(&ready, 1, quiet_ms) <= 0 || !relay_output()) {
        return;
      }
    }
  }

  /// Our own words start on a line of their own.
  void finish_line() {
    if (!at_line_start_) {
      write_all(options_.output, "\n");
      at_line_start_ = true;
    }
  }

  const SessionOptions& options_;
  Child& machine_;
  const Signals& signals_;
  ConsoleWatch watch_;
  RawTerminal terminal_;
  EscapeKeys keys_;
  bool is_interactive_;
  Clock::time_point end_;
  std::string pending_;
  std::string complaints_;
  bool input_over_ = false;
  bool reader_gone_ = false;
  bool at_line_start_ = true;
  std::array<char, 16384> buffer_{};
};

}  // namespace

Outcome run_session(const SessionOptions& options) {
  // First, so that none is lost that comes while the machine starts.
  const Signals signals;
  auto machine = Child::start({.command = options.command, .folder = {}, .errors = Errors::piped});
  if (!machine) {
    const std::string& program = options.command.front();
    if (machine.error() == ENOENT) {
      return failure(fmt::format("{} is not installed", program),
                     "on Debian: apt install qemu-system-arm");
    }
    return failure(fmt::format("cannot start {}: {}", program, std::strerror(machine.error())), "");
  }
  return Session(options, *machine, signals).run();
}

}  // namespace serai::tool
