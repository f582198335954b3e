// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string_view>

#include "arch/aarch64/exit/syndrome.hpp"
#include "base/text.hpp"

namespace serai::aarch64 {

/// The class in a few words; "unallocated class" where there is none.
[[nodiscard]] std::string_view class_name(ExceptionClass exception_class) noexcept;

/// The fault without its level; "reserved fault status" where there is none.
[[nodiscard]] std::string_view fault_name(FaultStatus status) noexcept;

/// A syndrome as one line of text for a person.
using Description = Text<160>;

/// What exit `esr` is, for example `data abort: write of 4 bytes from W5, translation fault,
/// level 2`. Total.
[[nodiscard]] Description describe(std::uint64_t esr) noexcept;

}  // namespace serai::aarch64
