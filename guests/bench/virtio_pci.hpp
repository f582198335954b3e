// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "virtqueue.hpp"

namespace bench {

/// A VirtIO device over PCI with MSI-X, as far as a guest of Serai's needs it: the structures'
/// places are those of src/virtio/transport/pci_layout.hpp.
class VirtioPci {
 public:
  /// The device in a slot of the first bus, from 1 on.
  explicit VirtioPci(unsigned slot) : slot_(slot) {}

  /// Resets it and takes VIRTIO_F_VERSION_1, VIRTIO_F_EVENT_IDX and those of `features` that it
  /// offers.
  void begin(std::uint64_t features = 0) const;

  /// Enables a queue whose interrupts come as `intid_of(queue)`.
  void enable(std::uint16_t queue, const Virtqueue& rings) const;

  void finish() const;

  void notify(std::uint16_t queue) const;

  [[nodiscard]] std::uint32_t intid_of(std::uint16_t queue) const;

  /// A byte of the device's own configuration.
  [[nodiscard]] std::uint8_t config8(std::uint32_t offset) const;

 private:
  [[nodiscard]] std::uint64_t header() const;
  [[nodiscard]] std::uint64_t structures() const;
  [[nodiscard]] std::uint64_t vectors() const;
  void enable_msix() const;

  unsigned slot_;
};

}  // namespace bench
