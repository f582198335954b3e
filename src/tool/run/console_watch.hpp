// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace serai::tool {

/// Follows what a system prints: whether a text has appeared, and which VMs have ended. VMMs say so
/// in lines of their own: `[serai NAME] off`, `[serai NAME] stopped: REASON`. Escape sequences, as
/// colours, are not looked at.
class ConsoleWatch {
 public:
  /// Waits for the end of `vms`, and for `until` to appear.
  ConsoleWatch(const std::vector<std::string>& vms, std::optional<std::string> until);

  /// Takes the next piece of output.
  void feed(std::string_view output);

  /// Whether the text has appeared. Never, where none is waited for.
  [[nodiscard]] bool text_seen() const { return text_seen_; }

  /// Whether every VM has ended. Never, where there are none.
  [[nodiscard]] bool all_ended() const { return running_ == 0 && !ends_.empty(); }

  /// The first VM that was stopped, with the reason, or nothing.
  [[nodiscard]] std::optional<std::pair<std::string, std::string>> stopped() const;

  /// The VMs that have not ended, in the order given.
  [[nodiscard]] std::vector<std::string> running() const;

 private:
  enum class Escape { none, begun, sequence };

  struct End {
    std::string name;
    std::string how;  ///< empty: it runs
  };

  bool skip_escape(char character);
  void add(char character);
  void finish_line();

  std::vector<End> ends_;
  std::size_t running_;
  std::optional<std::string> until_;
  std::string tail_;  ///< the last characters, at most as many as `until_` has
  std::string line_;
  Escape escape_ = Escape::none;
  bool text_seen_ = false;
};

}  // namespace serai::tool
