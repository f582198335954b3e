// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "core/protection_domain.hpp"
#include "vmm/machine.hpp"

namespace serai::vmm {

/// A VMM as its platform sees it beside faults: notifications, and no service for other PDs.
class Program final : public ProtectionDomain {
 public:
  explicit Program(Machine& machine) noexcept : machine_(machine) {}

  void notified(ChannelId channel) noexcept override { machine_.notified(channel); }

  /// Nobody may call a VMM; who does gets an empty reply.
  Message called(ChannelId, const Message&) noexcept override { return {}; }

 private:
  Machine& machine_;
};

}  // namespace serai::vmm
