// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/block_backend.hpp"

namespace serai {

/// A disk in this program's own memory: every access is direct, so that it never needs a buffer.
/// Does not own the memory, which outlives it. Nothing of it outlives the program: a flush ends at
/// once.
class RamDisk final : public BlockBackend {
 public:
  static constexpr std::uint32_t block_bytes = 512;

  /// `disk` counts in whole blocks. A read-only disk is never written to.
  constexpr RamDisk(std::span<std::byte> disk, bool read_only) noexcept
      : disk_(disk.first(disk.size() / block_bytes * block_bytes)), read_only_(read_only) {}

  /// Copies an image into a disk's memory and sets to zero what follows it; of an image longer than
  /// the disk, as much as fits.
  static void load(std::span<std::byte> disk, std::span<const std::byte> image) noexcept;

  [[nodiscard]] std::optional<BlockGeometry> geometry() noexcept override;
  [[nodiscard]] Result<BlockBuffer> allocate(std::uint32_t blocks) noexcept override;
  [[nodiscard]] std::span<std::byte> bytes(BlockBuffer buffer) noexcept override;
  void release(BlockBuffer buffer) noexcept override;
  [[nodiscard]] std::span<std::byte> direct(std::uint64_t block,
                                            std::uint32_t blocks) noexcept override;

  /// Takes flushes; `unsupported` for anything else.
  Result<void> submit(const BlockRequest& request) noexcept override;
  [[nodiscard]] std::optional<BlockCompletion> next_completion() noexcept override;

  void flush() noexcept override {}

 private:
  static constexpr std::uint32_t most_requests = 64;

  std::span<std::byte> disk_;
  bool read_only_;
  std::uint64_t flushed_ = 0;  ///< ids of flushes whose completion was not yet taken
};

}  // namespace serai
