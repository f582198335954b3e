// SPDX-License-Identifier: BSD-2-Clause
//
// The checks of queues and devices that several kinds of blobs contain. For the views only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/result.hpp"
#include "config/blob.hpp"
#include "config/layout.hpp"

namespace serai::config {

/// A driver's context IDs are 32 bits wide, and the highest value means "any" (VirtIO 1.2, 5.10.4).
inline constexpr std::uint64_t first_guest_cid = 3;
inline constexpr std::uint64_t last_guest_cid = 0xffff'fffe;

/// Which end of a queue this PD is.
enum class Side { client, provider };

/// `size` bytes at `address`, which is not 0 and a multiple of `alignment`, do not wrap.
Result<void> check_place(std::uint64_t address, std::uint64_t size,
                         std::uint64_t alignment) noexcept;

/// Places, capacity and channel of a block queue; at the serving end the device can reach its data.
Result<void> check_queue(const BlockQueue& queue, Side side) noexcept;

/// Places, capacity, buffers, flags and channels of a packet queue.
Result<void> check_queue(const PacketQueue& queue, Side side) noexcept;

/// Notes the one channel, or the two, of a packet queue.
Result<void> take_channels(const PacketQueue& queue, ChannelSet& channels) noexcept;

/// Places and channel of a device of the board; notes the channel.
Result<void> check_device(const BoardVirtio& device, ChannelSet& channels) noexcept;

/// Whether `flags` has `flag`, a flag's enumerator.
template <class Flag>
constexpr bool has_flag(std::uint32_t flags, Flag flag) noexcept {
  return (flags & static_cast<std::uint32_t>(flag)) != 0;
}

/// Whether `mac` names one station: not a group's, not all zero (IEEE 802-2014, 8.2).
constexpr bool is_station(const std::array<std::uint8_t, 6>& mac) noexcept {
  return (mac[0] & 1) == 0 && mac != std::array<std::uint8_t, 6>{};
}

/// Opens a blob of `kind` with one table, `(blob.*table)`, and has `check` look at the rest.
template <class Blob, class Entry, class Check>
Result<const Blob*> open_with_table(std::span<const std::byte> bytes, BlobKind kind,
                                    Table Blob::* table, Check&& check) noexcept {
  const auto whole = open_blob(bytes, kind, sizeof(Blob));
  if (!whole.has_value()) {
    return fail(whole.error());
  }
  const auto& blob = blob_at<Blob>(*whole);
  const auto checked =
      check_all([&] { return check_table<Entry>(*whole, blob.*table); },
                [&] { return check(blob, entries_of<Entry>(whole->data(), blob.*table)); });
  if (!checked.has_value()) {
    return fail(checked.error());
  }
  return &blob;
}

/// The entries of a checked blob's table.
template <class Entry, class Blob>
std::span<const Entry> table_of(const Blob& blob, const Table& table) noexcept {
  // Safety: the bytes of an object may be looked at; its tables lie behind it in the same blob.
  return entries_of<Entry>(reinterpret_cast<const std::byte*>(&blob), table);
}

}  // namespace serai::config
