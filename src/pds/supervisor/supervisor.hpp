// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "core/child_port.hpp"
#include "core/ports.hpp"
#include "core/protection_domain.hpp"
#include "pds/supervisor/restart_policy.hpp"

namespace serai::supervisor {

/// Starts PDs again that have crashed: its children, whose faults come here and whose threads are
/// all that it holds. Each crash is one line of the log. A child that crashes again and again is
/// started more and more seldom and in the end not any more; the others notice nothing.
class Supervisor final : public ProtectionDomain, public ChildFaultSink {
 public:
  static constexpr std::size_t most_children = 62;

  /// `alarm_channel`: where `clock`'s alarm is heard of.
  Supervisor(ChildPort& children, ClockPort& clock, LogPort& log, ChannelId alarm_channel) noexcept
      : port_(children), clock_(clock), log_(log), alarm_channel_(alarm_channel) {}

  /// Adds a child that has not run yet: how it begins now is how it will begin each time. `name`
  /// outlives this. Errors: `out_of_range`, `overlap` for an id that is there already.
  Result<void> add_child(ChildId id, std::string_view name) noexcept;

  /// The alarm: starts those whose time has come.
  void notified(ChannelId channel) noexcept override;

  /// Nobody may call: every call is answered with label 1.
  Message called(ChannelId channel, const Message& message) noexcept override;

  void child_faulted(ChildId id, const ChildFault& fault) noexcept override;

 private:
  struct Child {
    std::string_view name;
    ChildStart start;
    RestartPolicy policy;
    std::uint64_t due_ns = 0;  ///< while it is `delayed`
    bool delayed = false;
  };

  void restart(ChildId id) noexcept;
  void set_alarm(std::uint64_t now_ns) noexcept;
  void report(const Child& child, const ChildFault& fault,
              std::optional<std::uint64_t> delay_ns) noexcept;

  ChildPort& port_;
  ClockPort& clock_;
  LogPort& log_;
  ChannelId alarm_channel_;
  std::array<std::optional<Child>, most_children> children_{};
};

}  // namespace serai::supervisor
