// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>

// Copies of which one end is ordinary cached memory, a guest's RAM for example, where accesses need
// no alignment: so all alignments cost the same, which memcpy, whose ends may both be memory of any
// kind, cannot offer. The ends do not overlap. Each platform has its own.
extern "C" {
/// Copies from ordinary memory into memory of any kind.
void serai_copy_from_ram(void* to, const void* ram, std::size_t count) noexcept;

/// Copies from memory of any kind into ordinary memory.
void serai_copy_to_ram(void* ram, const void* from, std::size_t count) noexcept;
}
