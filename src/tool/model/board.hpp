// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/layout.hpp"
#include "tool/model/diagnostic.hpp"

namespace serai::tool {

/// A device of a board.
struct BoardDevice {
  std::string name;
  std::vector<std::string> compatible;  ///< as the device tree names it, most exact first
  std::uint64_t address = 0;            ///< physical
  std::uint64_t size = 0;
  std::uint32_t intid = 0;  ///< 0: no interrupt
  config::Trigger trigger = config::Trigger::level;
  bool dma = false;  ///< reads and writes memory by itself
  Span where;
};

/// Where a guest sees an emulated device.
struct GuestWindow {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
  std::uint32_t intid = 0;
};

/// The guest's interrupt controller, a GICv2.
struct GuestGic {
  std::uint32_t interrupts = 0;   ///< INTIDs, a multiple of 32
  std::uint64_t distributor = 0;  ///< guest-physical, emulated
  std::uint64_t distributor_size = 0;
  std::uint64_t cpu_interface = 0;  ///< guest-physical
  std::uint64_t cpu_interface_size = 0;
  std::uint64_t virtual_interface = 0;  ///< physical: GICV, mapped at `cpu_interface`
  std::uint64_t virtual_interface_size = 0;
};

/// Where a guest sees its PCI host: one bus, and a frame for messages as in a GICv2m.
struct GuestPci {
  std::uint64_t ecam = 0;
  std::uint64_t ecam_size = 0;
  std::uint64_t window = 0;  ///< 32-bit memory of devices
  std::uint64_t window_size = 0;
  std::uint64_t high_window = 0;  ///< 64-bit memory of devices
  std::uint64_t high_window_size = 0;
  std::uint64_t msi_frame = 0;
  std::uint32_t first_msi_intid = 0;
  std::uint32_t msi_count = 0;
  std::uint32_t first_intx_intid = 0;
};

/// Where a guest sees VirtIO devices that use MMIO.
struct GuestVirtioMmio {
  std::uint64_t address = 0;
  std::uint64_t stride = 0;
  std::uint32_t count = 0;
  std::uint32_t first_intid = 0;
};

/// A place for one of QEMU's VirtIO devices, which a driver PD then owns.
struct VirtioSlot {
  std::string device;  ///< of the board: its registers
  std::string bus;     ///< QEMU's name for it
};

/// All that is known about a board: the contents of `boards/NAME.toml`.
struct Board {
  std::string name;
  std::string description;
  std::string microkit;  ///< its name in a Microkit SDK

  std::string qemu_machine;
  std::string qemu_cpu;
  std::uint64_t qemu_memory = 0;

  std::uint64_t pool_size = 0;       ///< RAM for VMs that the platform places
  std::uint64_t window_address = 0;  ///< RAM for VMs that is given out by its address
  std::uint64_t window_size = 0;
  std::uint64_t loader_address = 0;

  std::uint32_t timer_intid = 0;
  config::Trigger timer_trigger = config::Trigger::level;
  std::string timer_backstop;  ///< a device's name, or empty
  std::string console_device;  ///< a device's name

  std::uint64_t guest_ram = 0;
  std::string guest_cpu;
  std::uint32_t virtual_timer_intid = 0;
  std::uint32_t physical_timer_intid = 0;
  std::uint32_t secure_timer_intid = 0;
  std::uint32_t hypervisor_timer_intid = 0;
  GuestGic gic;
  GuestWindow pl011;
  GuestWindow pl031;
  std::optional<GuestPci> pci;
  std::optional<GuestVirtioMmio> virtio_mmio;

  std::vector<VirtioSlot> virtio_slots;  ///< each in a page of its own

  std::vector<BoardDevice> devices;

  /// The device of this name, or null.
  [[nodiscard]] const BoardDevice* find_device(std::string_view wanted) const;

  /// Bytes that all VMs may have together.
  [[nodiscard]] std::uint64_t usable_memory() const { return pool_size + window_size; }
};

/// Reads a board file, with every mistake in it reported.
std::optional<Board> read_board(const std::shared_ptr<const SourceFile>& file,
                                Diagnostics& diagnostics);

/// Finds and reads the board that the user named: one of `share`/boards, or a path (it ends in
/// ".toml") relative to the file that names it.
std::optional<Board> find_board(const Located<std::string>& name,
                                const std::filesystem::path& share, Diagnostics& diagnostics);

}  // namespace serai::tool
