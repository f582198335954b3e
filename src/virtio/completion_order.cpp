// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/completion_order.hpp"

namespace serai::virtio {

namespace {

// A record is a segment of no bytes, which no chain has. `next` says what kind it is.
enum Kind : std::uint16_t { partly_written, wholly_written, abandoned };

bool is_record(const Segment& segment) noexcept {
  return segment.bytes == 0;
}

bool is_complete(const Segment& segment) noexcept {
  return is_record(segment) && segment.next != abandoned;
}

constexpr unsigned id_lsb = 32;
constexpr unsigned descriptors_lsb = 48;

std::uint64_t pack(const Completion& completion) noexcept {
  return completion.written | std::uint64_t{completion.id} << id_lsb |
         std::uint64_t{completion.descriptors} << descriptors_lsb;
}

Completion unpack(std::uint64_t packed) noexcept {
  return {.id = static_cast<std::uint16_t>(packed >> id_lsb),
          .descriptors = static_cast<std::uint16_t>(packed >> descriptors_lsb),
          .written = static_cast<std::uint32_t>(packed)};
}

void make_record(Segment& segment, std::uint64_t packed, Kind kind) noexcept {
  segment.address = packed;
  segment.bytes = 0;
  segment.next = kind;
}

}  // namespace

void CompletionOrder::append(SegmentPool& pool, std::uint16_t segment) noexcept {
  pool[segment].later = SegmentPool::none;
  if (first_ == SegmentPool::none) {
    first_ = segment;
  } else {
    pool[last_].later = segment;
  }
  before_last_ = last_;
  last_ = segment;
}

void CompletionOrder::remove_last(SegmentPool& pool) noexcept {
  if (first_ == last_) {
    *this = CompletionOrder();
  } else {
    pool[before_last_].later = SegmentPool::none;
    last_ = before_last_;
  }
}

void CompletionOrder::complete(SegmentPool& pool, std::uint16_t segment,
                               const Completion& completion, bool is_whole) noexcept {
  make_record(pool[segment], pack(completion), is_whole ? wholly_written : partly_written);
}

void CompletionOrder::abandon(SegmentPool& pool, std::uint16_t segment) noexcept {
  make_record(pool[segment], 0, abandoned);
}

std::optional<Completion> CompletionOrder::take(SegmentPool& pool) noexcept {
  std::uint16_t descriptors = 0;
  while (first_ != SegmentPool::none && is_complete(pool[first_])) {
    const std::uint16_t index = first_;
    const Segment record = pool[index];
    first_ = record.later;
    pool.give_back(index, index, 1);
    Completion completion = unpack(record.address);
    descriptors = static_cast<std::uint16_t>(descriptors + completion.descriptors);
    const bool is_end =
        record.next != wholly_written || first_ == SegmentPool::none || !is_complete(pool[first_]);
    if (is_end) {
      completion.descriptors = descriptors;
      return completion;
    }
  }
  return {};
}

void CompletionOrder::clear(SegmentPool& pool) noexcept {
  while (first_ != SegmentPool::none) {
    const std::uint16_t index = first_;
    first_ = pool[index].later;
    if (is_record(pool[index])) {
      pool.give_back(index, index, 1);
    }
  }
  *this = CompletionOrder();
}

}  // namespace serai::virtio
