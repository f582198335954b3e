// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

namespace bench {

/// Memory that a device reads or writes.
struct Buffer {
  const void* bytes;
  std::uint32_t length;
  bool device_writes = false;
};

struct Used {
  std::uint16_t head;    ///< as `add` returned it
  std::uint32_t length;  ///< bytes that the device wrote
};

/// A driver's split virtqueue with VIRTIO_F_EVENT_IDX (VirtIO 1.2, 2.7). As sparing with
/// notifications as a driver can be. It trusts its device, and there is room for all that is added.
class Virtqueue {
 public:
  static constexpr std::uint16_t most_size = 256;

  /// Entries, a power of two: as many as the device has, or fewer.
  explicit Virtqueue(std::uint16_t size);

  [[nodiscard]] std::uint16_t size() const { return size_; }

  /// Makes a chain available to the device, which sees it when it is published. Returns its head.
  std::uint16_t add(std::span<const Buffer> chain);

  /// Shows the device what was added; whether it wants to be notified.
  [[nodiscard]] bool publish();

  /// The next chain that the device has used.
  [[nodiscard]] std::optional<Used> take();

  /// Asks for an interrupt when the next chain is used. False if one is already: then none comes.
  [[nodiscard]] bool want_interrupt();

  [[nodiscard]] const void* descriptors() const { return &descriptors_; }

  [[nodiscard]] const void* available() const { return &available_; }

  [[nodiscard]] const void* used() const { return &used_; }

 private:
  struct Descriptor {
    std::uint64_t address;
    std::uint32_t length;
    std::uint16_t flags;
    std::uint16_t next;
  };

  struct Available {
    std::uint16_t flags;
    std::uint16_t index;
    std::array<std::uint16_t, most_size + 1> ring;  ///< behind its entries is used_event
  };

  struct UsedEntry {
    std::uint32_t id;
    std::uint32_t length;
  };

  struct UsedRing {
    std::uint16_t flags;
    std::uint16_t index;
    std::array<UsedEntry, most_size + 1> ring;  ///< behind its entries is avail_event
  };

  alignas(16) std::array<Descriptor, most_size> descriptors_{};
  alignas(16) Available available_{};
  alignas(16) UsedRing used_{};
  std::array<std::uint16_t, most_size> lengths_{};  ///< of the chains, by their heads
  std::uint16_t size_;
  std::uint16_t first_free_ = 0;
  std::uint16_t added_ = 0;
  std::uint16_t published_ = 0;
  std::uint16_t taken_ = 0;
};

}  // namespace bench
