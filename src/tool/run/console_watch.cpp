// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/console_watch.hpp"

#include <algorithm>
#include <array>

namespace serai::tool {

namespace {

/// A line of a VMM is shorter; of a longer one only the start counts.
constexpr std::size_t most_line_bytes = 4096;

constexpr std::string_view off = "off";
constexpr std::string_view stopped_prefix = "stopped: ";

/// The testbed's and the monitor's words for a PD that failed: in front of its name, and behind it.
struct FailureWords {
  std::string_view before;
  std::string_view after;
};

constexpr std::array failure_words{
    FailureWords{.before = "testbed: PD '", .after = "' is stopped"},
    FailureWords{.before = "MON|ERROR: faulting PD: ", .after = ""},
};

constexpr std::string_view testbed_stopped = "testbed: the machine is stopped";

/// The PD that `line` says has failed, or nothing.
std::optional<std::string_view> failed_pd(std::string_view line) {
  for (const FailureWords& words : failure_words) {
    if (line.starts_with(words.before)) {
      const std::string_view rest = line.substr(words.before.size());
      const std::size_t end = words.after.empty() ? rest.size() : rest.find(words.after);
      if (end != std::string_view::npos) {
        return rest.substr(0, end);
      }
    }
  }
  return std::nullopt;
}

}  // namespace

ConsoleWatch::ConsoleWatch(const std::vector<WatchedVm>& vms, std::optional<std::string> until)
    : running_(vms.size()), until_(std::move(until)) {
  for (const WatchedVm& vm : vms) {
    vms_.push_back({.who = vm, .state = State::running, .reason = ""});
  }
}

void ConsoleWatch::feed(std::string_view output) {
  for (const char character : output) {
    if (!skip_escape(character)) {
      add(character);
    }
  }
}

/// ECMA-48: ESC, then '[' and everything up to a letter or one of "@[\]^_`{|}~", or characters from
/// ' ' to '/' and one other.
bool ConsoleWatch::skip_escape(char character) {
  switch (escape_) {
    case Escape::none:
      if (character == '\x1b') {
        escape_ = Escape::begun;
        return true;
      }
      return false;
    case Escape::begun:
      if (character == '[') {
        escape_ = Escape::sequence;
      } else if (character < ' ' || character > '/') {
        escape_ = Escape::none;
      }
      return true;
    case Escape::sequence:
      if (character >= '@' && character <= '~') {
        escape_ = Escape::none;
      }
      return true;
  }
  return false;
}

void ConsoleWatch::add(char character) {
  if (until_ && !text_seen_) {
    tail_ += character;
    if (tail_.size() > until_->size()) {
      tail_.erase(0, 1);
    }
    text_seen_ = tail_ == *until_;
  }
  if (character == '\n' || character == '\r') {
    finish_line();
    line_.clear();
  } else if (line_.size() < most_line_bytes) {
    line_ += character;
  }
}

void ConsoleWatch::finish_line() {
  if (const auto pd = failed_pd(line_)) {
    note_failure(*pd);
    return;
  }
  if (line_.starts_with(testbed_stopped)) {
    broken_ = "the testbed stopped the machine";
    return;
  }
  for (Vm& vm : vms_) {
    const std::string prefix = "[serai " + vm.who.name + "] ";
    if (!line_.starts_with(prefix)) {
      continue;
    }
    const std::string_view text = std::string_view(line_).substr(prefix.size());
    if (text == off) {
      note_end(vm, State::off, "");
    } else if (text.starts_with(stopped_prefix)) {
      note_end(vm, State::stopped, text.substr(stopped_prefix.size()));
    }
  }
}

void ConsoleWatch::note_end(Vm& vm, State state, std::string_view reason) {
  if (vm.state == State::running) {
    vm.state = state;
    vm.reason = reason;
    --running_;
  }
}

void ConsoleWatch::note_failure(std::string_view pd) {
  const auto vm =
      std::ranges::find(vms_, pd, [](const Vm& it) -> std::string_view { return it.who.vmm; });
  if (vm != vms_.end()) {
    note_end(*vm, State::stopped, "its VMM failed");
  } else if (!broken_) {
    broken_ = "the PD '" + std::string(pd) + "' failed";
  }
}

std::optional<std::string> ConsoleWatch::trouble() const {
  if (broken_) {
    return broken_;
  }
  const auto found = std::ranges::find(vms_, State::stopped, &Vm::state);
  if (found == vms_.end()) {
    return std::nullopt;
  }
  return "VM '" + found->who.name + "' was stopped: " + found->reason;
}

std::vector<std::string> ConsoleWatch::running() const {
  std::vector<std::string> names;
  for (const Vm& vm : vms_) {
    if (vm.state == State::running) {
      names.push_back(vm.who.name);
    }
  }
  return names;
}

}  // namespace serai::tool
