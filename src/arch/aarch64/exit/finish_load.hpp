// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "arch/aarch64/exit/syndrome.hpp"
#include "arch/aarch64/vcpu.hpp"

namespace serai::aarch64 {

/// What a load of `size` puts into its register when memory answers `data`: the data cut to its
/// size, its sign extended over the register if asked, the upper half of X zero after a load of W.
[[nodiscard]] constexpr std::uint64_t loaded_value(std::uint64_t data, AccessSize size,
                                                   bool extends_sign,
                                                   bool is_64_bit_register) noexcept {
  // Two shifts serve both kinds of extension without a branch.
  const unsigned shift = 64 - bits_of(size);
  const std::uint64_t raised = data << shift;
  const auto with_sign = static_cast<std::uint64_t>(static_cast<std::int64_t>(raised) >> shift);
  const std::uint64_t extended = extends_sign ? with_sign : raised >> shift;
  return is_64_bit_register ? extended : extended & low_mask(32);
}

/// Ends the load of `abort`, which must have a valid syndrome: sets its register. The PC stays.
inline void finish_load(Vcpu& vcpu, DataAbort abort, std::uint64_t data) noexcept {
  vcpu.set_x(abort.register_number(),
             loaded_value(data, abort.size(), abort.extends_sign(), abort.is_64_bit_register()));
}

/// What the store of `abort`, which must have a valid syndrome, writes; cut to its size.
[[nodiscard]] inline std::uint64_t stored_value(Vcpu& vcpu, DataAbort abort) noexcept {
  return truncate(vcpu.x(abort.register_number()), abort.size());
}

}  // namespace serai::aarch64
