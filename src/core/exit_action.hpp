// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai {

/// What happens to a vCPU once its exit was handled. Registers were already set as they must be.
enum class ExitAction : std::uint8_t {
  resume,  ///< runs on
  park,    ///< waits, without using the processor, until an interrupt is due
  stop,    ///< never runs again unless the VM is reset
  reset,   ///< the whole VM starts again from its pristine images
};

}  // namespace serai
