// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/vcpu.hpp"

#include <algorithm>

namespace serai::aarch64 {

void Vcpu::fetch_behind_changes(std::uint8_t index) noexcept {
  SERAI_ASSERT(index < context_words);
  const std::size_t count = static_cast<std::size_t>(index) + 1;
  Context fresh;
  port_.read_registers(std::span(fresh).first(count));
  std::copy(fresh.begin() + valid_, fresh.begin() + static_cast<std::ptrdiff_t>(count),
            words_.begin() + valid_);
  valid_ = static_cast<std::uint8_t>(count);
}

}  // namespace serai::aarch64
