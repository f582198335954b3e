// SPDX-License-Identifier: BSD-2-Clause
//
// What a driver's request asks for: copied once, checked, and turned into work on the disk.
#include <algorithm>
#include <array>
#include <bit>

#include "devices/virtio_block/block.hpp"

namespace serai::virtio_block {
namespace {

/// Copies one structure out of a chain; nothing if it ends before.
template <class Structure>
std::optional<Structure> read(virtio::ChainReader& reader) noexcept {
  std::array<std::byte, sizeof(Structure)> bytes{};
  if (!reader.read(bytes)) {
    return std::nullopt;
  }
  return std::bit_cast<Structure>(bytes);
}

}  // namespace

void Block::begin(std::uint16_t queue, virtio::Chain&& chain) noexcept {
  const std::uint16_t slot = slots_.take();
  Request& request = requests_[slot];
  request.chain.emplace(std::move(chain));
  request.start = request.bytes = request.begun = request.filled = 0;
  request.pieces = 0;
  request.queue = queue;
  request.work = Work::nothing;
  request.is_flushed = false;
  request.status = parse(request);
  if (request.status != Status::ok || request.work == Work::nothing) {
    finish(slot);
  } else {
    go_on(slot);
  }
}

// Guest-controlled: everything in the chain.
Status Block::parse(Request& request) noexcept {
  auto reader = request.chain->reader();
  const auto header = read<RequestHeader>(reader);
  const std::uint64_t writable = request.chain->writable_bytes();
  if (!header || writable == 0) {
    return Status::ioerr;
  }
  switch (header->type) {
    case RequestType::in:
      return parse_transfer(request, Work::read, header->sector, writable - 1);
    case RequestType::out:
      return parse_transfer(request, Work::write, header->sector, reader.remaining());
    case RequestType::flush:
      request.work = Work::flush;
      return Status::ok;
    case RequestType::get_id:
      return give_id(request);
    case RequestType::discard:
      return parse_discard(reader);
    case RequestType::write_zeroes:
      return parse_write_zeroes(request, reader);
  }
  return Status::unsupp;
}

bool Block::is_on_disk(std::uint64_t sector, std::uint64_t sectors) const noexcept {
  const std::uint64_t all = disk_sectors();
  return sector <= all && sectors <= all - sector;
}

Status Block::parse_transfer(Request& request, Work work, std::uint64_t sector,
                             std::uint64_t bytes) noexcept {
  if (bytes % sector_bytes != 0 || !is_on_disk(sector, bytes / sector_bytes) ||
      (work != Work::read && is_read_only())) {
    return Status::ioerr;
  }
  request.work = bytes != 0 ? work : Work::nothing;
  request.start = sector * sector_bytes;
  request.bytes = bytes;
  return Status::ok;
}

Status Block::give_id(Request& request) noexcept {
  // The driver's buffer may be shorter than the specification says.
  const std::uint64_t room = request.chain->writable_bytes() - 1;
  const std::size_t count = std::min<std::uint64_t>(options_.serial.size(), room);
  request.filled =
      request.chain->writer().write_some(std::as_bytes(std::span(options_.serial)).first(count));
  return Status::ok;
}

Status Block::check_range(const RangeSegment& range, std::uint32_t flags) const noexcept {
  if ((range.flags & ~flags) != 0) {
    return Status::unsupp;
  }
  const bool is_good =
      range.num_sectors <= most_range_sectors && is_on_disk(range.sector, range.num_sectors);
  return is_good ? Status::ok : Status::ioerr;
}

// The disk has no way to forget data, and may keep it.
Status Block::parse_discard(virtio::ChainReader& reader) noexcept {
  if (!is_negotiated(feature::discard)) {
    return Status::unsupp;
  }
  const std::uint64_t count = reader.remaining() / sizeof(RangeSegment);
  if (is_read_only() || reader.remaining() % sizeof(RangeSegment) != 0 || count == 0 ||
      count > most_discard_segments) {
    return Status::ioerr;
  }
  while (const auto range = read<RangeSegment>(reader)) {
    // 5.2.6.2: the unmap flag is for write zeroes only.
    const Status status = check_range(*range, 0);
    if (status != Status::ok) {
      return status;
    }
  }
  return Status::ok;
}

Status Block::parse_write_zeroes(Request& request, virtio::ChainReader& reader) noexcept {
  if (!is_negotiated(feature::write_zeroes)) {
    return Status::unsupp;
  }
  const auto range = read<RangeSegment>(reader);
  if (!range || reader.remaining() != 0) {
    return Status::ioerr;
  }
  // Unmapping is allowed to the device, not asked of it.
  const Status status = check_range(*range, unmap_flag);
  if (status != Status::ok) {
    return status;
  }
  return parse_transfer(request, Work::zero, range->sector,
                        std::uint64_t{range->num_sectors} * sector_bytes);
}

}  // namespace serai::virtio_block
