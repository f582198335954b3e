// SPDX-License-Identifier: BSD-2-Clause
#include <optional>

#include "config/view.hpp"
#include "pds/supervisor/supervisor.hpp"
#include "platform/microkit/child_fault_glue.hpp"
#include "platform/microkit/configuration.hpp"
#include "platform/microkit/debug_log.hpp"
#include "platform/microkit/microkit_children.hpp"
#include "platform/microkit/pd_clock.hpp"
#include "platform/microkit/stop.hpp"

namespace serai {
namespace {

constinit microkit::MicrokitChildren children;
constinit microkit::DebugLog debug_log;
constinit std::optional<microkit::PdClock> clock;
constinit std::optional<supervisor::Supervisor> the_supervisor;

}  // namespace

// Runs before the children do: its priority is above theirs.
ProtectionDomain& start_protection_domain(SignalPort& /*signals*/) {
  const auto view = config::SupervisorView::open(microkit::configuration());
  if (!view) {
    microkit::stop_this_pd("supervisor: the configuration is damaged");
  }
  const ChannelId timer_channel = view->blob().timer_channel;
  clock.emplace(timer_channel);
  the_supervisor.emplace(children, *clock, debug_log, timer_channel);
  for (const config::SupervisorChild& child : view->children()) {
    if (!the_supervisor->add_child(child.id, config::SupervisorView::name_of(child))) {
      microkit::stop_this_pd("supervisor: more children than a PD can have");
    }
  }
  microkit::set_child_fault_sink(*the_supervisor);
  return *the_supervisor;
}

}  // namespace serai
