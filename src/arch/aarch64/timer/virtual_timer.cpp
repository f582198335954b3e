// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/timer/virtual_timer.hpp"

namespace serai::aarch64 {
namespace {

constexpr std::uint64_t ctl_enable = 1;
constexpr std::uint64_t ctl_imask = 2;
constexpr std::uint64_t ctl_istatus = 4;

}  // namespace

bool VirtualTimer::sample(std::uint32_t /*which*/) noexcept {
  constexpr std::uint64_t mask = ctl_enable | ctl_imask | ctl_istatus;
  const std::uint64_t ctl = port_.read_system(SystemRegister::cntv_ctl_el0);
  return (ctl & mask) == (ctl_enable | ctl_istatus);
}

VirtualTimer::Expiry VirtualTimer::expiry() noexcept {
  const std::uint64_t ctl = port_.read_system(SystemRegister::cntv_ctl_el0);
  if ((ctl & (ctl_enable | ctl_imask)) != ctl_enable) {
    return {};
  }
  return {.armed = true,
          .compare = port_.read_system(SystemRegister::cntv_cval_el0),
          .offset = port_.read_system(SystemRegister::cntvoff_el2)};
}

void VirtualTimer::reset() noexcept {
  port_.write_system(SystemRegister::cntv_ctl_el0, 0);
  port_.write_system(SystemRegister::cntv_cval_el0, 0);
  vgic_.set_level(intid, false);
  port_.acknowledge_private_interrupt(intid);
}

}  // namespace serai::aarch64
