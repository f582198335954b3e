// SPDX-License-Identifier: BSD-2-Clause
//
// The single checks, each of which reports whatever it finds.
#pragma once

#include "tool/check/checked_system.hpp"

namespace serai::tool {

inline constexpr std::uint64_t small_page = 0x1000;
inline constexpr std::uint64_t large_page = 0x20'0000;

/// Names that serve as names of PDs and memory regions too.
void check_names(const SystemModel& model, Diagnostics& diagnostics);

/// No more PDs, channels and interrupts than Microkit has room for.
void check_limits(const SystemModel& model, Diagnostics& diagnostics);

/// Fills in memory, vCPUs, priority, budget and period.
void check_resources(const VmModel& model, const Board& board, CheckedVm& vm,
                     Diagnostics& diagnostics);

/// Fills in the kernel, the initrd, the overlay, the command line.
void check_inputs(const VmModel& model, const Board& board, CheckedVm& vm,
                  Diagnostics& diagnostics);

/// Fills in devices, emulated and passed through.
void check_devices(const VmModel& model, const Board& board, CheckedVm& vm,
                   Diagnostics& diagnostics);

/// The disks, with the contents of those in memory; one for each of the model's.
std::vector<CheckedDisk> check_disks(const SystemModel& model, Diagnostics& diagnostics);

/// The networks; one for each of the model's.
std::vector<CheckedNetwork> check_networks(const SystemModel& model, Diagnostics& diagnostics);

/// Fills in VirtIO devices, which lead to disks and networks of `system`.
void check_virtio(const VmModel& model, const CheckedSystem& system, CheckedVm& vm,
                  Diagnostics& diagnostics);

/// Reads the external system, if there is one, and what it says of its connections with VMs; fills
/// in the MAC addresses that it chose. Takes what it has of the board's window from `system.board`.
void check_external(const SystemModel& model, CheckedSystem& system, Diagnostics& diagnostics);

/// A device that leads to an external disk or network: what is not Serai's to decide, and that `vm`
/// has no such device yet.
void check_external_disk(const DeviceModel& model, const CheckedSystem& system, const CheckedVm& vm,
                         Diagnostics& diagnostics);
void check_external_network(const DeviceModel& model, const CheckedSystem& system,
                            const CheckedVm& vm, Diagnostics& diagnostics);

/// What only all VMs together can do wrong: memory, devices given twice.
void check_together(const CheckedSystem& system, Diagnostics& diagnostics);

/// The same of VirtIO devices: disks that two write, addresses used twice, devices of QEMU. Fills
/// in the MAC addresses and context IDs that are left to Serai.
void check_virtio_together(CheckedSystem& system, Diagnostics& diagnostics);

/// No more PDs and channels for VirtIO than Microkit has room for.
void check_virtio_limits(const CheckedSystem& system, Diagnostics& diagnostics);

/// An overlay as the tree builder takes it: `file` itself if it is compiled, else what `dtc` makes
/// of it.
std::optional<std::vector<std::byte>> compile_overlay(const InputFile& file,
                                                      Diagnostics& diagnostics);

}  // namespace serai::tool
