// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/descriptor.hpp"

#include <array>
#include <span>

namespace serai::virtio {

Result<IndirectTable> IndirectTable::open(const GuestMemory& memory, std::uint64_t address,
                                          std::uint32_t bytes) noexcept {
  if (bytes % descriptor_bytes != 0) {
    return fail(Error::bad_value);
  }
  const auto table =
      memory.table<descriptor_bytes>(GuestAddress(address), bytes / descriptor_bytes, 1);
  if (!table) {
    return fail(table.error());
  }
  IndirectTable opened;
  opened.memory_ = &memory;
  opened.start_ = GuestAddress(address);
  opened.table_ = *table;
  opened.is_aligned_ = is_aligned(address, sizeof(std::uint64_t));
  return opened;
}

Descriptor IndirectTable::copy(std::uint32_t index) const noexcept {
  SERAI_ASSERT(index < table_.count());
  std::array<std::uint64_t, 2> words{};
  const GuestAddress entry(start_.value() + std::uint64_t{index} * descriptor_bytes);
  SERAI_ASSERT(memory_->read(entry, std::as_writable_bytes(std::span(words))));
  return {.address = words[0], .rest = words[1]};
}

}  // namespace serai::virtio
