// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/virtio/dma_memory.hpp"

#include <cstring>

#include "base/bits.hpp"

namespace serai::drivers {

DmaMemory DmaMemory::at(std::uint64_t virtual_address, std::uint64_t physical,
                        std::uint64_t bytes) noexcept {
  // Safety: the addresses come from the checked configuration, whose author mapped the region here,
  // readable and writable, for the whole life of this PD.
  auto* const start = reinterpret_cast<std::byte*>(virtual_address);
  return DmaMemory({.bytes = {start, static_cast<std::size_t>(bytes)}, .physical = physical});
}

Result<DmaPiece> DmaMemory::take_unchanged(std::size_t bytes, std::size_t alignment) noexcept {
  const std::size_t size = whole_.bytes.size();
  const std::size_t start = align_up(used_, alignment);
  if (start > size || bytes > size - start) {
    return fail(Error::no_space);
  }
  used_ = start + bytes;
  return DmaPiece{.bytes = whole_.bytes.subspan(start, bytes),
                  .physical = whole_.physical_at(start)};
}

Result<DmaPiece> DmaMemory::take(std::size_t bytes, std::size_t alignment) noexcept {
  const auto piece = take_unchanged(bytes, alignment);
  if (piece.has_value() && bytes != 0) {
    std::memset(piece->bytes.data(), 0, piece->bytes.size());
  }
  return piece;
}

}  // namespace serai::drivers
