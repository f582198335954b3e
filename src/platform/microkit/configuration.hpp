// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>

#include "config/layout.hpp"

namespace serai::microkit {

/// The compiled configuration that the tool attached to this program. Only the blob itself, whose
/// header says how long it is, is mapped.
[[nodiscard]] inline std::span<const std::byte> configuration() noexcept {
  // Safety: the tool attaches a blob at this address to every program that calls this, as a
  // read-only segment; the views read no further than its checked size.
  return {reinterpret_cast<const std::byte*>(config::blob_address), config::most_blob_bytes};
}

}  // namespace serai::microkit
