// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "base/result.hpp"
#include "config/view.hpp"

namespace serai::config {

/// The first rule of `VmmView` that the blob behind `view` breaks. Its tables are in bounds.
Result<void> check_contents(const VmmView& view) noexcept;

}  // namespace serai::config
