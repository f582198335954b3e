// SPDX-License-Identifier: BSD-2-Clause
#include "virtio_pci.hpp"

#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"

namespace bench {
namespace {

using probe::read8;
using probe::write32;
using probe::write8;

// The board's addresses (boards/qemu-virt-aarch64.toml).
constexpr std::uint64_t ecam = 0x3f00'0000;
constexpr std::uint64_t window = 0x1000'0000;
constexpr std::uint64_t msi_register = 0x0802'0040;  // MSI_SETSPI_NS of the frame
constexpr std::uint32_t first_msi_intid = 112;
constexpr std::uint32_t intids_of_slot = 4;

// A function's header.
constexpr std::uint64_t command = 0x04;
constexpr std::uint16_t memory_space_and_master = 6;
constexpr std::uint64_t bar0 = 0x10;
constexpr std::uint64_t bar2 = 0x18;
constexpr std::uint64_t first_capability = 0x34;
constexpr std::uint8_t msix = 0x11;
constexpr std::uint64_t msix_control = 2;
constexpr std::uint16_t msix_enable = 0x8000;

// virtio_pci_common_cfg (4.1.4.3).
constexpr std::uint64_t device_feature_select = 0x00;
constexpr std::uint64_t device_feature = 0x04;
constexpr std::uint64_t driver_feature_select = 0x08;
constexpr std::uint64_t driver_feature = 0x0c;
constexpr std::uint64_t device_status = 0x14;
constexpr std::uint64_t queue_select = 0x16;
constexpr std::uint64_t queue_size = 0x18;
constexpr std::uint64_t queue_msix_vector = 0x1a;
constexpr std::uint64_t queue_enable = 0x1c;
constexpr std::uint64_t queue_desc = 0x20;
constexpr std::uint64_t queue_driver = 0x28;
constexpr std::uint64_t queue_device = 0x30;

constexpr std::uint64_t device_config = 0x200;
constexpr std::uint64_t doorbells = 0x1000;

constexpr std::uint8_t acknowledge_driver = 3;
constexpr std::uint8_t features_ok = 11;
constexpr std::uint8_t driver_ok = 15;

constexpr std::uint64_t event_idx = std::uint64_t{1} << 29;
constexpr std::uint64_t version_1 = std::uint64_t{1} << 32;

void write16(std::uint64_t address, std::uint16_t value) {
  *reinterpret_cast<volatile std::uint16_t*>(address) = value;
}

void write_address(std::uint64_t where, const void* what) {
  const auto address = reinterpret_cast<std::uintptr_t>(what);
  write32(where, static_cast<std::uint32_t>(address));
  write32(where + 4, static_cast<std::uint32_t>(address >> 32));
}

}  // namespace

std::uint64_t VirtioPci::header() const {
  return ecam + (std::uint64_t{slot_} << 15);
}

std::uint64_t VirtioPci::structures() const {
  return window + std::uint64_t{slot_} * 0x10000;
}

std::uint64_t VirtioPci::vectors() const {
  return structures() + 0x8000;
}

std::uint32_t VirtioPci::intid_of(std::uint16_t queue) const {
  return first_msi_intid + slot_ * intids_of_slot + queue;
}

std::uint8_t VirtioPci::config8(std::uint32_t offset) const {
  return read8(structures() + device_config + offset);
}

void VirtioPci::enable_msix() const {
  std::uint64_t capability = header() + read8(header() + first_capability);
  while (capability != header() && read8(capability) != msix) {
    capability = header() + read8(capability + 1);
  }
  write16(capability + msix_control, msix_enable);
}

void VirtioPci::begin(std::uint64_t features) const {
  write32(header() + bar0, static_cast<std::uint32_t>(structures()));
  write32(header() + bar0 + 4, 0);
  write32(header() + bar2, static_cast<std::uint32_t>(vectors()));
  write32(header() + bar2 + 4, 0);
  write16(header() + command, memory_space_and_master);
  enable_msix();
  const std::uint64_t common = structures();
  write8(common + device_status, 0);
  write8(common + device_status, acknowledge_driver);
  const std::uint64_t wanted = features | event_idx | version_1;
  for (const unsigned half : {0U, 1U}) {
    write32(common + device_feature_select, half);
    const std::uint32_t offered = probe::read32(common + device_feature);
    write32(common + driver_feature_select, half);
    write32(common + driver_feature, offered & static_cast<std::uint32_t>(wanted >> 32 * half));
  }
  write8(common + device_status, features_ok);
  probe::check("features", read8(common + device_status) == features_ok, "refused");
}

void VirtioPci::enable(std::uint16_t queue, const Virtqueue& rings) const {
  const std::uint64_t vector = vectors() + std::uint64_t{16} * queue;
  write32(vector, static_cast<std::uint32_t>(msi_register));
  write32(vector + 4, 0);
  write32(vector + 8, intid_of(queue));
  write32(vector + 12, 0);
  const std::uint64_t common = structures();
  write16(common + queue_select, queue);
  write16(common + queue_size, rings.size());
  write16(common + queue_msix_vector, queue);
  write_address(common + queue_desc, rings.descriptors());
  write_address(common + queue_driver, rings.available());
  write_address(common + queue_device, rings.used());
  write16(common + queue_enable, 1);
  // A message is an edge.
  const std::uint64_t configuration =
      probe::gic::gicd_icfgr + std::uint64_t{4} * (intid_of(queue) / 16);
  write32(configuration,
          probe::read32(configuration) | std::uint32_t{2} << 2 * (intid_of(queue) % 16));
  probe::gic::enable(intid_of(queue));
}

void VirtioPci::finish() const {
  write8(structures() + device_status, driver_ok);
}

void VirtioPci::notify(std::uint16_t queue) const {
  write16(structures() + doorbells + std::uint64_t{4} * queue, queue);
}

}  // namespace bench
