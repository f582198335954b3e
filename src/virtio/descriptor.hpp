// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "base/bits.hpp"
#include "core/guest_memory.hpp"

namespace serai::virtio {

/// Flags of a descriptor (VirtIO 1.2, 2.7.5 and 2.8.1 onwards).
namespace descriptor_flag {
inline constexpr std::uint16_t next = 1;         ///< VIRTQ_DESC_F_NEXT
inline constexpr std::uint16_t write = 2;        ///< VIRTQ_DESC_F_WRITE
inline constexpr std::uint16_t indirect = 4;     ///< VIRTQ_DESC_F_INDIRECT
inline constexpr std::uint16_t avail = 1U << 7;  ///< VIRTQ_DESC_F_AVAIL, packed only
inline constexpr std::uint16_t used = 1U << 15;  ///< VIRTQ_DESC_F_USED, packed only
}  // namespace descriptor_flag

/// Bytes of a descriptor, split or packed.
inline constexpr std::uint32_t descriptor_bytes = 16;

/// A private copy of a descriptor: its two words, each read once. Both kinds of ring begin alike;
/// the last four bytes are flags and next, or buffer id and flags.
// Guest-controlled: everything here.
struct Descriptor {
  std::uint64_t address = 0;
  std::uint64_t rest = 0;

  [[nodiscard]] std::uint32_t bytes() const noexcept { return static_cast<std::uint32_t>(rest); }

  [[nodiscard]] std::uint16_t split_flags() const noexcept { return field(32); }

  [[nodiscard]] std::uint16_t split_next() const noexcept { return field(48); }

  [[nodiscard]] std::uint16_t packed_id() const noexcept { return field(32); }

  [[nodiscard]] std::uint16_t packed_flags() const noexcept { return field(48); }

 private:
  [[nodiscard]] std::uint16_t field(unsigned lsb) const noexcept {
    return static_cast<std::uint16_t>(rest >> lsb);
  }
};

/// Descriptors in the guest's RAM.
using DescriptorTable = GuestTable<descriptor_bytes>;

/// Reads descriptor `index`, which is below the table's count, of a table that is aligned to 8
/// bytes at least.
inline Descriptor load_descriptor(const DescriptorTable& table, std::uint32_t index) noexcept {
  return {.address = table.load<std::uint64_t>(index), .rest = table.load<std::uint64_t, 8>(index)};
}

/// A table of indirect descriptors (VirtIO 1.2, 2.7.5.3 and 2.8.7), at any alignment.
class IndirectTable {
 public:
  /// Errors: `bad_value` unless `bytes` is a positive multiple of 16, `out_of_range` outside RAM.
  // Guest-controlled: address, bytes.
  static Result<IndirectTable> open(const GuestMemory& memory, std::uint64_t address,
                                    std::uint32_t bytes) noexcept;

  [[nodiscard]] std::uint32_t count() const noexcept { return table_.count(); }

  /// Reads entry `index`, which is below `count()`.
  [[nodiscard]] Descriptor load(std::uint32_t index) const noexcept {
    return is_aligned_ ? load_descriptor(table_, index) : copy(index);
  }

 private:
  [[nodiscard]] Descriptor copy(std::uint32_t index) const noexcept;

  const GuestMemory* memory_ = nullptr;
  GuestAddress start_;
  DescriptorTable table_;
  bool is_aligned_ = false;
};

}  // namespace serai::virtio
