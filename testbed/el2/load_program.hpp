// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "config/testbed_image.hpp"
#include "el2/space.hpp"
#include "policy/physical_memory.hpp"

namespace serai::testbed {

/// Maps a PD's ELF file into `space` and returns its entry address. Segments that nobody writes to
/// are mapped where they lie in the image; the others are copied to memory of their own. What
/// cannot be loaded ends in a panic.
[[nodiscard]] std::uint64_t load_program(const config::TestbedPd& description,
                                         PhysicalMemory& memory, Space& space) noexcept;

}  // namespace serai::testbed
