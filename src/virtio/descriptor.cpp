// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/descriptor.hpp"

namespace serai::virtio {

namespace {

std::uint64_t load_word_by_bytes(const GuestWindow& window, std::uint32_t offset) noexcept {
  std::uint64_t word = 0;
  for (std::uint32_t i = 0; i < sizeof word; ++i) {
    word |= std::uint64_t{window.load<std::uint8_t>(offset + i)} << (8 * i);
  }
  return word;
}

}  // namespace

Result<IndirectTable> IndirectTable::open(const GuestMemory& memory, std::uint64_t address,
                                          std::uint32_t bytes) noexcept {
  if (bytes % descriptor_bytes != 0) {
    return fail(Error::bad_value);
  }
  const auto window = memory.window(GuestAddress(address), bytes, 1);
  if (!window) {
    return fail(window.error());
  }
  IndirectTable table;
  table.window_ = *window;
  table.entries_ = bytes / descriptor_bytes;
  table.aligned_ = is_aligned(address, sizeof(std::uint64_t));
  return table;
}

Descriptor IndirectTable::load_by_bytes(std::uint32_t index) const noexcept {
  const std::uint32_t offset = index * descriptor_bytes;
  return {.address = load_word_by_bytes(window_, offset),
          .rest = load_word_by_bytes(window_, offset + 8)};
}

}  // namespace serai::virtio
