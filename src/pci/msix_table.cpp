// SPDX-License-Identifier: BSD-2-Clause
#include "pci/msix_table.hpp"

#include <bit>

#include "base/assert.hpp"
#include "base/bits.hpp"

namespace serai::pci {
namespace {

constexpr std::uint64_t entry_bytes = 16;

/// The words of an entry (6.8.2.6 to 6.8.2.9).
enum class EntryWord : std::uint8_t { address_low, address_high, data, control };

}  // namespace

MsixTable::MsixTable(MessageSink& sink, unsigned vectors) noexcept : sink_(sink), count_(vectors) {
  SERAI_ASSERT(vectors >= 1 && vectors <= most_vectors);
}

void MsixTable::reset() noexcept {
  enabled_ = false;
  function_masked_ = false;
  blocked_ = ~std::uint64_t{0};
  masked_ = ~std::uint64_t{0};
  pending_ = 0;
  entries_ = {};
}

void MsixTable::set_control(bool enabled, bool function_masked) noexcept {
  enabled_ = enabled;
  function_masked_ = function_masked;
  if (!enabled) {
    pending_ = 0;
  }
  deliver();
}

void MsixTable::pend(std::uint16_t vector) noexcept {
  if (enabled_) {
    pending_ |= bit(vector);
  }
}

void MsixTable::deliver() noexcept {
  blocked_ = enabled_ && !function_masked_ ? masked_ : ~std::uint64_t{0};
  for (std::uint64_t ready = pending_ & ~blocked_; ready != 0; ready &= ready - 1) {
    const auto vector = static_cast<unsigned>(std::countr_zero(ready));
    pending_ &= ~bit(vector);
    sink_.send(entries_[vector].address, entries_[vector].data);
  }
}

std::uint32_t MsixTable::read_word(std::uint64_t offset) const noexcept {
  if (offset >= pending_offset) {
    const std::uint64_t word = (offset - pending_offset) / 4;
    return word < 2 ? static_cast<std::uint32_t>(pending_ >> (32 * word)) : 0;
  }
  const std::uint64_t vector = offset / entry_bytes;
  if (vector >= count_) {
    return 0;
  }
  const Entry& entry = entries_[vector];
  switch (static_cast<EntryWord>(offset % entry_bytes / 4)) {
    case EntryWord::address_low:
      return static_cast<std::uint32_t>(entry.address);
    case EntryWord::address_high:
      return static_cast<std::uint32_t>(entry.address >> 32);
    case EntryWord::data:
      return entry.data;
    default:
      return test_bit(masked_, static_cast<unsigned>(vector)) ? 1 : 0;
  }
}

void MsixTable::write_word(std::uint64_t offset, std::uint32_t value) noexcept {
  const std::uint64_t vector = offset / entry_bytes;
  if (vector >= count_) {
    return;  // also the Pending Bit Array, which is read-only
  }
  Entry& entry = entries_[vector];
  switch (static_cast<EntryWord>(offset % entry_bytes / 4)) {
    case EntryWord::address_low:
      entry.address = deposit(entry.address, 0, 32, value & ~3U);  // bits 1:0 are reserved
      break;
    case EntryWord::address_high:
      entry.address = deposit(entry.address, 32, 32, value);
      break;
    case EntryWord::data:
      entry.data = value;
      break;
    default:
      masked_ = deposit(masked_, static_cast<unsigned>(vector), 1, value);
      deliver();
  }
}

Result<std::uint64_t> MsixTable::read(std::uint64_t offset, AccessSize size) const noexcept {
  if (bytes_of(size) < 4) {
    return fail(Error::unsupported);
  }
  if (!is_aligned(offset, bytes_of(size))) {
    return fail(Error::misaligned);
  }
  const std::uint64_t low = read_word(offset);
  return size == AccessSize::word ? low : std::uint64_t{read_word(offset + 4)} << 32 | low;
}

Result<void> MsixTable::write(std::uint64_t offset, AccessSize size, std::uint64_t value) noexcept {
  if (bytes_of(size) < 4) {
    return fail(Error::unsupported);
  }
  if (!is_aligned(offset, bytes_of(size))) {
    return fail(Error::misaligned);
  }
  write_word(offset, static_cast<std::uint32_t>(value));
  if (size == AccessSize::double_word) {
    write_word(offset + 4, static_cast<std::uint32_t>(value >> 32));
  }
  return {};
}

}  // namespace serai::pci
