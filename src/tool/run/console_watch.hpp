// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace serai::tool {

/// A VM, and the PD that is its VMM.
struct WatchedVm {
  std::string name;
  std::string vmm;
};

/// Follows what a system prints: whether a text has appeared, and which VMs have ended. VMMs say so
/// in lines of their own: `[serai NAME] off`, `[serai NAME] stopped: REASON`. Of a PD that failed
/// itself, the testbed and a debug kernel's monitor tell. Escape sequences, as colours, are not
/// looked at.
class ConsoleWatch {
 public:
  /// Waits for the end of `vms`, and for `until` to appear.
  ConsoleWatch(const std::vector<WatchedVm>& vms, std::optional<std::string> until);

  /// Takes the next piece of output.
  void feed(std::string_view output);

  /// Whether the text has appeared. Never, where none is waited for.
  [[nodiscard]] bool text_seen() const { return text_seen_; }

  /// Whether every VM has ended (never, where there are none) or nothing works any more.
  [[nodiscard]] bool all_ended() const {
    return broken_.has_value() || (running_ == 0 && !vms_.empty());
  }

  /// What went wrong first, as a sentence, or nothing.
  [[nodiscard]] std::optional<std::string> trouble() const;

  /// The VMs that have not ended, in the order given.
  [[nodiscard]] std::vector<std::string> running() const;

 private:
  enum class Escape { none, begun, sequence };

  enum class State { running, off, stopped };

  struct Vm {
    WatchedVm who;
    State state = State::running;
    std::string reason;
  };

  bool skip_escape(char character);
  void add(char character);
  void finish_line();
  void note_end(Vm& vm, State state, std::string_view reason);
  void note_failure(std::string_view pd);

  std::vector<Vm> vms_;
  std::size_t running_;
  std::optional<std::string> broken_;  ///< what no VM survives
  std::optional<std::string> until_;
  std::string tail_;  ///< the last characters, at most as many as `until_` has
  std::string line_;
  Escape escape_ = Escape::none;
  bool text_seen_ = false;
};

}  // namespace serai::tool
