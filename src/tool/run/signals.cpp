// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/signals.hpp"

#include <sys/signalfd.h>

namespace serai::tool {

Signals::Signals() {
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) {
    sigaddset(&awaited, signal);
  }
  sigprocmask(SIG_BLOCK, &awaited, &before_);
  arrivals_ = FileDescriptor(signalfd(-1, &awaited, SFD_CLOEXEC));
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &pipe_before_);
}

Signals::~Signals() {
  sigaction(SIGPIPE, &pipe_before_, nullptr);
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

int Signals::take() const {
  signalfd_siginfo arrival{};
  return read(arrivals_.number(), &arrival, sizeof arrival) == sizeof arrival
             ? static_cast<int>(arrival.ssi_signo)
             : SIGTERM;
}

}  // namespace serai::tool
