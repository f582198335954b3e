// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/exit_handler.hpp"

#include <optional>
#include <variant>

#include "arch/aarch64/exit/finish_load.hpp"
#include "arch/aarch64/exit/inject.hpp"
#include "arch/aarch64/exit/reflect.hpp"
#include "arch/aarch64/exit/skip.hpp"
#include "base/bits.hpp"
#include "base/text.hpp"

namespace serai::vmm {

using aarch64::AfterFault;
using aarch64::DataAbort;
using aarch64::Syndrome;

namespace {

AfterFault after(bool runs_on) noexcept {
  return runs_on ? AfterFault::run : AfterFault::stay;
}

/// An SMC of A64 with an immediate of zero, as the SMC Calling Convention asks.
bool is_firmware_call(Syndrome syndrome) noexcept {
  constexpr std::uint64_t immediate = low_mask(16);
  return (syndrome.value() & (low_mask(6) << 26 | immediate)) ==
         std::uint64_t{static_cast<std::uint8_t>(aarch64::ExceptionClass::smc)} << 26;
}

/// Whether a plain access is one of four bytes by an instruction of four bytes.
bool is_plain_word(DataAbort abort) noexcept {
  constexpr std::uint64_t sas = low_mask(2) << 22;
  constexpr std::uint64_t word = std::uint64_t{2} << 22;
  constexpr std::uint64_t il = bit(25);
  constexpr std::uint64_t looked_at = DataAbort::plain_access_bits | sas | il;
  return (abort.value() & looked_at) == (DataAbort::plain_access | word | il);
}

}  // namespace

AfterFault ExitHandler::memory_fault(std::uint64_t pc, std::uint64_t address,
                                     std::uint64_t esr) noexcept {
  if (const Doorbell* const doorbell = doorbells_.find(address, esr)) [[likely]] {
    return ring(*doorbell, pc);
  }
  const std::uint64_t offset = address - distributor_start_;
  // One mask tells that a register is there and that the access is aligned.
  constexpr std::uint64_t register_offsets = aarch64::Vgic::register_bytes - 4;
  if ((offset & ~register_offsets) == 0 && is_plain_word(DataAbort(esr))) [[likely]] {
    return distributor_access(pc, offset, DataAbort(esr));
  }
  return other_memory_fault(pc, address, esr);
}

// Apart, as the others that `memory_fault` chooses from, so that none pays for what another needs.
[[gnu::noinline]] AfterFault ExitHandler::ring(const Doorbell& doorbell,
                                               std::uint64_t pc) noexcept {
  // The history says nothing of doorbells: they would push out all else.
  doorbell.target->ring(doorbell.number);
  return machine_.vgic().has_work() ? resume_behind(pc) : AfterFault::skip;
}

/// The distributor is touched most often of all devices: not by way of the bus, and all its
/// registers are words.
[[gnu::noinline]] AfterFault ExitHandler::distributor_access(std::uint64_t pc, std::uint64_t offset,
                                                             DataAbort abort) noexcept {
  aarch64::Vcpu& vcpu = machine_.vcpu();
  aarch64::Vgic& vgic = machine_.vgic();
  vcpu.begin_at(pc);
  machine_.history().record(ExitKind::memory, pc, distributor_start_ + offset, abort.value());
  if (!abort.is_write()) {
    vcpu.set_x(abort.register_number(),
               aarch64::loaded_value(vgic.read_word(offset), AccessSize::word, abort.extends_sign(),
                                     abort.is_64_bit_register()));
    vcpu.skip_instruction();
    return after(machine_.resume());
  }
  vgic.write_word(offset, static_cast<std::uint32_t>(vcpu.x(abort.register_number())));
  if (!vgic.has_work()) {
    return AfterFault::skip;  // a store changes no register
  }
  vcpu.skip_instruction();
  return after(machine_.resume());
}

[[gnu::noinline]] AfterFault ExitHandler::resume_behind(std::uint64_t pc) noexcept {
  machine_.vcpu().begin_at(pc);
  machine_.vcpu().skip_instruction();
  return after(machine_.resume());
}

[[gnu::noinline]] AfterFault ExitHandler::other_memory_fault(std::uint64_t pc,
                                                             std::uint64_t address,
                                                             std::uint64_t esr) noexcept {
  machine_.vcpu().begin_at(pc);
  machine_.history().record(ExitKind::memory, pc, address, esr);
  const DataAbort abort(esr);
  if (abort.is_plain_access()) [[likely]] {
    return plain_access(address, abort);
  }
  const bool is_fetch = abort.exception_class() == aarch64::ExceptionClass::instruction_abort_lower;
  return after(is_fetch ? fetch_outside_memory(pc, address, esr) : odd_access(address, abort));
}

inline AfterFault ExitHandler::plain_access(std::uint64_t address, DataAbort abort) noexcept {
  Bus::Window* const window = machine_.bus().find(GuestAddress(address), abort.size());
  if (window == nullptr) [[unlikely]] {
    return after(unclaimed(address, abort, std::nullopt));
  }
  if (abort.is_write()) {
    return plain_store(*window, address, abort) ? end_of_store(*window, abort)
                                                : after(unclaimed(address, abort, std::nullopt));
  }
  if (!plain_load(*window, address - window->range.start().value(), abort)) [[unlikely]] {
    return after(unclaimed(address, abort, std::nullopt));
  }
  aarch64::skip_instruction(machine_.vcpu(), abort);
  return after(machine_.resume_after_access(*window));
}

/// A store changes no register, so that the PC alone is left to move.
inline AfterFault ExitHandler::end_of_store(Bus::Window& window, DataAbort abort) noexcept {
  machine_.finish_access(window);
  if (!machine_.vgic().has_work() && abort.is_long_instruction()) [[likely]] {
    return AfterFault::skip;
  }
  aarch64::skip_instruction(machine_.vcpu(), abort);
  return after(machine_.resume());
}

inline bool ExitHandler::plain_store(Bus::Window& window, std::uint64_t address,
                                     DataAbort abort) noexcept {
  const std::uint64_t offset = address - window.range.start().value();
  // Reading the value would enter the hypervisor once more.
  if (window.traits.doorbells && window.device->ring(offset, abort.size())) {
    doorbells_.note(address, abort, window.device->doorbell(offset, abort.size()));
    return true;
  }
  const std::uint64_t value = aarch64::stored_value(machine_.vcpu(), abort);
  return window.device->write(offset, abort.size(), value).has_value();
}

inline bool ExitHandler::plain_load(Bus::Window& window, std::uint64_t offset,
                                    DataAbort abort) noexcept {
  const Result<std::uint64_t> data = window.device->read(offset, abort.size());
  if (!data) {
    return false;
  }
  aarch64::finish_load(machine_.vcpu(), abort, *data);
  return true;
}

[[gnu::noinline, gnu::cold]] bool ExitHandler::unclaimed(
    std::uint64_t address, DataAbort abort, std::optional<std::uint64_t> virtual_address) noexcept {
  switch (machine_.unclaimed_policy()) {
    case config::UnclaimedPolicy::stop:
      return machine_.stop({.reason = "it touched an address that nothing claims",
                            .esr = abort.value(),
                            .address = address});
    case config::UnclaimedPolicy::ignore:
      if (abort.is_plain_access()) {
        if (!abort.is_write()) {
          aarch64::finish_load(machine_.vcpu(), abort, 0);
        }
        aarch64::skip_instruction(machine_.vcpu(), abort);
        return machine_.resume();
      }
      break;
    case config::UnclaimedPolicy::inject_abort:
      break;
  }
  tell_once(Remark::unclaimed_address, "abort injected: nothing claims the address", address);
  aarch64::inject_data_abort(machine_.vcpu(), abort, virtual_address);
  return machine_.resume();
}

[[gnu::noinline, gnu::cold]] bool ExitHandler::fetch_outside_memory(std::uint64_t pc,
                                                                    std::uint64_t address,
                                                                    std::uint64_t esr) noexcept {
  constexpr std::uint64_t vector_table_bytes = 0x800;
  // Guest-controlled: the bits of VBAR_EL1 below the table's alignment are reserved, not zero.
  const std::uint64_t vectors = align_down(
      machine_.vcpu().port().read_system(aarch64::SystemRegister::vbar_el1), vector_table_bytes);
  if (pc - vectors < vector_table_bytes) {
    // Injecting an abort would fetch from the same place again, for ever.
    return machine_.stop(
        {.reason = "its exception vectors lie outside its memory", .esr = esr, .address = address});
  }
  tell_once(Remark::fetch, "abort injected: instruction fetch outside memory", address);
  aarch64::inject_instruction_abort(machine_.vcpu());
  return machine_.resume();
}

[[gnu::noinline, gnu::cold]] bool ExitHandler::odd_access(std::uint64_t address,
                                                          DataAbort abort) noexcept {
  const bool ignores = machine_.unclaimed_policy() == config::UnclaimedPolicy::ignore;
  const aarch64::Emulation emulation = machine_.emulator().emulate(
      machine_.vcpu(), abort, GuestAddress(address),
      ignores ? aarch64::Unclaimed::read_as_zero : aarch64::Unclaimed::report);
  switch (emulation.outcome) {
    case aarch64::EmulationOutcome::unclaimed:
      return unclaimed(address, abort, emulation.virtual_address);
    case aarch64::EmulationOutcome::injected:
      tell_once(Remark::not_emulated, emulation.reason, address);
      break;
    case aarch64::EmulationOutcome::done:
    case aarch64::EmulationOutcome::retry:
      break;
  }
  machine_.finish_devices();
  return machine_.resume();
}

bool ExitHandler::vcpu_fault(std::uint64_t esr) noexcept {
  machine_.vcpu().begin();
  machine_.history().record(ExitKind::trap, 0, 0, esr);
  // Firmware calls come most often, and most of them always get the same answer.
  if (is_firmware_call(Syndrome(esr))) [[likely]] {
    const auto function = static_cast<std::uint32_t>(machine_.vcpu().x(0));
    if (const std::uint64_t* const answer = aarch64::Psci::constant_answer(function)) [[likely]] {
      machine_.vcpu().finish_call(*answer);
      return machine_.resume();
    }
  }
  return machine_.finish(trapped(esr));
}

[[gnu::noinline]] ExitAction ExitHandler::trapped(std::uint64_t esr) noexcept {
  aarch64::Vcpu& vcpu = machine_.vcpu();
  const aarch64::Exit exit = aarch64::decode(esr);
  if (const auto* call = std::get_if<aarch64::SecureMonitorCall>(&exit)) {
    return machine_.psci().call(vcpu, call->immediate);
  }
  if (const auto* wait = std::get_if<aarch64::WaitInstruction>(&exit)) {
    aarch64::skip_instruction(vcpu, Syndrome(esr));
    // WFE may return at any time; a guest that waits for an event polls.
    return wait->kind == aarch64::WaitKind::wfi ? ExitAction::park : ExitAction::resume;
  }
  if (const auto* access = std::get_if<aarch64::SystemAccess>(&exit)) {
    return machine_.system_traps().handle(vcpu, *access);
  }
  return aarch64::reflect(vcpu, exit);
}

bool ExitHandler::maintenance(std::int64_t index) noexcept {
  machine_.vcpu().begin();
  machine_.history().record(ExitKind::maintenance, 0, static_cast<std::uint64_t>(index), 0);
  machine_.vgic().maintenance(index);
  return machine_.resume();
}

bool ExitHandler::private_interrupt(std::uint32_t intid) noexcept {
  machine_.vcpu().begin();
  machine_.history().record(ExitKind::private_interrupt, 0, intid, 0);
  if (intid == aarch64::VirtualTimer::intid) {
    machine_.timers().virtual_timer().fired();
    machine_.look_after_devices();
  } else {
    machine_.vgic().set_level(intid, true);
  }
  return machine_.resume();
}

bool ExitHandler::hypervisor_call(std::uint64_t pc) noexcept {
  machine_.vcpu().begin_at(pc);
  machine_.history().record(ExitKind::hypervisor_call, pc, 0, 0);
  return machine_.finish(machine_.psci().call(machine_.vcpu()));
}

bool ExitHandler::undefined_instruction(std::uint64_t pc) noexcept {
  machine_.vcpu().begin_at(pc);
  machine_.history().record(ExitKind::other, pc, 0, 0);
  aarch64::inject_undefined(machine_.vcpu());
  return machine_.resume();
}

bool ExitHandler::other_fault(std::uint64_t label, std::uint64_t pc, std::uint64_t code) noexcept {
  machine_.vcpu().begin();
  machine_.history().record(ExitKind::other, pc, label, code);
  return machine_.stop({.reason = "the hypervisor reported a fault that no guest should cause",
                        .esr = code,
                        .address = label});
}

void ExitHandler::tell_once(Remark remark, std::string_view what, std::uint64_t address) noexcept {
  const std::uint32_t mask = 1U << static_cast<unsigned>(remark);
  if ((told_ & mask) != 0) {
    return;
  }
  told_ |= mask;
  Text<120> line;
  line << what << ' ' << Hex{address} << " (said once)";
  machine_.log().write_line(line.view());
}

}  // namespace serai::vmm
