// SPDX-License-Identifier: BSD-2-Clause
#include "pds/supervisor/supervisor.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "core/clock_units.hpp"

namespace serai::supervisor {
namespace {

constexpr std::uint64_t reply_bad_request = 1;
constexpr std::uint64_t ns_per_millisecond = 1'000'000;

}  // namespace

Result<void> Supervisor::add_child(ChildId id, std::string_view name) noexcept {
  if (id >= children_.size()) {
    return fail(Error::out_of_range);
  }
  if (children_[id].has_value()) {
    return fail(Error::overlap);
  }
  children_[id].emplace(Child{.name = name, .start = port_.start_of(id), .policy = {}});
  return {};
}

void Supervisor::notified(ChannelId channel) noexcept {
  if (channel != alarm_channel_) {
    return;
  }
  const std::uint64_t now = clock_.now_ns();
  for (ChildId id = 0; id < children_.size(); ++id) {
    const auto& child = children_[id];
    if (child.has_value() && child->delayed && child->due_ns <= now) {
      restart(id);
    }
  }
  set_alarm(now);
}

Message Supervisor::called(ChannelId /*channel*/, const Message& /*message*/) noexcept {
  return {.label = reply_bad_request};
}

void Supervisor::child_faulted(ChildId id, const ChildFault& fault) noexcept {
  if (id >= children_.size() || !children_[id].has_value()) {
    return;
  }
  Child& child = *children_[id];
  const std::uint64_t now = clock_.now_ns();
  const auto delay = child.policy.crashed(now);
  report(child, fault, delay);
  if (!delay.has_value()) {
    return;
  }
  if (*delay == 0) {
    restart(id);
    return;
  }
  child.due_ns = add_saturated(now, *delay);
  child.delayed = true;
  set_alarm(now);
}

void Supervisor::restart(ChildId id) noexcept {
  children_[id]->delayed = false;
  port_.restart(id, children_[id]->start);
}

void Supervisor::set_alarm(std::uint64_t now_ns) noexcept {
  std::uint64_t due = never;
  for (const auto& child : children_) {
    if (child.has_value() && child->delayed) {
      due = std::min(due, child->due_ns);
    }
  }
  if (due == never) {
    return;
  }
  const std::uint64_t wait = due > now_ns ? due - now_ns : 0;
  clock_.set_alarm(
      add_saturated(clock_.counter(), ns_to_ticks(wait, clock_.counter_frequency_hz())));
}

void Supervisor::report(const Child& child, const ChildFault& fault,
                        std::optional<std::uint64_t> delay_ns) noexcept {
  Text<200> line;
  line << "supervisor: " << child.name << " crashed: " << fault.what;
  if (fault.has_address) {
    line << " of " << Hex{fault.address};
  }
  line << " at PC " << Hex{fault.pc} << "; ";
  if (!delay_ns.has_value()) {
    line << "once more than " << RestartPolicy::most_restarts
         << " times in a minute, so it stays stopped";
  } else if (*delay_ns == 0) {
    line << "started again";
  } else {
    line << "starts again in " << *delay_ns / ns_per_millisecond << " ms";
  }
  log_.write_line(line.view());
}

}  // namespace serai::supervisor
