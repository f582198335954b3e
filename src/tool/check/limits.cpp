// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>

#include "tool/check/checks.hpp"

namespace serai::tool {

namespace {

/// Microkit's limits: PDs in a system, channels and interrupts together in a PD.
constexpr std::size_t most_pds = 63;
constexpr std::size_t most_channels = 62;
/// The console PD and the timer PD.
constexpr std::size_t own_pds = 2;
/// Interrupts of the timer PD: the timer's and its backstop's.
constexpr std::size_t timer_interrupts = 2;
/// Channels of a VMM: to the timer PD, to the console PD.
constexpr std::size_t vmm_channels = 2;

}  // namespace

void check_limits(const SystemModel& model, Diagnostics& diagnostics) {
  const std::size_t count = model.vms.size();
  if (count + own_pds > most_pds) {
    const std::size_t most = most_pds - own_pds;
    diagnostics.error("E0501", model.vms[most].name.where,
                      fmt::format("{} VMs need {} protection domains; Microkit has {}", count,
                                  count + own_pds, most_pds),
                      fmt::format("have at most {} VMs", most_channels - timer_interrupts));
  } else if (count + timer_interrupts > most_channels) {
    const std::size_t most = most_channels - timer_interrupts;
    diagnostics.error("E0502", model.vms[most].name.where,
                      fmt::format("{} VMs and {} interrupts need {} channels of the timer's "
                                  "protection domain; Microkit gives it {}",
                                  count, timer_interrupts, count + timer_interrupts, most_channels),
                      fmt::format("have at most {} VMs", most));
  }
  for (const VmModel& vm : model.vms) {
    if (const std::size_t needed = vm.passthrough.size() + vmm_channels; needed > most_channels) {
      diagnostics.error(
          "E0502", vm.passthrough[most_channels - vmm_channels].where,
          fmt::format("{} devices need {} channels of the VMM's protection domain; Microkit gives "
                      "it {}",
                      vm.passthrough.size(), needed, most_channels),
          fmt::format("pass at most {} devices through", most_channels - vmm_channels));
    }
  }
}

}  // namespace serai::tool
