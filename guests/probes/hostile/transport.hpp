// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace probe::virtio {

namespace kind {
inline constexpr std::uint32_t network = 1;
inline constexpr std::uint32_t block = 2;
inline constexpr std::uint32_t console = 3;
inline constexpr std::uint32_t entropy = 4;
inline constexpr std::uint32_t socket = 19;
}  // namespace kind

inline constexpr std::uint64_t feature_indirect = 1ULL << 28;
inline constexpr std::uint64_t feature_event_idx = 1ULL << 29;
inline constexpr std::uint64_t feature_version_1 = 1ULL << 32;
inline constexpr std::uint64_t feature_packed = 1ULL << 34;

/// Where the parts of a queue are.
struct QueuePlace {
  std::uint16_t size = 0;
  std::uint64_t descriptors = 0;
  std::uint64_t driver_area = 0;
  std::uint64_t device_area = 0;
};

/// A VirtIO device over PCI or MMIO, from its driver's side (VirtIO 1.2, 3.1 and 4).
class Transport {
 public:
  /// At `slot` of the bus, or the place `number` of the MMIO devices; `kind()` is 0 if there is
  /// none.
  static Transport pci(unsigned slot);
  static Transport mmio(unsigned number);

  [[nodiscard]] std::uint32_t kind() const { return kind_; }

  [[nodiscard]] bool is_pci() const { return is_pci_; }

  /// Resets the device, and makes its registers reachable where something moved them.
  void reset() const;

  /// Accepts `wanted` as far as it is offered; what was accepted.
  [[nodiscard]] std::uint64_t negotiate(std::uint64_t wanted) const;

  /// Whether the device has such a queue.
  [[nodiscard]] bool has_queue(std::uint16_t index) const;

  /// Enables a queue; its size is made what the device has at most. What it became.
  std::uint16_t enable(std::uint16_t index, const QueuePlace& place) const;

  /// DRIVER_OK.
  void start() const;
  void notify(std::uint16_t index) const;
  [[nodiscard]] std::uint32_t status() const;
  void write_status(std::uint32_t value) const;

  /// Of the device's own configuration.
  [[nodiscard]] std::uint64_t config_address() const;

  /// The interrupt of all queues, as `reset` sets it up, and what a driver does when it came.
  [[nodiscard]] std::uint32_t intid() const;
  void acknowledge() const;

  /// The registers of this device: where the hostile part strikes.
  struct Window {
    std::uint64_t address = 0;
    std::uint32_t bytes = 0;
  };

  [[nodiscard]] std::span<const Window> windows() const {
    return std::span(windows_).first(is_pci_ ? 4 : 2);
  }

 private:
  bool is_pci_ = false;
  unsigned number_ = 0;
  std::uint32_t kind_ = 0;
  std::uint64_t config_ = 0;      ///< the function's configuration space, or the registers
  std::uint64_t structures_ = 0;  ///< PCI: of BAR 0
  std::uint64_t msix_ = 0;        ///< PCI: of the MSI-X table
  std::array<Window, 4> windows_{};
};

}  // namespace probe::virtio
