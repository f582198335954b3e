// SPDX-License-Identifier: BSD-2-Clause
#include "core/bus.hpp"

#include <algorithm>

namespace serai {

[[gnu::cold]] Result<void> Bus::attach(GuestRange range, MmioDevice& device, std::string_view name,
                                       Traits traits) noexcept {
  if (range.size() == 0) {
    return fail(Error::bad_value);
  }
  for (const Window& window : windows_) {
    if (window.range.overlaps(range)) {
      return fail(Error::overlap);
    }
  }
  std::size_t position = 0;
  while (position < windows_.size() && windows_[position].range.start() < range.start()) {
    ++position;
  }
  last_ = nullptr;  // insertion moves the windows
  return windows_.insert(position,
                         Window{.range = range, .device = &device, .name = name, .traits = traits});
}

Bus::Window* Bus::find_slowly(GuestAddress address, AccessSize size) noexcept {
  auto* const after = std::upper_bound(
      windows_.begin(), windows_.end(), address,
      [](GuestAddress a, const Window& window) { return a < window.range.start(); });
  if (after == windows_.begin()) {
    return nullptr;
  }
  Window* const candidate = after - 1;
  if (!candidate->range.contains(address, bytes_of(size))) {
    return nullptr;
  }
  last_ = candidate;
  return candidate;
}

Result<std::uint64_t> Bus::read(GuestAddress address, AccessSize size) noexcept {
  Window* const window = find(address, size);
  if (window == nullptr) {
    return fail(Error::not_found);
  }
  return window->device->read(address.value() - window->range.start().value(), size);
}

Result<void> Bus::write(GuestAddress address, AccessSize size, std::uint64_t value) noexcept {
  Window* const window = find(address, size);
  if (window == nullptr) {
    return fail(Error::not_found);
  }
  return window->device->write(address.value() - window->range.start().value(), size,
                               truncate(value, size));
}

[[gnu::cold]] void Bus::reset() noexcept {
  for (std::size_t i = 0; i < windows_.size(); ++i) {
    bool seen = false;
    for (std::size_t j = 0; j < i; ++j) {
      seen = seen || windows_[j].device == windows_[i].device;
    }
    if (!seen) {
      windows_[i].device->reset();
    }
  }
}

}  // namespace serai
