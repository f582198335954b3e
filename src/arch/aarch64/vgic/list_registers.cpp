// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/vgic/list_registers.hpp"

namespace serai::aarch64 {

void ListRegisters::refused(std::uint8_t index, InjectResult result) noexcept {
  if (result == InjectResult::no_such_register) {
    free_ &= static_cast<std::uint32_t>(low_mask(index));
  } else {
    // Something not of ours is active there; its end will be reported.
    free_ &= ~(std::uint32_t{1} << index);
  }
}

std::uint32_t ListRegisters::end(std::uint32_t index) noexcept {
  if (index >= most) {
    return nothing;
  }
  const std::uint32_t bit = std::uint32_t{1} << index;
  const std::uint32_t intid = intids_[index];
  intids_[index] = nothing;
  used_ &= ~bit;
  free_ |= bit;
  return intid;
}

bool ListRegisters::take_back(VcpuPort& port, std::uint32_t intid) noexcept {
  for (std::uint32_t rest = used_; rest != 0; rest &= rest - 1) {
    const auto index = static_cast<std::uint8_t>(std::countr_zero(rest));
    if (intids_[index] == intid) {
      constexpr std::uint8_t group = 0;
      if (port.inject(index, retired_intid, retired_priority, group) != InjectResult::done) {
        return false;
      }
      end(index);
      // The guest may yet acknowledge what lies there now, so that the next injection can fail.
      proven_ &= ~(std::uint32_t{1} << index);
      return true;
    }
  }
  return false;
}

}  // namespace serai::aarch64
