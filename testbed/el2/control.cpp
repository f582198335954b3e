// SPDX-License-Identifier: BSD-2-Clause
#include "el2/control.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "base/bits.hpp"
#include "el2/ipc.hpp"
#include "el2/machine.hpp"
#include "el2/report.hpp"

namespace serai::testbed {
namespace {

constexpr std::uint64_t first_notification = SlotTable::first;
constexpr std::uint64_t first_irq = first_notification + 2 * SlotTable::ids;
constexpr std::uint64_t first_vcpu_slot = first_notification + 5 * SlotTable::ids;

/// The object of `pd`'s slot `first` + `id`, or `Slot::empty`.
std::uint16_t object_of(const Pd& pd, std::uint64_t first, std::uint64_t id) noexcept {
  return id < SlotTable::ids ? pd.slots.find(first + id).object : Slot::empty;
}

void read_name(Pd& pd) noexcept {
  const auto words = std::bit_cast<std::array<std::uint64_t, words_in_registers>>(pd.name);
  std::copy(words.begin(), words.end(), &pd.context[place::x2]);
}

void read_exits(Pd& pd, std::uint64_t vcpu, std::uint64_t kind) noexcept {
  const std::uint16_t object = object_of(pd, first_vcpu_slot, vcpu);
  const bool exists = object != Slot::empty && kind < Vcpu::exit_kinds;
  message_word(pd, 0) = exists ? machine.vcpus[object].exits[kind] : 0;
}

void fail_injections(Pd& pd, std::uint64_t vcpu, std::uint64_t count) noexcept {
  if (const std::uint16_t object = object_of(pd, first_vcpu_slot, vcpu); object != Slot::empty) {
    machine.vcpus[object].failing_injections = count;
  }
}

void drop_notifications(Pd& pd, std::uint64_t channel, std::uint64_t count) noexcept {
  constexpr std::uint64_t most = std::numeric_limits<std::uint8_t>::max();
  if (channel < Notifications::channels) {
    pd.notifications.lose_next(static_cast<unsigned>(channel),
                               static_cast<std::uint8_t>(std::min(count, most)));
  }
}

void delay_irq(Pd& pd, std::uint64_t channel, std::uint64_t ticks) noexcept {
  if (const std::uint16_t intid = object_of(pd, first_irq, channel); intid != Slot::empty) {
    machine.irqs[intid].delay_ticks = ticks;
  }
}

void kill_pd(Pd& pd, std::uint64_t channel, std::uint64_t /*unused*/) noexcept {
  const std::uint16_t victim = object_of(pd, first_notification, channel);
  if (victim != Slot::empty && victim != pd.id) {
    suspend(machine.pds[victim]);
  }
}

void switch_off(Pd& /*pd*/, std::uint64_t /*a*/, std::uint64_t /*b*/) noexcept {
  power_off();
}

using Operation = void (*)(Pd& pd, std::uint64_t a, std::uint64_t b) noexcept;

/// In the order of testbed_operation (testbed_control.h).
constexpr std::array<Operation, 7> operations = {
    [](Pd& pd, std::uint64_t /*a*/, std::uint64_t /*b*/) noexcept { read_name(pd); },
    read_exits,
    fail_injections,
    drop_notifications,
    delay_irq,
    kill_pd,
    switch_off,
};

}  // namespace

void handle_control(Pd& pd) noexcept {
  const std::uint64_t operation = pd.context[place::x0];
  const std::uint64_t a = message_word(pd, 0);
  const std::uint64_t b = message_word(pd, 1);
  if (operation < operations.size()) {
    operations[operation](pd, a, b);
  } else {
    message_word(pd, 0) = 0;
  }
}

}  // namespace serai::testbed
