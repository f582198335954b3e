// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace serai::tool {

/// The SHA-256 of `bytes` as 64 small hexadecimal digits.
std::string sha256(std::span<const std::byte> bytes);

}  // namespace serai::tool
