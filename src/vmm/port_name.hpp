// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "base/text.hpp"
#include "config/layout.hpp"

namespace serai::vmm {

/// The name of a console's port beside the first one: the device's, a dot and a digit.
using PortName = Text<config::name_bytes + 2>;

}  // namespace serai::vmm
