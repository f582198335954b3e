// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "core/ports.hpp"

namespace serai {

/// A small message of a protected call or its reply.
struct Message {
  static constexpr std::size_t most_words = 4;

  std::uint64_t label = 0;
  std::uint32_t count = 0;  ///< how many of `words` are used
  std::array<std::uint64_t, most_words> words{};
};

/// A single-threaded event-driven program: each function runs to completion before the next event
/// arrives. The platform calls it; one per PD, created before the first event.
class ProtectionDomain {
 public:
  /// `channel` was signalled (once or more) by another PD or by an interrupt.
  virtual void notified(ChannelId channel) noexcept = 0;

  /// A PD of lower priority calls and waits for the reply.
  virtual Message called(ChannelId channel, const Message& message) noexcept = 0;

 protected:
  ~ProtectionDomain() = default;
};

/// Supplied by each PD's entry file: builds its one ProtectionDomain from the configuration blob at
/// `config::blob_address`, in static storage. Called once by the platform.
ProtectionDomain& start_protection_domain(SignalPort& signals);

}  // namespace serai
