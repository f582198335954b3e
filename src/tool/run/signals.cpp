// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/signals.hpp"

#include <sys/signalfd.h>

namespace serai::tool {

EndSignals::EndSignals() {
  sigset_t ends;
  sigemptyset(&ends);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    sigaddset(&ends, signal);
  }
  sigprocmask(SIG_BLOCK, &ends, &before_);
  arrivals_ = FileDescriptor(signalfd(-1, &ends, SFD_CLOEXEC));
  struct sigaction ignore{};
  ignore.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &ignore, &pipe_before_);
}

EndSignals::~EndSignals() {
  sigaction(SIGPIPE, &pipe_before_, nullptr);
  sigprocmask(SIG_SETMASK, &before_, nullptr);
}

int EndSignals::take() const {
  signalfd_siginfo arrival{};
  return read(arrivals_.number(), &arrival, sizeof arrival) == sizeof arrival
             ? static_cast<int>(arrival.ssi_signo)
             : SIGTERM;
}

}  // namespace serai::tool
