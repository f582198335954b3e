// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/transport/pci.hpp"

#include "base/assert.hpp"
#include "base/bits.hpp"
#include "pci/registers.hpp"

namespace serai::virtio {
namespace {

using namespace pci_layout;

constexpr std::uint16_t virtio_vendor = 0x1af4;
constexpr std::uint16_t first_device = 0x1040;

pci::Identity identity_of(const DeviceTraits& traits) noexcept {
  const auto id = static_cast<std::uint16_t>(traits.id);
  return {.vendor = virtio_vendor,
          .device = static_cast<std::uint16_t>(first_device + id),
          .subsystem_vendor = virtio_vendor,
          // 4.1.2.1: at least 0x40, so that no transitional driver takes it for its own.
          .subsystem = static_cast<std::uint16_t>(0x40 + id),
          .class_code = traits.pci_class,
          .revision = 1};
}

}  // namespace

PciTransport::PciTransport(Device& device, const GuestMemory& memory, std::span<Queue> queues,
                           SegmentPool& pool, std::uint8_t slot, pci::MessageSink& messages,
                           pci::InterruptPin& pin, TransportOptions options) noexcept
    : state_(device, memory, queues, pool, *this, options),
      msix_(messages, state_.traits().queue_count + 1U),
      slot_(slot),
      pin_(pin),
      config_(identity_of(state_.traits())) {
  static_assert(pci::MsixTable::most_vectors > DeviceTraits::most_queues);
  queue_vectors_.fill(no_vector);
  add_capabilities();
}

void PciTransport::reset() noexcept {
  state_.reset();
  msix_.reset();
  config_.reset();
  forget_interrupts();
}

Result<std::uint64_t> PciTransport::read_bar(unsigned bar, std::uint64_t offset,
                                             AccessSize size) noexcept {
  switch (bar) {
    case structures_bar:
      return read_structure(offset, size);
    case msix_bar:
      return msix_.read(offset, size);
    default:
      return fail(Error::not_found);
  }
}

Result<void> PciTransport::write_bar(unsigned bar, std::uint64_t offset, AccessSize size,
                                     std::uint64_t value) noexcept {
  switch (bar) {
    case structures_bar:
      return write_structure(offset, size, value);
    case msix_bar:
      return msix_.write(offset, size, value);
    default:
      return fail(Error::not_found);
  }
}

bool PciTransport::ring_bar(unsigned bar, std::uint64_t offset, AccessSize /*size*/) noexcept {
  if (bar != structures_bar || offset < notify_offset) {
    return false;
  }
  ring_doorbell(offset);
  return true;
}

Doorbell PciTransport::doorbell_of_bar(unsigned bar, std::uint64_t offset) noexcept {
  const std::uint64_t place = offset - notify_offset;
  const std::uint64_t queue = place / notify_multiplier;
  if (bar != structures_bar || offset < notify_offset || !is_aligned(place, notify_multiplier) ||
      queue >= DeviceTraits::most_queues) {
    return {};
  }
  return {.target = &state_, .number = static_cast<std::uint32_t>(queue)};
}

void PciTransport::ring_doorbell(std::uint64_t offset) noexcept {
  // The address says which queue; the value, which says it again, is not looked at.
  const auto place = static_cast<std::uint32_t>(offset - notify_offset);
  if (is_aligned(place, notify_multiplier)) {
    state_.notify(place / notify_multiplier);
  }
}

Result<std::uint64_t> PciTransport::read_structure(std::uint64_t offset, AccessSize size) noexcept {
  if (offset >= notify_offset) {
    return 0;  // doorbells have nothing to say
  }
  if (offset >= device_offset) {
    return is_aligned(offset, bytes_of(size)) ? state_.read_config(offset - device_offset, size)
                                              : Result<std::uint64_t>(fail(Error::misaligned));
  }
  return offset >= isr_offset ? read_isr(offset - isr_offset, size)
                              : read_common(offset - common_offset, size);
}

Result<void> PciTransport::write_structure(std::uint64_t offset, AccessSize size,
                                           std::uint64_t value) noexcept {
  if (offset >= notify_offset) {
    ring_doorbell(offset);
    return {};
  }
  if (offset >= device_offset) {
    if (!is_aligned(offset, bytes_of(size))) {
      return fail(Error::misaligned);
    }
    state_.write_config(offset - device_offset, size, value);
    return {};
  }
  if (offset >= isr_offset) {
    return {};
  }
  return write_common(offset - common_offset, size, static_cast<std::uint32_t>(value));
}

Result<std::uint64_t> PciTransport::read_isr(std::uint64_t offset, AccessSize /*size*/) noexcept {
  if (offset != 0) {
    return 0;
  }
  // 4.1.4.5: reading it lowers the line.
  const std::uint8_t value = isr_;
  isr_ = 0;
  update_pin();
  return value;
}

}  // namespace serai::virtio
