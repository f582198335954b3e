// SPDX-License-Identifier: BSD-2-Clause
//
// Who can reach whom through VirtIO devices, by the rules that the switch and the sockets PD keep.
#pragma once

#include <string>
#include <vector>

#include "tool/resolve/resolved_system.hpp"

namespace serai::tool {

/// A device of a VM.
struct DeviceOf {
  const Guest* vm;
  const GuestVirtio* device;
};

/// All devices of one kind, of all VMs; with `target`, only those that lead there.
std::vector<DeviceOf> devices_of(const ResolvedSystem& system, config::VirtioKind kind,
                                 const std::string& target = {});

/// What `device`, one of `all`, can reach among them: names of VMs, each once, and for a network
/// with an uplink "outside".
std::vector<std::string> reached_by(const DeviceOf& device, const std::vector<DeviceOf>& all,
                                    bool uplink);

/// "disk", "network", ...
const char* kind_name(config::VirtioKind kind);

/// "PCI slot 1", "0xa000000, INTID 48".
std::string place_text(const GuestVirtio& device);

}  // namespace serai::tool
