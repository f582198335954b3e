// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "tool/run/console_watch.hpp"
#include "tool/run/report.hpp"

namespace serai::tool {

/// What a run of a system is given and waits for.
struct SessionOptions {
  std::vector<std::string> command;  ///< the program that is the machine
  std::vector<WatchedVm> vms;        ///< whose ends end the run
  std::optional<std::string> until;
  std::optional<std::chrono::seconds> timeout;
  int input = 0;   ///< descriptor of what is typed
  int output = 1;  ///< descriptor of what is shown
  int errors = 2;  ///< descriptor of what the machine has to complain about
};

/// Runs the machine and relays its console until the user leaves, the text appears, every VM has
/// ended, time is over, a signal asks for it or the machine ends. Returns the exit status, or what
/// went wrong.
std::expected<int, Failure> run_session(const SessionOptions& options);

}  // namespace serai::tool
