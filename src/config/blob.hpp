// SPDX-License-Identifier: BSD-2-Clause
//
// The checks that all kinds of blobs share. For the views only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/address.hpp"
#include "base/bits.hpp"
#include "base/result.hpp"
#include "config/layout.hpp"

namespace serai::config {

/// Microkit's channels of a PD are 0 to 61.
inline constexpr std::uint32_t channel_count = 62;

/// Checks magic, version, kind, size (at least `least_size`), checksum and name; returns exactly
/// the blob's bytes. `bytes` starts 8-aligned and may be longer than the blob.
Result<std::span<const std::byte>> open_blob(std::span<const std::byte> bytes, BlobKind kind,
                                             std::size_t least_size) noexcept;

/// Whether `name` is 1 to 31 printable characters followed only by NULs.
bool is_valid_name(const Name& name) noexcept;

/// A valid name's characters.
std::string_view name_text(const Name& name) noexcept;

/// Each used direction: capacity a power of two, places aligned and not wrapping; channel in range.
Result<void> check_queue(const SerialQueue& queue) noexcept;

/// The channels of a PD seen so far.
class ChannelSet {
 public:
  /// Notes a channel that nothing else may use: `out_of_range`, or `overlap` if it is taken.
  constexpr Result<void> take(std::uint32_t channel) noexcept {
    if (channel >= channel_count) {
      return fail(Error::out_of_range);
    }
    if (test_bit(taken_, channel)) {
      return fail(Error::overlap);
    }
    taken_ |= bit(channel);
    return {};
  }

  /// The same where several queues may share one channel: `shared` collects theirs.
  constexpr Result<void> take_shared(std::uint32_t channel, ChannelSet& shared) noexcept {
    if (channel < channel_count && test_bit(shared.taken_, channel)) {
      return {};
    }
    const Result<void> taken = take(channel);
    if (taken.has_value()) {
      shared.taken_ |= bit(channel);
    }
    return taken;
  }

  /// Notes the channels 0 to `count` - 1; `count` is at most `channel_count`.
  constexpr void take_first(std::uint32_t count) noexcept { taken_ |= low_mask(count); }

 private:
  std::uint64_t taken_ = 0;
};

/// Runs the checks in order up to the first that fails; its failure, or success.
template <class First, class... Rest>
constexpr Result<void> check_all(First&& first, Rest&&... rest) noexcept {
  if (const Result<void> checked = first(); !checked.has_value()) {
    return checked;
  }
  if constexpr (sizeof...(rest) > 0) {
    return check_all(rest...);
  }
  return {};
}

/// The first failure of `check` among `entries`, or success.
template <class Entry, class Check>
constexpr Result<void> check_each(std::span<const Entry> entries, Check&& check) noexcept {
  for (const Entry& entry : entries) {
    if (const Result<void> checked = check(entry); !checked.has_value()) {
      return checked;
    }
  }
  return {};
}

/// Whether `table` is aligned and inside `blob`.
template <class Entry>
constexpr Result<void> check_table(std::span<const std::byte> blob, const Table& table) noexcept {
  if (!is_aligned(table.offset, 8)) {
    return fail(Error::misaligned);
  }
  const std::uint64_t end =
      std::uint64_t{table.offset} + std::uint64_t{table.count} * sizeof(Entry);
  if (end > blob.size()) {
    return fail(Error::out_of_range);
  }
  return {};
}

/// The start of a blob that `open_blob` has accepted for at least `sizeof(Blob)` bytes.
template <class Blob>
const Blob& blob_at(std::span<const std::byte> blob) noexcept {
  // Safety: open_blob has checked size and alignment; every bit pattern is a value of these
  // trivially copyable types (their enumerations have fixed underlying types).
  return *reinterpret_cast<const Blob*>(blob.data());
}

/// The entries of a table that `check_table` has accepted for a blob starting at `base`.
template <class Entry>
std::span<const Entry> entries_of(const std::byte* base, const Table& table) noexcept {
  // Safety: check_table has checked bounds and alignment; see blob_at for the values.
  return {reinterpret_cast<const Entry*>(base + table.offset), table.count};
}

}  // namespace serai::config
