// SPDX-License-Identifier: BSD-2-Clause
//
// Checked, read-only access to a compiled configuration (layout.hpp). Opening a view looks at every
// field once; afterwards all that the accessors return is in bounds and keeps the rules said here.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "config/layout.hpp"

namespace serai::config {

/// The configuration of a VMM. Holds that
/// - RAM is page-aligned, neither wraps nor overlaps; images, the entry point and the device tree
/// lie
///   inside it;
/// - device windows and the distributor neither wrap nor overlap each other or RAM;
/// - interrupts are SPIs below `interrupt_count`, each used once; the timers' are PPIs;
/// - indices of queues exist; channels are below 62, and only serial queues share one, or the two
///   directions of a packet queue;
/// - the PCI host is all 0 or its parts are whole, aligned and clear of everything else;
/// - a VirtIO device has its own PCI slot (1 to 31) or its own MMIO window, numbers its kind allows
///   and back ends that exist and no other device uses; a disk that cannot be written is read-only;
/// - a VMM has room for all of it, and the memory that its devices take.
class VmmView {
 public:
  /// Checks `bytes`, which start 8-aligned, hold the whole blob (and perhaps more) and outlive the
  /// view. Fails with the first broken rule's kind.
  static Result<VmmView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const VmmBlob& blob() const noexcept { return *blob_; }

  [[nodiscard]] std::string_view name() const noexcept;
  [[nodiscard]] std::span<const Memory> memory() const noexcept;
  [[nodiscard]] std::span<const Image> images() const noexcept;
  [[nodiscard]] std::span<const Device> devices() const noexcept;
  [[nodiscard]] std::span<const SerialQueue> serial_queues() const noexcept;
  [[nodiscard]] std::span<const PassthroughIrq> passthrough() const noexcept;
  [[nodiscard]] std::span<const VirtioDevice> virtio_devices() const noexcept;
  [[nodiscard]] std::span<const BlockQueue> block_queues() const noexcept;
  [[nodiscard]] std::span<const PacketQueue> packet_queues() const noexcept;
  [[nodiscard]] std::span<const RamDisk> ram_disks() const noexcept;

  /// The PCI host bridge, or nothing.
  [[nodiscard]] const PciHost* pci() const noexcept;

  /// The characters of `device.name`, perhaps none.
  [[nodiscard]] static std::string_view name_of(const VirtioDevice& device) noexcept;

  [[nodiscard]] static bool has(const VirtioDevice& device, VirtioFlag flag) noexcept {
    return (device.flags & static_cast<std::uint32_t>(flag)) != 0;
  }

  /// The queue of log lines, or nothing.
  [[nodiscard]] const SerialQueue* log_queue() const noexcept;

 private:
  explicit VmmView(const VmmBlob& blob) noexcept : blob_(&blob) {}

  [[nodiscard]] const std::byte* base() const noexcept;

  const VmmBlob* blob_;
};

/// The configuration of the console PD: valid names and queues; no channel has two owners.
class ConsoleView {
 public:
  /// As `VmmView::open`.
  static Result<ConsoleView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const ConsoleBlob& blob() const noexcept { return *blob_; }

  [[nodiscard]] bool has(ConsoleFlag flag) const noexcept {
    return (blob_->flags & static_cast<std::uint32_t>(flag)) != 0;
  }

  [[nodiscard]] std::span<const ConsoleClient> clients() const noexcept;

  /// The characters of `client.name`.
  [[nodiscard]] static std::string_view name_of(const ConsoleClient& client) noexcept;

 private:
  explicit ConsoleView(const ConsoleBlob& blob) noexcept : blob_(&blob) {}

  const ConsoleBlob* blob_;
};

/// The configuration of the timer PD: its interrupts' channels lie outside its clients'.
class TimerView {
 public:
  /// As `VmmView::open`.
  static Result<TimerView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const TimerBlob& blob() const noexcept { return *blob_; }

 private:
  explicit TimerView(const TimerBlob& blob) noexcept : blob_(&blob) {}

  const TimerBlob* blob_;
};

/// The configuration of a block PD: a device; valid names and queues, each with its own channel; no
/// client writes what another sees.
class BlockView {
 public:
  /// As `VmmView::open`.
  static Result<BlockView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const BlockBlob& blob() const noexcept { return *blob_; }

  [[nodiscard]] std::span<const BlockClient> clients() const noexcept;

  /// The characters of `client.name`.
  [[nodiscard]] static std::string_view name_of(const BlockClient& client) noexcept;

  [[nodiscard]] static bool is_read_only(const BlockClient& client) noexcept {
    return (client.flags & static_cast<std::uint32_t>(BlockFlag::read_only)) != 0;
  }

 private:
  explicit BlockView(const BlockBlob& blob) noexcept : blob_(&blob) {}

  const BlockBlob* blob_;
};

/// The configuration of a switch PD: valid names, VLANs and queues, each with its own channels, as
/// has the timer; the switch is the client of uplinks and the provider of all others, which have
/// each their own MAC address, one station's; a rate has a burst.
class SwitchView {
 public:
  /// As `VmmView::open`.
  static Result<SwitchView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const SwitchBlob& blob() const noexcept { return *blob_; }

  [[nodiscard]] std::span<const SwitchPort> ports() const noexcept;

  /// The characters of `port.name`.
  [[nodiscard]] static std::string_view name_of(const SwitchPort& port) noexcept;

  [[nodiscard]] static bool has(const SwitchPort& port, SwitchPortFlag flag) noexcept;

 private:
  explicit SwitchView(const SwitchBlob& blob) noexcept : blob_(&blob) {}

  const SwitchBlob* blob_;
};

/// The configuration of an uplink PD: a device, and a client whose data the device can reach.
class UplinkView {
 public:
  /// As `VmmView::open`.
  static Result<UplinkView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const UplinkBlob& blob() const noexcept { return *blob_; }

 private:
  explicit UplinkView(const UplinkBlob& blob) noexcept : blob_(&blob) {}

  const UplinkBlob* blob_;
};

/// The configuration of the entropy PD: a device; valid names and queues to transmit to, each with
/// its own channel.
class EntropyView {
 public:
  /// As `VmmView::open`.
  static Result<EntropyView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const EntropyBlob& blob() const noexcept { return *blob_; }

  [[nodiscard]] std::span<const EntropyClient> clients() const noexcept;

  /// The characters of `client.name`.
  [[nodiscard]] static std::string_view name_of(const EntropyClient& client) noexcept;

 private:
  explicit EntropyView(const EntropyBlob& blob) noexcept : blob_(&blob) {}

  const EntropyBlob* blob_;
};

/// The configuration of the sockets PD: valid names and queues, each with its own channels, as has
/// the timer, and its own context ID, 3 to 0xfffffffe.
class SocketsView {
 public:
  /// As `VmmView::open`.
  static Result<SocketsView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const SocketsBlob& blob() const noexcept { return *blob_; }

  [[nodiscard]] std::span<const SocketPort> ports() const noexcept;

  /// The characters of `port.name`.
  [[nodiscard]] static std::string_view name_of(const SocketPort& port) noexcept;

 private:
  explicit SocketsView(const SocketsBlob& blob) noexcept : blob_(&blob) {}

  const SocketsBlob* blob_;
};

/// The configuration of the supervisor: valid names, each child with its own id below 62; the timer
/// PD's channel.
class SupervisorView {
 public:
  /// As `VmmView::open`.
  static Result<SupervisorView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const SupervisorBlob& blob() const noexcept { return *blob_; }

  [[nodiscard]] std::span<const SupervisorChild> children() const noexcept;

  /// The characters of `child.name`.
  [[nodiscard]] static std::string_view name_of(const SupervisorChild& child) noexcept;

 private:
  explicit SupervisorView(const SupervisorBlob& blob) noexcept : blob_(&blob) {}

  const SupervisorBlob* blob_;
};

}  // namespace serai::config
