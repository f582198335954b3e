// SPDX-License-Identifier: BSD-2-Clause
#include "el2/invocation.hpp"

#include <algorithm>

#include "base/bits.hpp"
#include "el2/gic.hpp"
#include "el2/interrupt.hpp"
#include "el2/ipc.hpp"
#include "el2/machine.hpp"
#include "el2/vcpu.hpp"

namespace serai::testbed {
namespace {

/// Invocation labels of the MCS kernel with hypervisor support.
namespace label {
constexpr std::uint64_t read_registers = 2;
constexpr std::uint64_t write_registers = 3;
constexpr std::uint64_t suspend_thread = 12;
constexpr std::uint64_t resume_thread = 13;
constexpr std::uint64_t acknowledge_irq = 26;
constexpr std::uint64_t inject_irq = 53;
constexpr std::uint64_t read_vcpu_register = 54;
constexpr std::uint64_t write_vcpu_register = 55;
constexpr std::uint64_t acknowledge_vppi = 56;
}  // namespace label

/// seL4_Error.
namespace error {
constexpr std::uint64_t none = 0;
constexpr std::uint64_t invalid_argument = 1;
constexpr std::uint64_t illegal_operation = 3;
constexpr std::uint64_t range = 4;
constexpr std::uint64_t truncated_message = 7;
}  // namespace error

void answer(Pd& pd, std::uint64_t error, std::uint64_t length) noexcept {
  pd.context[place::x0] = 0;
  pd.context[place::x1] = message_info::make(error, length);
}

void answer_range_error(Pd& pd, std::uint64_t least, std::uint64_t most) noexcept {
  message_word(pd, 0) = least;
  message_word(pd, 1) = most;
  answer(pd, error::range, 2);
}

void answer_invalid_argument(Pd& pd, std::uint64_t number) noexcept {
  message_word(pd, 0) = number;
  answer(pd, error::invalid_argument, 1);
}

/// Message registers of a read or write of registers: flags, then how many.
constexpr std::uint64_t transfer_header = 2;

void read_registers(Pd& pd, Thread& thread, std::uint64_t length) noexcept {
  const std::uint64_t flags = message_word(pd, 0);
  const std::uint64_t count = message_word(pd, 1);
  if (length < transfer_header) {
    answer(pd, error::truncated_message, 0);
    return;
  }
  if (count < 1 || count > thread.context.size()) {
    answer_range_error(pd, 1, thread.context.size());
    return;
  }
  if (test_bit(flags, 0)) {
    suspend(thread);
  }
  for (std::size_t i = 0; i < count; ++i) {
    message_word(pd, i) = thread.context[i];
  }
  answer(pd, error::none, count);
}

void write_registers(Pd& pd, Thread& thread, std::uint64_t length) noexcept {
  const std::uint64_t flags = message_word(pd, 0);
  const std::uint64_t wanted = message_word(pd, 1);
  if (length < transfer_header || length - transfer_header < wanted) {
    answer(pd, error::truncated_message, 0);
    return;
  }
  const std::size_t count = std::min<std::size_t>(wanted, thread.context.size());
  for (std::size_t i = 0; i < count; ++i) {
    thread.context[i] = message_word(pd, i + transfer_header);
  }
  if (count > place::spsr) {
    thread.context[place::spsr] = permitted_spsr(thread.kind, thread.context[place::spsr]);
  }
  if (test_bit(flags, 0)) {
    resume_thread(thread);
  }
  answer(pd, error::none, 0);
}

void invoke_thread(Pd& pd, Thread& thread) noexcept {
  const std::uint64_t info = pd.context[place::x1];
  switch (message_info::label(info)) {
    case label::read_registers:
      read_registers(pd, thread, message_info::length(info));
      break;
    case label::write_registers:
      write_registers(pd, thread, message_info::length(info));
      break;
    case label::suspend_thread:
      suspend(thread);
      answer(pd, error::none, 0);
      break;
    case label::resume_thread:
      resume_thread(thread);
      answer(pd, error::none, 0);
      break;
    default:
      answer(pd, error::illegal_operation, 0);
  }
}

void inject_irq(Pd& pd, Vcpu& vcpu) noexcept {
  const std::uint64_t word = message_word(pd, 0);
  const InjectCheck check =
      inject(vcpu, {.intid = static_cast<std::uint32_t>(extract(word, 0, 16)),
                    .priority = static_cast<std::uint32_t>(extract(word, 16, 8)),
                    .group = static_cast<std::uint32_t>(extract(word, 24, 8)),
                    .index = static_cast<std::uint32_t>(extract(word, 32, 8))});
  if (check.answer == InjectAnswer::range_error) {
    answer_range_error(pd, 0, check.most);
  } else {
    answer(pd, static_cast<std::uint64_t>(check.answer), 0);
  }
}

void acknowledge_vppi(Pd& pd, Vcpu& vcpu) noexcept {
  if (message_word(pd, 0) != gic::virtual_timer_intid) {
    answer_invalid_argument(pd, 0);
    return;
  }
  // The interrupt is unmasked when the guest runs again.
  vcpu.masked_private = 0;
  answer(pd, error::none, 0);
}

void invoke_vcpu_register(Pd& pd, Vcpu& vcpu, bool write) noexcept {
  const std::uint64_t field = message_word(pd, 0);
  if (field >= Vcpu::register_count) {
    answer_invalid_argument(pd, 1);
  } else if (write) {
    write_register(vcpu, field, message_word(pd, 1));
    answer(pd, error::none, 0);
  } else {
    message_word(pd, 0) = read_register(vcpu, field);
    answer(pd, error::none, 1);
  }
}

void invoke_vcpu(Pd& pd, Vcpu& vcpu) noexcept {
  const std::uint64_t info = pd.context[place::x1];
  const bool write = message_info::label(info) == label::write_vcpu_register;
  if (message_info::length(info) < (write ? 2U : 1U)) {
    answer(pd, error::truncated_message, 0);
    return;
  }
  switch (message_info::label(info)) {
    case label::inject_irq:
      inject_irq(pd, vcpu);
      break;
    case label::acknowledge_vppi:
      acknowledge_vppi(pd, vcpu);
      break;
    case label::read_vcpu_register:
    case label::write_vcpu_register:
      invoke_vcpu_register(pd, vcpu, write);
      break;
    default:
      answer(pd, error::illegal_operation, 0);
  }
}

void invoke_irq(Pd& pd, std::uint16_t intid) noexcept {
  if (message_info::label(pd.context[place::x1]) != label::acknowledge_irq) {
    answer(pd, error::illegal_operation, 0);
    return;
  }
  acknowledge_irq(intid);
  answer(pd, error::none, 0);
}

}  // namespace

void invoke_object(Pd& pd, SlotKind kind, std::uint16_t object) noexcept {
  switch (kind) {
    case SlotKind::irq:
      invoke_irq(pd, object);
      break;
    case SlotKind::child:
      invoke_thread(pd, machine.pds[object]);
      break;
    case SlotKind::vm_thread:
      invoke_thread(pd, machine.vcpus[object]);
      break;
    case SlotKind::vcpu:
      invoke_vcpu(pd, machine.vcpus[object]);
      break;
    default:
      answer(pd, error::illegal_operation, 0);
  }
}

}  // namespace serai::testbed
