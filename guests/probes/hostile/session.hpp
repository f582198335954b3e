// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "hostile/honest.hpp"
#include "hostile/machine.hpp"

namespace probe::virtio {

// What the drivers that behave have in common.

inline constexpr std::uint32_t buffer_bytes = 0x800;
inline constexpr Problem not_used = "a buffer did not come back";

/// Where a device's ring goes, and buffers, which the device that is tried has to itself.
std::uint64_t ring_address(const Transport& device, std::uint16_t queue);
std::uint64_t buffer(std::uint32_t index);

// Safety: the guest's own RAM, of which only this probe and its devices know.
inline std::byte* bytes_at(std::uint64_t address) {
  return reinterpret_cast<std::byte*>(address);
}

/// Reset to FEATURES_OK with `features` as far as they are offered; from here on interrupts of the
/// device are counted.
Problem begin(const Transport& device, std::uint64_t features = 0);

/// DRIVER_OK.
Problem start(const Transport& device);

/// Whether the interrupt of what the device did has come: at least one for all that it did.
Problem take_interrupt(const Transport& device);

/// One chain through `queue` and back.
bool pass(const Transport& device, Ring& ring, std::uint16_t queue,
          std::span<const Ring::Piece> chain);

/// Bytes that differ from those of another `seed`.
void fill(std::uint64_t address, std::uint32_t bytes, std::uint32_t seed);
bool same(std::uint64_t a, std::uint64_t b, std::uint32_t bytes);

/// A number that was not given before.
std::uint32_t fresh_number();

}  // namespace probe::virtio
