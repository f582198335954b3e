// SPDX-License-Identifier: BSD-2-Clause
#include "pds/block/disk_survey.hpp"

#include <algorithm>

#include "base/bits.hpp"

namespace serai::block {
namespace {

constexpr std::size_t line_bytes = 64;

constexpr bool is_printable(char character) noexcept {
  return character > ' ' && character <= '~';
}

}  // namespace

Result<void> DiskSurvey::start(const DiskFacts& facts, drivers::DmaMemory& memory) noexcept {
  const auto ends = memory.take(2 * std::size_t{end_bytes}, line_bytes);
  const auto id = memory.take(VirtioDisk::id_bytes, line_bytes);
  if (!ends.has_value() || !id.has_value()) {
    return fail(Error::no_space);
  }
  facts_ = facts;
  ends_ = *ends;
  id_ = *id;
  const std::uint64_t disk_bytes = align_down(facts.sectors * sector_bytes, facts.logical_bytes);
  size_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(end_bytes, disk_bytes));
  serial_size_ = 0;
  ends_known_ = size_ != 0;
  step_ = ends_known_ ? Step::first_end : Step::serial;
  return {};
}

std::optional<DiskRequest> DiskSurvey::next() noexcept {
  DiskRequest request{.operation = DiskOperation::read, .physical = ends_.physical, .bytes = size_};
  switch (step_) {
    case Step::first_end:
      return request;
    case Step::last_end:
      request.sector =
          align_down(facts_.sectors, facts_.logical_bytes / sector_bytes) - size_ / sector_bytes;
      request.physical = ends_.physical_at(end_bytes);
      return request;
    case Step::serial:
      return DiskRequest{.operation = DiskOperation::get_id,
                         .physical = id_.physical,
                         .bytes = VirtioDisk::id_bytes};
    case Step::done:
      break;
  }
  return std::nullopt;
}

void DiskSurvey::complete(bool ok) noexcept {
  switch (step_) {
    case Step::first_end:
      ends_known_ = ok;
      step_ = Step::last_end;
      return;
    case Step::last_end:
      ends_known_ = ends_known_ && ok;
      step_ = Step::serial;
      return;
    case Step::serial:
      if (ok) {
        take_serial();
      }
      step_ = Step::done;
      return;
    case Step::done:
      return;
  }
}

void DiskSurvey::take_serial() noexcept {
  for (const std::byte byte : id_.bytes) {
    const char character = static_cast<char>(byte);
    if (!is_printable(character)) {
      return;
    }
    serial_[serial_size_++] = character;
  }
}

Result<void> DiskSurvey::read_table(PartitionTable& to) const noexcept {
  if (!ends_known_) {
    return fail(Error::not_found);
  }
  const std::uint64_t blocks = facts_.sectors / (facts_.logical_bytes / sector_bytes);
  return to.read(DiskEnds(ends_.bytes.first(size_), ends_.bytes.subspan(end_bytes, size_), blocks,
                          facts_.logical_bytes));
}

}  // namespace serai::block
