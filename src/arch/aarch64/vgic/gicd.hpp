// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "arch/aarch64/vgic/distributor.hpp"
#include "base/result.hpp"
#include "core/access.hpp"

namespace serai::aarch64::gicd {

/// Size of the page that holds the registers; what follows in a larger window reads as zero.
inline constexpr std::uint64_t page_bytes = 0x1000;

/// Reads a register of a GICv2 distributor (ARM IHI 0048B, 4.3) by its offset. Errors:
/// `misaligned`; `unsupported` for a width that the register does not have. Everything else that
/// does not exist reads as zero.
// Guest-controlled: offset, size.
[[nodiscard]] Result<std::uint64_t> read(Distributor& distributor, std::uint64_t offset,
                                         AccessSize size) noexcept;

/// Writes one likewise; what does not exist ignores it.
// Guest-controlled: offset, size, value.
[[nodiscard]] Result<void> write(Distributor& distributor, std::uint64_t offset, AccessSize size,
                                 std::uint64_t value) noexcept;

/// The same for accesses of a word, which every register has; `offset` is a multiple of 4 below
/// `page_bytes`.
// Guest-controlled: offset, value.
[[nodiscard]] std::uint32_t read_word(Distributor& distributor, std::uint64_t offset) noexcept;
void write_word(Distributor& distributor, std::uint64_t offset, std::uint32_t value) noexcept;

}  // namespace serai::aarch64::gicd
