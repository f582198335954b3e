// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>

#include "base/arena.hpp"

namespace serai::vmm {

/// What a guest's devices, their queues and their back ends are made in while the VMM starts.
using DeviceMemory = Arena<std::size_t{112} * 1024>;

}  // namespace serai::vmm
