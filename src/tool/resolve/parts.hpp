// SPDX-License-Identifier: BSD-2-Clause
//
// The parts of a system, each resolved by functions of its own. Indices are those of the PDs.
#pragma once

#include <optional>
#include <vector>

#include "tool/check/checked_system.hpp"
#include "tool/resolve/external.hpp"
#include "tool/resolve/guest_layout.hpp"
#include "tool/resolve/io.hpp"
#include "tool/resolve/resolve.hpp"
#include "tool/resolve/system_builder.hpp"

namespace serai::tool {

/// The pages of a board device's registers.
MemoryRegion device_region(const BoardDevice& device);

/// The console PD. It exists unless a VM owns the board's UART.
struct ConsolePart {
  std::size_t pd = 0;
  std::vector<config::ConsoleClient> clients;
};

/// The RAM that no VM has yet.
struct MemorySpace {
  std::uint64_t pool_left = 0;
  std::uint64_t window_next = 0;
};

/// What the VMM of one VM needs to be connected to.
struct Services {
  std::optional<std::size_t> timer_pd;  ///< none where the timer is external
  ConsolePart* console = nullptr;       ///< null where there is none
  std::size_t virtual_interface_region = 0;
  MemorySpace memory;
  IoParts io;
  std::vector<ExternalConnections> external;  ///< one for each VM, if there is such a system
};

/// Adds a VM's part of the system to its VMM's PD, `pd`, which exists already.
void add_vm(SystemBuilder& builder, const CheckedSystem& system, const CheckedVm& vm,
            GuestLayout layout, std::size_t pd, Services& services);

/// Finishes the console PD once all its clients are known.
void finish_console(SystemBuilder& builder, const Board& board, const ConsolePart& console,
                    const ResolveOptions& options);

/// Finishes the timer PD, `pd`, with `client_count` clients on its first channels.
void finish_timer(SystemBuilder& builder, const CheckedSystem& system, std::size_t pd,
                  std::uint32_t client_count);

}  // namespace serai::tool
