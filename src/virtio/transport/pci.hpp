// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "core/guest_memory.hpp"
#include "pci/config_space.hpp"
#include "pci/function.hpp"
#include "pci/msix_table.hpp"
#include "virtio/device.hpp"
#include "virtio/transport/device_state.hpp"
#include "virtio/transport/options.hpp"
#include "virtio/transport/pci_layout.hpp"

namespace serai::virtio {

/// VirtIO over PCI, modern only (VirtIO 1.2, 4.1), with MSI-X and INTx. Everything it is given
/// outlives it; `queues` are as many as the device has.
///
/// BAR 0 holds VirtIO's structures, BAR 2 the MSI-X table; both have 64 bits. There is a vector for
/// each queue and one for the configuration. A field of virtio_pci_common_cfg answers to accesses
/// of exactly its width (4.1.3.1), one of 64 bits as two words; others fail.
class PciTransport final : public pci::Function, public Events {
 public:
  PciTransport(Device& device, const GuestMemory& memory, std::span<Queue> queues,
               SegmentPool& pool, std::uint8_t slot, pci::MessageSink& messages,
               pci::InterruptPin& pin, TransportOptions options) noexcept;
  PciTransport(const PciTransport&) = delete;
  PciTransport& operator=(const PciTransport&) = delete;
  ~PciTransport() = default;

  [[nodiscard]] std::uint32_t read_config(std::uint32_t offset, AccessSize size) noexcept override;
  void write_config(std::uint32_t offset, AccessSize size, std::uint32_t value) noexcept override;
  [[nodiscard]] Region region(unsigned bar) const noexcept override;
  [[nodiscard]] Result<std::uint64_t> read_bar(unsigned bar, std::uint64_t offset,
                                               AccessSize size) noexcept override;
  [[nodiscard]] Result<void> write_bar(unsigned bar, std::uint64_t offset, AccessSize size,
                                       std::uint64_t value) noexcept override;

  /// Every store to the page of the doorbells is done by its address alone.
  [[nodiscard]] bool ring_bar(unsigned bar, std::uint64_t offset,
                              AccessSize size) noexcept override;

  [[nodiscard]] Doorbell doorbell_of_bar(unsigned bar, std::uint64_t offset) noexcept override;

  void reset() noexcept override;

  void queue_interrupt(std::uint16_t queue) noexcept override;
  void config_changed() noexcept override;
  void needs_reset() noexcept override;

 private:
  friend struct CommonConfig;

  void add_capabilities() noexcept;
  void add_structure(pci_layout::Structure structure, std::uint32_t offset, std::uint32_t bytes,
                     std::span<const std::uint32_t> more) noexcept;
  void add_msix() noexcept;

  // The device's registers.
  [[nodiscard]] Result<std::uint64_t> read_structure(std::uint64_t offset,
                                                     AccessSize size) noexcept;
  [[nodiscard]] Result<void> write_structure(std::uint64_t offset, AccessSize size,
                                             std::uint64_t value) noexcept;
  [[nodiscard]] Result<std::uint64_t> read_common(std::uint64_t offset, AccessSize size) noexcept;
  [[nodiscard]] Result<void> write_common(std::uint64_t offset, AccessSize size,
                                          std::uint32_t value) noexcept;
  [[nodiscard]] Result<std::uint64_t> read_isr(std::uint64_t offset, AccessSize size) noexcept;
  void ring_doorbell(std::uint64_t offset) noexcept;

  // VIRTIO_PCI_CAP_PCI_CFG: BAR accesses through the configuration space.
  struct Window {
    unsigned bar = 0;
    std::uint64_t offset = 0;
    AccessSize size{};
    bool valid = false;
  };

  [[nodiscard]] Window access_window() const noexcept;
  void read_through_window() noexcept;
  void write_through_window() noexcept;

  // Interrupts.
  void act_on(Effect effect) noexcept;
  void forget_interrupts() noexcept;
  void config_interrupt() noexcept;
  void update_pin() noexcept;
  [[nodiscard]] std::uint16_t allowed_vector(std::uint32_t vector) const noexcept;

  DeviceState state_;
  pci::MsixTable msix_;
  std::uint8_t slot_;
  std::uint8_t isr_ = 0;
  std::uint16_t config_vector_ = pci_layout::no_vector;
  std::array<std::uint16_t, DeviceTraits::most_queues> queue_vectors_{};
  pci::InterruptPin& pin_;
  pci::ConfigSpace config_;
  std::uint8_t msix_capability_ = 0;
  std::uint8_t access_capability_ = 0;
};

}  // namespace serai::virtio
