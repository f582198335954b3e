// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "tool/emit/config_blob.hpp"
#include "tool/resolve/io.hpp"
#include "tool/resolve/parts.hpp"

namespace serai::tool {

/// What is known of a VM's VMM while it is put together.
struct VmmDraft {
  SystemBuilder& builder;
  const CheckedSystem& system;
  const CheckedVm& vm;
  std::size_t pd;
  VmmConfiguration& configuration;
  Guest& guest;
  std::vector<Attachment>& attachments;
  std::uint64_t next_image;     ///< where the next image may lie in the VMM
  std::uint32_t console_queue;  ///< of the VM's console, until a device takes it; or `no_channel`
  ConsolePart* console;         ///< null where there is none
  const ExternalClient* external_client;  ///< null where there is no external system
  const ExternalConnections* external;    ///< the same
};

/// Adds the VirtIO devices of a VM to its VMM, to the PDs behind them and to what people see.
/// RAM disks take their memory from `memory`.
void add_virtio(VmmDraft& draft, IoParts& io, MemorySpace& memory);

/// Where a guest's PCI host is; all 0 for a VM without devices on it.
config::PciHost pci_host(const CheckedVm& vm, const Board& board);

}  // namespace serai::tool
