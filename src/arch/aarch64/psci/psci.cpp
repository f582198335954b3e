// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/psci/psci.hpp"

#include <array>
#include <optional>

#include "arch/aarch64/psci/function_ids.hpp"

namespace serai::aarch64 {
namespace {

/// Aff3 to Aff0 of MPIDR_EL1 in a 64-bit call; a 32-bit call has no Aff3.
constexpr std::uint64_t affinity_bits = 0xff'00ff'ffff;

std::optional<std::size_t> find_cpu(const CpuPower& cpus, std::uint64_t affinity) noexcept {
  for (std::size_t cpu = 0; cpu < cpus.count(); ++cpu) {
    if (cpus.affinity(cpu) == affinity) {
      return cpu;
    }
  }
  return std::nullopt;
}

bool is_entry_point(const GuestMemory& memory, std::uint64_t address) noexcept {
  constexpr std::uint64_t instruction_bytes = 4;
  return is_aligned(address, instruction_bytes) &&
         memory.contains(GuestAddress(address), instruction_bytes);
}

/// The bits of an affinity that stay when levels below `level` are left out.
std::uint64_t affinity_mask(std::uint64_t level) noexcept {
  constexpr std::array<std::uint64_t, 4> masks = {0xff'00ff'ffff, 0xff'00ff'ff00, 0xff'00ff'0000,
                                                  0xff'0000'0000};
  return masks[level];
}

}  // namespace

/// One function for each call of PSCI (DEN 0022F, section 5).
struct PsciFunctions {
  /// A power-down state is entered as a standby state, which section 5.4.2 allows; wake-up is then
  /// a return with SUCCESS.
  [[gnu::cold]] static ExitAction cpu_suspend(Psci& psci, FirmwareCall& call) noexcept {
    constexpr std::uint64_t reserved_bits = 0xfcfe0000;
    const std::uint64_t entry = call.argument(2);  // fetches what argument 1 needs too
    const std::uint64_t power_state = call.argument(1) & low_mask(32);
    const bool is_powerdown = test_bit(power_state, 16);
    if ((power_state & reserved_bits) != 0) {
      return call.answer(CallStatus::invalid_parameters);
    }
    if (is_powerdown && !is_entry_point(psci.memory_, entry)) {
      return call.answer(CallStatus::invalid_address);
    }
    call.answer(CallStatus::success);
    return ExitAction::park;
  }

  [[gnu::cold]] static ExitAction cpu_off(Psci& psci, FirmwareCall&) noexcept {
    psci.last_event_ = PowerEvent::cpu_off;
    return ExitAction::stop;
  }

  [[gnu::cold]] static ExitAction cpu_on(Psci& psci, FirmwareCall& call) noexcept {
    const std::uint64_t context = call.argument(3);
    const std::uint64_t entry = call.argument(2);
    const auto cpu = find_cpu(psci.cpus_, call.argument(1));
    if (!cpu) {
      return call.answer(CallStatus::invalid_parameters);
    }
    switch (psci.cpus_.state(*cpu)) {
      case PowerState::on:
        return call.answer(CallStatus::already_on);
      case PowerState::on_pending:
        return call.answer(CallStatus::on_pending);
      case PowerState::off:
        break;
    }
    if (!is_entry_point(psci.memory_, entry)) {
      return call.answer(CallStatus::invalid_address);
    }
    psci.cpus_.start(*cpu, GuestAddress(entry), context);
    return call.answer(CallStatus::success);
  }

  [[gnu::cold]] static ExitAction affinity_info(Psci& psci, FirmwareCall& call) noexcept {
    const std::uint64_t level = call.argument(2) & low_mask(32);
    const std::uint64_t affinity = call.argument(1);
    if (level > 3 || (affinity & ~affinity_bits) != 0) {
      return call.answer(CallStatus::invalid_parameters);
    }
    const std::uint64_t mask = affinity_mask(level);
    std::optional<PowerState> found;
    for (std::size_t cpu = 0; cpu < psci.cpus_.count(); ++cpu) {
      if ((psci.cpus_.affinity(cpu) & mask) != (affinity & mask)) {
        continue;
      }
      const PowerState state = psci.cpus_.state(cpu);
      if (!found || state == PowerState::on ||
          (state == PowerState::on_pending && *found == PowerState::off)) {
        found = state;
      }
    }
    if (!found) {
      return call.answer(CallStatus::invalid_parameters);
    }
    return call.answer(static_cast<std::uint64_t>(*found));
  }

  static ExitAction system_off(Psci& psci, FirmwareCall&) noexcept {
    psci.last_event_ = PowerEvent::system_off;
    return ExitAction::stop;
  }

  static ExitAction system_reset(Psci& psci, FirmwareCall&) noexcept {
    psci.last_event_ = PowerEvent::system_reset;
    return ExitAction::reset;
  }

  static ExitAction features(Psci&, FirmwareCall& call) noexcept;
};

namespace {

using Handler = ExitAction (*)(Psci&, FirmwareCall&) noexcept;

/// Which widths of a function exist.
enum class Widths : std::uint8_t { only_32, both };

/// How a function is answered: by its handler or, where that is null, always by the same number.
struct Answer {
  Handler handler = nullptr;
  std::uint64_t constant = 0;
};

struct Function {
  std::uint32_t id = 0;
  Widths widths = Widths::only_32;
  Answer answer;
};

/// MIGRATE_INFO_TYPE: there is no Trusted OS that could want to stay on one CPU.
constexpr std::uint64_t needs_no_migration = 2;

// What is missing here answers NOT_SUPPORTED: MIGRATE and MIGRATE_INFO_UP_CPU, as the answer of
// MIGRATE_INFO_TYPE implies, and the optional CPU_FREEZE, CPU_DEFAULT_SUSPEND, NODE_HW_STATE,
// SYSTEM_SUSPEND, PSCI_SET_SUSPEND_MODE, PSCI_STAT_RESIDENCY, PSCI_STAT_COUNT, SYSTEM_RESET2,
// MEM_PROTECT and MEM_PROTECT_CHECK_RANGE.
constexpr auto functions = std::to_array<Function>({
    Function{psci::version, Widths::only_32, {.constant = psci::offered_version}},
    Function{psci::cpu_suspend, Widths::both, {.handler = PsciFunctions::cpu_suspend}},
    Function{psci::cpu_off, Widths::only_32, {.handler = PsciFunctions::cpu_off}},
    Function{psci::cpu_on, Widths::both, {.handler = PsciFunctions::cpu_on}},
    Function{psci::affinity_info, Widths::both, {.handler = PsciFunctions::affinity_info}},
    Function{psci::migrate_info_type, Widths::only_32, {.constant = needs_no_migration}},
    Function{psci::system_off, Widths::only_32, {.handler = PsciFunctions::system_off}},
    Function{psci::system_reset, Widths::only_32, {.handler = PsciFunctions::system_reset}},
    Function{psci::features, Widths::only_32, {.handler = PsciFunctions::features}},
});

constexpr Answer not_supported = {.constant = call_result(CallStatus::not_supported)};

/// Answers by the function's number and, 32 further, those of the 64-bit calls.
consteval std::array<Answer, 64> index_by_number() {
  std::array<Answer, 64> answers{};
  answers.fill(not_supported);
  for (const Function& function : functions) {
    answers.at(function.id & 0x1f) = function.answer;
    if (function.widths == Widths::both) {
      answers.at(32 + (function.id & 0x1f)) = function.answer;
    }
  }
  return answers;
}

constexpr std::array<Answer, 64> answers = index_by_number();

/// Whether `id` is in PSCI's range, of either width.
constexpr bool is_psci(std::uint32_t id) noexcept {
  return (id & 0xbfffffe0) == psci::first;
}

constexpr const Answer& answer_to(std::uint32_t id) noexcept {
  return answers[extract(id, 30, 1) << 5 | (id & 0x1f)];
}

/// Whether PSCI function `id` is one of `functions`.
constexpr bool is_offered(std::uint32_t id) noexcept {
  return answer_to(id).handler != nullptr || answer_to(id).constant != not_supported.constant;
}

}  // namespace

[[gnu::cold]] ExitAction PsciFunctions::features(Psci&, FirmwareCall& call) noexcept {
  const auto asked = static_cast<std::uint32_t>(call.argument(1));
  const bool known = asked == smccc::version || (is_psci(asked) && is_offered(asked));
  // CPU_SUSPEND has flags: the original format of power_state, no OS-initiated mode. All zero.
  return call.answer(known ? CallStatus::success : CallStatus::not_supported);
}

const std::uint64_t* Psci::constant_answer(std::uint32_t function) noexcept {
  if (!is_psci(function)) {
    return nullptr;
  }
  const Answer& answer = answer_to(function);
  return answer.handler == nullptr ? &answer.constant : nullptr;
}

ExitAction Psci::call(Vcpu& vcpu) noexcept {
  const auto function = static_cast<std::uint32_t>(vcpu.x(0));
  if (const std::uint64_t* const answer = constant_answer(function)) [[likely]] {
    vcpu.finish_call(*answer);
    return ExitAction::resume;
  }
  return serve(vcpu, function);
}

// Apart, so that the calls with a constant answer do not pay for it.
[[gnu::noinline]] ExitAction Psci::serve(Vcpu& vcpu, std::uint32_t function) noexcept {
  vcpu.skip_instruction();
  FirmwareCall call(vcpu, function);
  return is_psci(function) ? answer_to(function).handler(*this, call) : answer_smccc(call);
}

ExitAction Psci::call(Vcpu& vcpu, std::uint16_t immediate) noexcept {
  if (immediate == 0) [[likely]] {
    return call(vcpu);
  }
  vcpu.finish_call(call_result(CallStatus::not_supported));
  return ExitAction::resume;
}

}  // namespace serai::aarch64
