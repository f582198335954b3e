// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <signal.h>

#include "tool/run/file_descriptor.hpp"

namespace serai::tool {

/// As long as it lives, the wish to end us (SIGINT, SIGTERM, SIGHUP) arrives as readable data
/// instead of ending us at once, as does the news that the terminal has another size (SIGWINCH),
/// and a pipe that breaks is an error of `write` only.
class Signals {
 public:
  Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;
  ~Signals();

  /// Readable once a signal came.
  [[nodiscard]] int descriptor() const { return arrivals_.number(); }

  /// The signal's number. Call it when the descriptor is readable.
  [[nodiscard]] int take() const;

 private:
  sigset_t before_;
  struct sigaction pipe_before_;
  FileDescriptor arrivals_;
};

}  // namespace serai::tool
