// SPDX-License-Identifier: BSD-2-Clause
#include "core/guest_memory.hpp"

#include <cstring>

#include "base/ram_copy.hpp"

namespace serai {

Result<void> GuestMemory::add(GuestAddress start, std::span<std::byte> bytes) noexcept {
  const auto range = GuestRange::make(start, bytes.size());
  if (!range) {
    return fail(range.error());
  }
  if (bytes.empty()) {
    return fail(Error::bad_value);
  }
  for (const Region& region : regions_) {
    if (region.range.overlaps(*range)) {
      return fail(Error::overlap);
    }
  }
  return regions_.push_back(Region{.range = *range, .bytes = bytes.data()});
}

bool GuestMemory::contains(GuestAddress address, std::uint64_t size) const noexcept {
  return size != 0 && find(address, size) != nullptr;
}

std::byte* GuestMemory::find(GuestAddress address, std::uint64_t size) const noexcept {
  for (const Region& region : regions_) {
    if (region.range.contains(address, size)) {
      return region.bytes + (address.value() - region.range.start().value());
    }
  }
  return nullptr;
}

Result<void> GuestMemory::read(GuestAddress from, std::span<std::byte> to) const noexcept {
  if (to.empty()) {
    return {};
  }
  const std::byte* const place = find(from, to.size());
  if (place == nullptr) {
    return fail(Error::out_of_range);
  }
  serai_copy_from_ram(to.data(), place, to.size());
  // What was copied is checked and then used: no compiler may fetch it from the guest again.
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  return {};
}

Result<void> GuestMemory::write(GuestAddress to, std::span<const std::byte> from) const noexcept {
  if (from.empty()) {
    return {};
  }
  std::byte* const place = find(to, from.size());
  if (place == nullptr) {
    return fail(Error::out_of_range);
  }
  serai_copy_to_ram(place, from.data(), from.size());
  return {};
}

Result<void> GuestMemory::zero(GuestAddress start, std::uint64_t size) const noexcept {
  if (size == 0) {
    return {};
  }
  std::byte* const place = find(start, size);
  if (place == nullptr) {
    return fail(Error::out_of_range);
  }
  std::memset(place, 0, size);
  return {};
}

Result<void> GuestMemory::clean(GuestAddress start, std::uint64_t size,
                                CachePort& cache) const noexcept {
  if (size == 0) {
    return {};
  }
  const std::byte* const place = find(start, size);
  if (place == nullptr) {
    return fail(Error::out_of_range);
  }
  cache.clean(std::span(place, size));
  return {};
}

}  // namespace serai
