// SPDX-License-Identifier: BSD-2-Clause
//
// The PDs behind VirtIO devices. They are made first, gather their clients as VMs are added, and
// are finished last.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tool/check/io_plan.hpp"
#include "tool/resolve/packets.hpp"
#include "tool/resolve/system_builder.hpp"

namespace serai::tool {

/// Numbers names from 1 on; no name is 0.
class GroupNumbers {
 public:
  std::uint32_t of(const std::string& name) {
    if (name.empty()) {
      return 0;
    }
    const auto next = static_cast<std::uint32_t>(numbers_.size() + 1);
    return numbers_.emplace(name, next).first->second;
  }

 private:
  std::map<std::string, std::uint32_t> numbers_;
};

/// A PD and what it serves.
template <class Client>
struct ServicePart {
  std::size_t pd = 0;
  std::vector<Client> clients;
  GroupNumbers groups;
};

/// All PDs behind VirtIO devices.
struct IoParts {
  IoPlan plan;
  DeviceSpace space{0};
  std::map<std::size_t, ServicePart<config::BlockClient>> disks;    ///< by index of the disk
  std::map<std::size_t, ServicePart<config::SwitchPort>> networks;  ///< by index of the network
  std::map<std::size_t, std::size_t> uplinks;  ///< PDs, by index of the network
  std::optional<ServicePart<config::EntropyClient>> entropy;
  std::optional<ServicePart<config::SocketPort>> sockets;
  std::optional<ServicePart<config::SupervisorChild>> supervisor;
};

/// A forward as the system file and QEMU write it.
std::string forward_text(const CheckedForward& forward);

/// Adds the PDs that the system needs.
IoParts add_io_pds(SystemBuilder& builder, const CheckedSystem& system);

/// Connects uplinks, gives drivers their devices and attaches all configurations. Returns how many
/// of the PDs are clients of the timer's, `timer_pd`, if it is Serai's.
std::uint32_t finish_io(SystemBuilder& builder, const CheckedSystem& system, IoParts& io,
                        std::optional<std::size_t> timer_pd);

}  // namespace serai::tool
