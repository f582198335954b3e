// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string_view>

#include "core/ports.hpp"

namespace serai::microkit {

/// Where this PD's last words go, beside the kernel's debug output (which a release kernel does not
/// have). `log` must outlive the PD.
void set_last_words_log(LogPort& log) noexcept;

/// Says `why` and ends this PD by a fault that the system reports. For a PD that cannot start and
/// for broken invariants; nothing from outside may lead here later.
[[noreturn]] void stop_this_pd(std::string_view why) noexcept;

}  // namespace serai::microkit
