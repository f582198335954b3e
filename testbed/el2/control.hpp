// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "el2/thread.hpp"

namespace serai::testbed {

/// The testbed's own system call (testbed_control.h): the operation is in `pd`'s X0.
void handle_control(Pd& pd) noexcept;

}  // namespace serai::testbed
