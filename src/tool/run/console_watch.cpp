// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/console_watch.hpp"

#include <algorithm>

namespace serai::tool {

namespace {

/// A line of a VMM is shorter; of a longer one only the start counts.
constexpr std::size_t most_line_bytes = 4096;

constexpr std::string_view off = "off";
constexpr std::string_view stopped_prefix = "stopped: ";

}  // namespace

ConsoleWatch::ConsoleWatch(const std::vector<std::string>& vms, std::optional<std::string> until)
    : running_(vms.size()), until_(std::move(until)) {
  for (const std::string& name : vms) {
    ends_.push_back({.name = name, .how = ""});
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
  for (End& end : ends_) {
    const std::string prefix = "[serai " + end.name + "] ";
    if (!end.how.empty() || !line_.starts_with(prefix)) {
      continue;
    }
    const std::string_view text = std::string_view(line_).substr(prefix.size());
    if (text == off || text.starts_with(stopped_prefix)) {
      end.how = text;
      --running_;
    }
  }
}

std::optional<std::pair<std::string, std::string>> ConsoleWatch::stopped() const {
  const auto found = std::ranges::find_if(
      ends_, [](const End& end) { return end.how.starts_with(stopped_prefix); });
  if (found == ends_.end()) {
    return std::nullopt;
  }
  return std::pair{found->name, found->how.substr(stopped_prefix.size())};
}

std::vector<std::string> ConsoleWatch::running() const {
  std::vector<std::string> names;
  for (const End& end : ends_) {
    if (end.how.empty()) {
      names.push_back(end.name);
    }
  }
  return names;
}

}  // namespace serai::tool
