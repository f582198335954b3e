// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "base/result.hpp"
#include "config/view.hpp"

namespace serai::config {

/// The first rule of `VmmView` that the blob behind `view` breaks. Its tables are in bounds.
Result<void> check_contents(const VmmView& view) noexcept;

/// The part of it about VirtIO devices, their back ends and the PCI host, but for what they share
/// with other devices: addresses, interrupts and channels.
Result<void> check_virtio(const VmmView& view) noexcept;

}  // namespace serai::config
