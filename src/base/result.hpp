// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <expected>

namespace serai {

/// Why an operation of the freestanding code did not succeed.
enum class Error : std::uint8_t {
  out_of_range,  ///< an address or index outside what exists
  overflow,      ///< a sum or product left its type
  misaligned,    ///< not a multiple of what the specification asks for
  overlap,       ///< two things claim the same addresses
  not_found,     ///< nothing answers to this address, number or name
  no_space,      ///< a fixed capacity is used up
  bad_value,     ///< a field holds what its specification does not allow
  unsupported,   ///< valid, but not offered here
};

/// A value, or the reason why there is none.
template <class T>
using Result = std::expected<T, Error>;

/// Shorthand for returning a failure.
constexpr std::unexpected<Error> fail(Error error) noexcept {
  return std::unexpected<Error>(error);
}

}  // namespace serai
