// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <map>

#include "core/ports.hpp"

namespace serai::test {

/// Counts signals and acknowledgements by channel.
class FakeSignalPort final : public SignalPort {
 public:
  void notify(ChannelId channel) noexcept override { ++notified[channel]; }

  void acknowledge_irq(ChannelId channel) noexcept override { ++acknowledged[channel]; }

  std::map<ChannelId, int> notified;
  std::map<ChannelId, int> acknowledged;
};

}  // namespace serai::test
