// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/testbed_image.hpp"

namespace serai::testbed {

inline constexpr std::size_t most_pds = 63;
inline constexpr std::size_t most_vcpus = 32;
inline constexpr std::size_t most_vms = 32;
inline constexpr std::uint32_t channel_ids = 62;
inline constexpr std::uint32_t most_intid = 1019;

/// The system that an image describes, every number in it checked. Refers to the image's bytes.
struct SystemDescription {
  std::uint64_t directory_offset = 0;
  std::uint64_t size = 0;  ///< bytes of the whole file
  std::span<const config::TestbedPd> pds;
  std::span<const config::TestbedVm> vms;
  std::span<const config::TestbedRegion> regions;
  std::span<const config::TestbedMapping> mappings;
  std::span<const config::TestbedChannel> channels;
  std::span<const config::TestbedIrq> irqs;
};

/// What `read_image` found wrong, as a line for a person; empty when nothing.
using Complaint = std::string_view;

/// Checks an image of which `image` holds the first bytes (at least all of its tables; its own
/// `size` may be larger) and whose directory is at `directory_offset`. Sets `system` when it is
/// right.
[[nodiscard]] Complaint read_image(std::span<const std::byte> image, std::uint64_t directory_offset,
                                   SystemDescription& system) noexcept;

}  // namespace serai::testbed
