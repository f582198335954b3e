// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "config/layout.hpp"
#include "core/guest_memory.hpp"

namespace serai::vmm {

/// Copies every pristine image into the guest and cleans the caches behind it. The configuration
/// was checked to hold only images that fit into RAM, so an error here is a configuration that does
/// not belong to this VM.
Result<void> load_images(const GuestMemory& memory, std::span<const config::Image> images,
                         CachePort& cache) noexcept;

}  // namespace serai::vmm
