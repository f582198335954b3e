// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/emulate.hpp"

#include <array>
#include <optional>
#include <span>

#include "arch/aarch64/exit/finish_load.hpp"
#include "arch/aarch64/exit/inject.hpp"
#include "arch/aarch64/exit/memory_instruction.hpp"
#include "arch/aarch64/exit/pstate.hpp"
#include "arch/aarch64/exit/skip.hpp"
#include "arch/aarch64/exit/translate.hpp"

namespace serai::aarch64 {
namespace {

/// A guest with one vCPU cannot change under our eyes for ever.
constexpr std::uint32_t most_retries = 16;

constexpr std::uint64_t smallest_page = 4096;

Emulation retry(std::string_view reason) noexcept {
  return {.outcome = EmulationOutcome::retry, .reason = reason};
}

/// One register's share of an access.
struct Element {
  std::uint64_t virtual_address = 0;
  GuestAddress address;
  std::uint64_t value = 0;
};

/// One attempt at one instruction, from its decoded form to its effect.
class Attempt {
 public:
  Attempt(Vcpu& vcpu, Bus& bus, const GuestMemory& memory, DataAbort abort,
          const StageOne& stage_one, const MemoryInstruction& instruction) noexcept
      : vcpu_(vcpu),
        bus_(bus),
        memory_(memory),
        abort_(abort),
        stage_one_(stage_one),
        instruction_(instruction) {}

  Emulation run(GuestAddress fault, Unclaimed unclaimed) noexcept {
    place_elements();
    if (auto refused = locate_elements(fault)) {
      return *refused;
    }
    if (instruction_.is_store) {
      take_values();
    }
    if (unclaimed == Unclaimed::report) {
      if (auto refused = look_for_owners()) {
        return *refused;
      }
    }
    for (Element& element : elements()) {
      if (!access(element) && unclaimed == Unclaimed::report) {
        return report_unclaimed(element);
      }
    }
    finish();
    return {};
  }

 private:
  [[nodiscard]] std::span<Element> elements() noexcept {
    return std::span(elements_).first(instruction_.count);
  }

  [[nodiscard]] bool uses_el1_stack() noexcept {
    return (vcpu_.word(slot::spsr) & pstate::mode_mask) == pstate::mode_el1h;
  }

  [[nodiscard]] std::uint64_t base() noexcept {
    if (instruction_.addressing == Addressing::literal) {
      return vcpu_.pc();
    }
    if (instruction_.rn != 31) {
      return vcpu_.x(instruction_.rn);
    }
    return uses_el1_stack() ? vcpu_.port().read_system(SystemRegister::sp_el1)
                            : vcpu_.word(slot::sp);
  }

  void set_base(std::uint64_t value) noexcept {
    if (instruction_.rn != 31) {
      vcpu_.set_x(instruction_.rn, value);
    } else if (uses_el1_stack()) {
      vcpu_.port().write_system(SystemRegister::sp_el1, value);
    } else {
      vcpu_.set_word(slot::sp, value);
    }
  }

  [[nodiscard]] std::uint64_t index() noexcept {
    const std::uint64_t value = vcpu_.x(instruction_.rm);
    if (!instruction_.is_word_index) {
      return value << instruction_.index_shift;
    }
    const std::uint64_t word =
        instruction_.is_signed_index ? sign_extend(value, 32) : value & low_mask(32);
    return word << instruction_.index_shift;
  }

  void place_elements() noexcept {
    base_ = base();
    std::uint64_t address = base_;
    if (instruction_.addressing == Addressing::register_offset) {
      address += index();
    } else if (instruction_.addressing != Addressing::post_index) {
      address += static_cast<std::uint64_t>(instruction_.immediate);
    }
    for (Element& element : elements()) {
      element.virtual_address = address;
      address += bytes_of(instruction_.size);
    }
  }

  [[nodiscard]] AccessRights rights() noexcept {
    constexpr unsigned uao = 23;
    const std::uint64_t spsr = vcpu_.word(slot::spsr);
    const bool as_el0 = instruction_.is_unprivileged && !test_bit(spsr, uao);
    return {.is_el0 = is_el0(spsr) || as_el0,
            .is_write = instruction_.is_store,
            .pan = (spsr & pstate::pan) != 0};
  }

  /// Translates every element. An answer means that the instruction ends here.
  [[nodiscard]] std::optional<Emulation> locate_elements(GuestAddress fault) noexcept {
    const std::uint64_t size = bytes_of(instruction_.size);
    bool is_ours = false;
    std::optional<Element> bad;
    FaultStatus bad_status = FaultStatus::external_abort;
    for (Element& element : elements()) {
      if (element.virtual_address % smallest_page > smallest_page - size) {
        return inject(element, FaultStatus::external_abort, "an element crosses a page");
      }
      const auto translation = translate(stage_one_, memory_, element.virtual_address);
      if (translation) {
        element.address = translation->address;
        is_ours = is_ours || fault.value() - element.address.value() < size;
      }
      if (!bad && !translation) {
        bad = element;
        bad_status = translation.error();
      } else if (!bad && !translation->allows(rights())) {
        bad = element;
        bad_status = at_level(FaultStatus::permission, translation->level);
      }
    }
    if (!is_ours) {
      return retry("the instruction does not address what faulted");
    }
    if (bad) {
      return inject(*bad, bad_status, "the guest's tables do not allow the whole access");
    }
    return std::nullopt;
  }

  void take_values() noexcept {
    elements_[0].value = truncate(vcpu_.x(instruction_.rt), instruction_.size);
    elements_[1].value = truncate(vcpu_.x(instruction_.rt2), instruction_.size);
  }

  [[nodiscard]] bool is_ram(const Element& element) const noexcept {
    return memory_.contains(element.address, bytes_of(instruction_.size));
  }

  /// Nothing is touched unless every element has somewhere to go.
  [[nodiscard]] std::optional<Emulation> look_for_owners() noexcept {
    for (const Element& element : elements()) {
      if (!is_ram(element) && bus_.find(element.address, instruction_.size) == nullptr) {
        return report_unclaimed(element);
      }
    }
    return std::nullopt;
  }

  /// Whether something answered.
  [[nodiscard]] bool access(Element& element) noexcept {
    if (is_ram(element)) {
      return access_ram(element);
    }
    if (instruction_.is_store) {
      return bus_.write(element.address, instruction_.size, element.value).has_value();
    }
    const auto value = bus_.read(element.address, instruction_.size);
    element.value = value.value_or(0);
    return value.has_value();
  }

  [[nodiscard]] bool access_ram(Element& element) noexcept {
    const auto bytes =
        std::as_writable_bytes(std::span(&element.value, 1)).first(bytes_of(instruction_.size));
    return instruction_.is_store ? memory_.write(element.address, bytes).has_value()
                                 : memory_.read(element.address, bytes).has_value();
  }

  void set_loaded(unsigned number, const Element& element) noexcept {
    vcpu_.set_x(number, loaded_value(element.value, instruction_.size, instruction_.extends_sign,
                                     instruction_.is_64_bit_register));
  }

  void finish() noexcept {
    if (!instruction_.is_store) {
      set_loaded(instruction_.rt, elements_[0]);
      if (instruction_.count == 2) {
        set_loaded(instruction_.rt2, elements_[1]);
      }
    }
    if (instruction_.writes_back()) {
      set_base(base_ + static_cast<std::uint64_t>(instruction_.immediate));
    }
    vcpu_.skip_instruction();
  }

  [[nodiscard]] Emulation inject(const Element& element, FaultStatus status,
                                 std::string_view reason) noexcept {
    inject_data_abort(vcpu_, abort_, element.virtual_address, status);
    return {.outcome = EmulationOutcome::injected, .reason = reason};
  }

  [[nodiscard]] static Emulation report_unclaimed(const Element& element) noexcept {
    return {.outcome = EmulationOutcome::unclaimed,
            .reason = "nothing answers at the address",
            .virtual_address = element.virtual_address};
  }

  Vcpu& vcpu_;
  Bus& bus_;
  const GuestMemory& memory_;
  DataAbort abort_;
  const StageOne& stage_one_;
  const MemoryInstruction& instruction_;
  std::uint64_t base_ = 0;
  std::array<Element, 2> elements_{};
};

std::string_view reason_of(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::vector_register:
      return "SIMD and SVE registers are out of reach";
    case Refusal::atomic:
      return "a device has no exclusive or atomic accesses";
    case Refusal::cache:
      return "a cache instruction where there is no memory";
    case Refusal::unknown:
      break;
  }
  return "not a load or store that can be emulated";
}

Emulation refuse(Vcpu& vcpu, DataAbort abort, Refusal refusal, std::uint32_t word) noexcept {
  const auto base = static_cast<unsigned>(extract(word, 5, 5));
  if (refusal == Refusal::atomic && base != 31) {
    inject_data_abort(vcpu, abort, vcpu.x(base), FaultStatus::unsupported_atomic);
  } else {
    inject_data_abort(vcpu, abort, {});
  }
  return {.outcome = EmulationOutcome::injected, .reason = reason_of(refusal)};
}

Emulation give_up(Vcpu& vcpu, DataAbort abort, std::string_view reason) noexcept {
  inject_data_abort(vcpu, abort, {});
  return {.outcome = EmulationOutcome::injected, .reason = reason};
}

}  // namespace

Emulation Emulator::emulate(Vcpu& vcpu, DataAbort abort, GuestAddress address,
                            Unclaimed unclaimed) noexcept {
  const std::uint64_t pc = vcpu.pc();
  const Emulation result = attempt(vcpu, abort, address, unclaimed);
  if (result.outcome != EmulationOutcome::retry) {
    retries_ = 0;
    return result;
  }
  retries_ = pc == retried_pc_ ? retries_ + 1 : 1;
  retried_pc_ = pc;
  if (retries_ < most_retries) {
    return result;
  }
  retries_ = 0;
  return give_up(vcpu, abort, result.reason);
}

Emulation Emulator::attempt(Vcpu& vcpu, DataAbort abort, GuestAddress address,
                            Unclaimed unclaimed) noexcept {
  if (abort.is_on_table_walk()) {
    return give_up(vcpu, abort, "the guest's translation tables are not in RAM");
  }
  if (abort.is_external()) {
    return give_up(vcpu, abort, "an external abort");
  }
  if (abort.is_cache_maintenance()) {
    skip_instruction(vcpu, abort);
    return {};
  }
  if (is_aarch32(vcpu.word(slot::spsr))) {
    return give_up(vcpu, abort, "an A32 or T32 instruction without a valid syndrome");
  }
  const StageOne stage_one = StageOne::of(vcpu.port());
  const auto code = translate(stage_one, memory_, vcpu.pc());
  if (!code) {
    return retry("the instruction is no longer mapped");
  }
  // Guest-controlled: the instruction; read once.
  const auto word = memory_.load<std::uint32_t>(code->address);
  if (!word) {
    return give_up(vcpu, abort, "the instruction is not in RAM");
  }
  const auto instruction = decode_memory_instruction(*word);
  if (!instruction) {
    return refuse(vcpu, abort, instruction.error(), *word);
  }
  return Attempt(vcpu, bus_, memory_, abort, stage_one, *instruction).run(address, unclaimed);
}

}  // namespace serai::aarch64
