// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.hpp"
#include "drivers/virtio/dma_memory.hpp"
#include "pds/block/partition_table.hpp"
#include "pds/block/virtio_disk.hpp"

namespace serai::block {

/// Finds out, request by request, what a disk holds: its two ends with the partition table, and its
/// serial number.
class DiskSurvey {
 public:
  /// Of each end of the disk: enough for a table of 128 entries with blocks of 4096 bytes.
  static constexpr std::uint32_t end_bytes = 24 * 1024;

  /// Takes the memory that the disk writes to. Fails with `no_space`.
  Result<void> start(const DiskFacts& facts, drivers::DmaMemory& memory) noexcept;

  /// The next request; nothing once all is known.
  [[nodiscard]] std::optional<DiskRequest> next() noexcept;

  /// The request that `next` yielded last has ended.
  void complete(bool ok) noexcept;

  /// The partition table, or why there is none. Once `next` yields nothing.
  Result<void> read_table(PartitionTable& to) const noexcept;

  /// The disk's serial number: printable characters, perhaps none.
  [[nodiscard]] std::string_view serial() const noexcept { return {serial_.data(), serial_size_}; }

 private:
  enum class Step : std::uint8_t { first_end, last_end, serial, done };

  void take_serial() noexcept;

  DiskFacts facts_;
  drivers::DmaPiece ends_;
  drivers::DmaPiece id_;
  std::array<char, VirtioDisk::id_bytes> serial_{};
  std::size_t serial_size_ = 0;
  std::uint32_t size_ = 0;  ///< bytes of each end
  Step step_ = Step::done;
  bool ends_known_ = false;
};

}  // namespace serai::block
