// SPDX-License-Identifier: BSD-2-Clause
#include "support/fake_vcpu_port.hpp"

#include <algorithm>

namespace serai::test {

using aarch64::InjectResult;

FakeVcpuPort::FakeVcpuPort(std::size_t list_registers)
    : count_(std::min(list_registers, most_list_registers)) {}

void FakeVcpuPort::read_registers(std::span<std::uint64_t> words) noexcept {
  register_reads.push_back(words.size());
  std::copy_n(context.begin(), words.size(), words.begin());
}

void FakeVcpuPort::write_registers(std::span<const std::uint64_t> words) noexcept {
  register_writes.push_back(words.size());
  std::ranges::copy(words, context.begin());
}

std::uint64_t FakeVcpuPort::read_system(aarch64::SystemRegister reg) noexcept {
  return system_.at(static_cast<std::size_t>(reg));
}

void FakeVcpuPort::write_system(aarch64::SystemRegister reg, std::uint64_t value) noexcept {
  system_.at(static_cast<std::size_t>(reg)) = value;
}

InjectResult FakeVcpuPort::inject(std::uint8_t index, std::uint32_t intid, std::uint8_t priority,
                                  std::uint8_t group) noexcept {
  InjectResult result = InjectResult::done;
  if (index >= count_) {
    result = InjectResult::no_such_register;
  } else if (shadow_.at(index).state == State::active) {
    result = InjectResult::register_active;
  } else {
    registers_.at(index) =
        ListRegister{.state = State::pending, .intid = intid, .priority = priority, .group = group};
  }
  injections.push_back({index, intid, priority, group, result});
  return result;
}

bool FakeVcpuPort::resume_with(std::span<const std::uint64_t> words,
                               const aarch64::Injection& injection) noexcept {
  write_registers(words);
  running = true;
  // seL4 would not tell.
  static_cast<void>(inject(static_cast<std::uint8_t>(injection.index), injection.intid,
                           static_cast<std::uint8_t>(injection.priority),
                           static_cast<std::uint8_t>(injection.group)));
  return false;
}

void FakeVcpuPort::acknowledge_private_interrupt(std::uint32_t intid) noexcept {
  acknowledged.push_back(intid);
  masked_.at(intid) = false;
}

std::uint8_t FakeVcpuPort::running_priority() const {
  return active_priorities_.empty() ? idle_priority : active_priorities_.back();
}

std::optional<std::size_t> FakeVcpuPort::best_pending() const {
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < count_; ++i) {
    const ListRegister& candidate = registers_.at(i);
    if (candidate.state != State::pending) {
      continue;
    }
    const bool better = !best || candidate.priority < registers_.at(*best).priority ||
                        (candidate.priority == registers_.at(*best).priority &&
                         candidate.intid < registers_.at(*best).intid);
    if (better) {
      best = i;
    }
  }
  if (best) {
    const std::uint8_t priority = registers_.at(*best).priority;
    if (priority >= priority_mask || priority >= running_priority()) {
      return std::nullopt;
    }
  }
  return best;
}

std::uint32_t FakeVcpuPort::guest_acknowledges() {
  constexpr std::uint32_t spurious = 1023;
  const std::optional<std::size_t> best = best_pending();
  if (!best) {
    return spurious;
  }
  ListRegister& taken = registers_.at(*best);
  taken.state = State::active;
  active_priorities_.push_back(taken.priority);
  return taken.intid;
}

std::optional<std::uint8_t> FakeVcpuPort::guest_ends(std::uint32_t intid) {
  if (!active_priorities_.empty()) {
    active_priorities_.pop_back();
  }
  for (std::size_t i = 0; i < count_; ++i) {
    if (registers_.at(i).state == State::active && registers_.at(i).intid == intid) {
      registers_.at(i) = ListRegister{};
      // The kernel clears its copy too when it reports the event.
      shadow_.at(i) = ListRegister{};
      return static_cast<std::uint8_t>(i);
    }
  }
  return std::nullopt;
}

bool FakeVcpuPort::private_interrupt_fires(std::uint32_t intid) {
  if (masked_.at(intid)) {
    return false;
  }
  masked_.at(intid) = true;
  return true;
}

std::size_t FakeVcpuPort::copies_of(std::uint32_t intid) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(list_registers(), [intid](const ListRegister& reg) {
        return reg.state != State::invalid && reg.intid == intid;
      }));
}

}  // namespace serai::test
