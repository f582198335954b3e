// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "base/arena.hpp"

namespace serai::vmm {

/// What a guest's devices, their queues and their back ends are made in while the VMM starts: as
/// much as `config::device_memory` says that they take.
using DeviceMemory = Arena;

}  // namespace serai::vmm
