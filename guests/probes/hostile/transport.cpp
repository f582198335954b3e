// SPDX-License-Identifier: BSD-2-Clause
#include "hostile/transport.hpp"

#include "hostile/machine.hpp"
#include "pci/registers.hpp"
#include "virtio/transport/pci_layout.hpp"

namespace probe::virtio {
namespace {

namespace layout = serai::virtio::pci_layout;
namespace header = serai::pci::header;

constexpr std::uint32_t virtio_vendor = 0x1af4;
constexpr std::uint32_t first_device = 0x1040;
constexpr std::uint64_t bytes_per_slot = 0x1'0000;
constexpr std::uint64_t msix_place = 0x4000;
constexpr std::uint32_t msix_bytes = 0x1000;
constexpr std::uint32_t mmio_magic = 0x7472'6976;

// Status (2.1).
constexpr std::uint32_t acknowledge_driver = 3;
constexpr std::uint32_t features_ok = 8;
constexpr std::uint32_t driver_ok = 4;

/// The offsets of one register over PCI and over MMIO, and its width over PCI.
struct Register {
  std::uint32_t pci;
  unsigned bytes;
  std::uint32_t mmio;
};

constexpr Register device_features_select = {.pci = 0, .bytes = 4, .mmio = 0x14};
constexpr Register device_features = {.pci = 4, .bytes = 4, .mmio = 0x10};
constexpr Register driver_features_select = {.pci = 8, .bytes = 4, .mmio = 0x24};
constexpr Register driver_features = {.pci = 12, .bytes = 4, .mmio = 0x20};
constexpr Register device_status = {.pci = 20, .bytes = 1, .mmio = 0x70};
constexpr Register queue_select = {.pci = 22, .bytes = 2, .mmio = 0x30};
constexpr Register queue_size = {.pci = 24, .bytes = 2, .mmio = 0x38};
constexpr Register queue_size_max = {.pci = 24, .bytes = 2, .mmio = 0x34};
constexpr Register queue_enable = {.pci = 28, .bytes = 2, .mmio = 0x44};
constexpr Register queue_descriptors = {.pci = 32, .bytes = 4, .mmio = 0x80};
constexpr Register queue_driver = {.pci = 40, .bytes = 4, .mmio = 0x90};
constexpr Register queue_device = {.pci = 48, .bytes = 4, .mmio = 0xa0};
constexpr std::uint32_t pci_queue_vector = 26;
constexpr std::uint32_t mmio_notify = 0x50;
constexpr std::uint32_t mmio_interrupt_status = 0x60;
constexpr std::uint32_t mmio_interrupt_ack = 0x64;
constexpr std::uint32_t mmio_device_config = 0x100;

/// Registers of a device that was found.
struct Registers {
  bool is_pci;
  std::uint64_t base;

  [[nodiscard]] std::uint32_t read(const Register& which) const {
    return static_cast<std::uint32_t>(is_pci ? load(base + which.pci, which.bytes)
                                             : load(base + which.mmio, 4));
  }

  void write(const Register& which, std::uint64_t value) const {
    if (is_pci) {
      store(base + which.pci, which.bytes, value);
    } else {
      store(base + which.mmio, 4, value);
    }
  }

  void write_address(Register which, std::uint64_t value) const {
    write(which, value & 0xffff'ffff);
    which.pci += 4;
    which.mmio += 4;
    write(which, value >> 32);
  }
};

std::uint64_t msix_capability(std::uint64_t function) {
  std::uint64_t at = load(function + header::capabilities_pointer, 1);
  while (at != 0 && load(function + at, 1) != serai::pci::capability::msix) {
    at = load(function + at + 1, 1);
  }
  return function + at;
}

/// BARs where this driver wants them, memory on, every queue's interrupt the slot's own message.
void prepare_pci(std::uint64_t function, unsigned slot, std::uint64_t structures,
                 std::uint64_t msix) {
  store(function + header::command, 2, 0);
  store(function + header::bars, 4, structures);
  store(function + header::bars + 4, 4, 0);
  store(function + header::bars + 8, 4, msix);
  store(function + header::bars + 12, 4, 0);
  store(function + header::command, 2,
        serai::pci::command::memory_space | serai::pci::command::bus_master);
  store(msix, 4, msi_setspi);
  store(msix + 4, 4, 0);
  store(msix + 8, 4, first_msi_intid + slot);
  store(msix + 12, 4, 0);
  store(msix_capability(function) + serai::pci::msix_control::offset, 2,
        serai::pci::msix_control::enable);
}

}  // namespace

Transport Transport::pci(unsigned slot) {
  Transport found;
  found.is_pci_ = true;
  found.number_ = slot;
  found.config_ = ecam + (std::uint64_t{slot} << 15);
  found.structures_ = pci_window + slot * bytes_per_slot;
  found.msix_ = found.structures_ + msix_place;
  found.windows_ = {{{found.config_, 0x100},
                     {found.structures_, 0x300},
                     {found.structures_, static_cast<std::uint32_t>(layout::structures_bytes)},
                     {found.msix_, msix_bytes}}};
  const std::uint64_t id = load(found.config_, 4);
  if ((id & 0xffff) == virtio_vendor) {
    found.kind_ = static_cast<std::uint32_t>(id >> 16) - first_device;
  }
  return found;
}

Transport Transport::mmio(unsigned number) {
  Transport found;
  found.number_ = number;
  found.config_ = found.structures_ = mmio_devices + number * mmio_stride;
  found.windows_ = {{{found.config_, 0x100}, {found.config_, mmio_stride}}};
  if (load(found.config_, 4) == mmio_magic) {
    found.kind_ = static_cast<std::uint32_t>(load(found.config_ + 8, 4));
  }
  return found;
}

void Transport::reset() const {
  if (is_pci_) {
    prepare_pci(config_, number_, structures_, msix_);
  }
  write_status(0);
}

std::uint64_t Transport::negotiate(std::uint64_t wanted) const {
  const Registers registers{is_pci_, structures_};
  registers.write(device_status, acknowledge_driver);
  std::uint64_t accepted = 0;
  for (unsigned half = 0; half < 2; ++half) {
    registers.write(device_features_select, half);
    const std::uint64_t offered = registers.read(device_features);
    const std::uint64_t taken = offered & (wanted >> (32 * half));
    registers.write(driver_features_select, half);
    registers.write(driver_features, taken);
    accepted |= taken << (32 * half);
  }
  registers.write(device_status, acknowledge_driver | features_ok);
  return accepted;
}

bool Transport::has_queue(std::uint16_t index) const {
  const Registers registers{is_pci_, structures_};
  registers.write(queue_select, index);
  return registers.read(queue_size_max) != 0;
}

std::uint16_t Transport::enable(std::uint16_t index, const QueuePlace& place) const {
  const Registers registers{is_pci_, structures_};
  registers.write(queue_select, index);
  const std::uint32_t most = registers.read(queue_size_max);
  const std::uint32_t size = place.size < most ? place.size : most;
  registers.write(queue_size, size);
  registers.write_address(queue_descriptors, place.descriptors);
  registers.write_address(queue_driver, place.driver_area);
  registers.write_address(queue_device, place.device_area);
  if (is_pci_) {
    store(structures_ + pci_queue_vector, 2, 0);
  }
  registers.write(queue_enable, 1);
  return static_cast<std::uint16_t>(size);
}

void Transport::start() const {
  write_status(acknowledge_driver | features_ok | driver_ok);
}

void Transport::notify(std::uint16_t index) const {
  if (is_pci_) {
    store(structures_ + layout::notify_offset + std::uint64_t{index} * layout::notify_multiplier, 2,
          index);
  } else {
    store(config_ + mmio_notify, 4, index);
  }
}

std::uint32_t Transport::status() const {
  return Registers{is_pci_, structures_}.read(device_status);
}

void Transport::write_status(std::uint32_t value) const {
  Registers{is_pci_, structures_}.write(device_status, value);
}

std::uint64_t Transport::config_address() const {
  return is_pci_ ? structures_ + layout::device_offset : config_ + mmio_device_config;
}

std::uint32_t Transport::intid() const {
  return (is_pci_ ? first_msi_intid : first_mmio_intid) + number_;
}

void Transport::acknowledge() const {
  if (!is_pci_) {
    store(config_ + mmio_interrupt_ack, 4, load(config_ + mmio_interrupt_status, 4));
  }
}

}  // namespace probe::virtio
