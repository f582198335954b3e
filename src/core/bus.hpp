// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <string_view>

#include "base/address.hpp"
#include "base/static_vector.hpp"
#include "core/access.hpp"
#include "core/mmio_device.hpp"

namespace serai {

/// The guest-physical addresses that devices answer to, as sorted windows that never overlap.
/// Does not own the devices. An access belongs to a window only where all its bytes lie inside.
class Bus {
 public:
  static constexpr std::size_t most_windows = 48;

  /// How the machine treats a window beyond what every window has.
  struct Traits {
    bool doorbells = false;       ///< `MmioDevice::ring` is asked before a store's value is read
    bool self_contained = false;  ///< an access leaves nothing to do at the end of the event
  };

  struct Window {
    GuestRange range;
    MmioDevice* device = nullptr;
    std::string_view name;
    Traits traits;
  };

  /// Adds a window. `name` and `device` must live as long as the bus. Errors: `bad_value` for an
  /// empty range, `overlap`, `no_space`.
  Result<void> attach(GuestRange range, MmioDevice& device, std::string_view name,
                      Traits traits) noexcept;

  /// The same for a plain window.
  Result<void> attach(GuestRange range, MmioDevice& device, std::string_view name) noexcept {
    return attach(range, device, name, Traits{});
  }

  /// The window that holds all of the access, or null.
  // Guest-controlled: address, size.
  [[nodiscard]] Window* find(GuestAddress address, AccessSize size) noexcept {
    // Guests touch the same device many times in a row.
    if (last_ != nullptr && last_->range.contains(address, bytes_of(size))) {
      return last_;
    }
    return find_slowly(address, size);
  }

  /// Reads by way of the window that holds the access; `not_found` where there is none, or the
  /// device's own error.
  [[nodiscard]] Result<std::uint64_t> read(GuestAddress address, AccessSize size) noexcept;

  /// Writes likewise.
  [[nodiscard]] Result<void> write(GuestAddress address, AccessSize size,
                                   std::uint64_t value) noexcept;

  [[nodiscard]] std::span<const Window> windows() const noexcept { return windows_.span(); }

  /// Resets every device once, in the order of the addresses.
  void reset() noexcept;

 private:
  [[nodiscard]] Window* find_slowly(GuestAddress address, AccessSize size) noexcept;

  StaticVector<Window, most_windows> windows_;
  Window* last_ = nullptr;
};

}  // namespace serai
