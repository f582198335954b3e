// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/vgic/vgic.hpp"

#include "arch/aarch64/vgic/gicd.hpp"

namespace serai::aarch64 {

Result<std::uint64_t> Vgic::read(std::uint64_t offset, AccessSize size) noexcept {
  return gicd::read(distributor_, offset, size);
}

Result<void> Vgic::write(std::uint64_t offset, AccessSize size, std::uint64_t value) noexcept {
  return gicd::write(distributor_, offset, size, value);
}

[[gnu::noinline]] void Vgic::take_back_stale() noexcept {
  // Each turn ends one flight or pins it, so this ends; a listener may add work, never a flight.
  for (std::uint32_t intid = distributor_.next_stale(); intid != Distributor::intid_count;
       intid = distributor_.next_stale()) {
    if (lists_.take_back(port_, intid)) {
      distributor_.released(intid);
    } else {
      distributor_.pin(intid);
    }
  }
}

[[gnu::always_inline]] inline bool Vgic::hand_over_next() noexcept {
  const Distributor::Urgent next = distributor_.most_urgent();
  if (next.intid == Distributor::intid_count) {
    return false;
  }
  if (lists_.put(port_, next.intid, next.priority, next.group)) [[likely]] {
    distributor_.handed_over(next.intid);
  }
  return true;
}

void Vgic::work(VcpuIs vcpu) noexcept {
  // Mostly there is one interrupt to hand over and nothing else.
  const bool simple = !distributor_.has_stale() && !lists_.full();
  if (simple) [[likely]] {
    hand_over_next();
    if (distributor_.work() == 0) [[likely]] {
      return;
    }
  }
  work_on(vcpu);
}

[[gnu::noinline]] void Vgic::work_on(VcpuIs vcpu) noexcept {
  if (distributor_.has_stale() && vcpu == VcpuIs::stopped) {
    take_back_stale();
  }
  bool more = true;
  while (more && distributor_.work() != 0 && !lists_.full()) {
    more = hand_over_next();
  }
}

[[gnu::cold]] void Vgic::reset() noexcept {
  distributor_.reset();
  for (std::uint32_t rest = lists_.used(); rest != 0; rest &= rest - 1) {
    const std::uint32_t intid = lists_.intid_at(static_cast<std::uint32_t>(std::countr_zero(rest)));
    if (!lists_.take_back(port_, intid)) {
      distributor_.pin(intid);
    }
  }
}

}  // namespace serai::aarch64
