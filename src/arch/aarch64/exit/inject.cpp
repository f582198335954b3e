// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/inject.hpp"

#include "arch/aarch64/exit/pstate.hpp"

namespace serai::aarch64 {
namespace {

/// Where the synchronous entry for an exception from this state is, from VBAR_EL1.
std::uint64_t vector_offset(std::uint64_t spsr) noexcept {
  if (is_aarch32(spsr)) {
    return 0x600;
  }
  switch (spsr & pstate::mode_mask) {
    case pstate::mode_el1h:
      return 0x200;
    case pstate::mode_el1t:
      return 0x000;
    default:
      return 0x400;
  }
}

/// PSTATE at the first instruction of the handler. Fields of extensions that the processor lacks
/// come out as zero, since a guest cannot have set what they derive from.
std::uint64_t handler_pstate(std::uint64_t spsr, std::uint64_t sctlr_el1) noexcept {
  std::uint64_t result = pstate::mode_el1h | pstate::daif;
  result |= spsr & (pstate::nzcv | pstate::dit);
  // PAN is kept, and set unless SCTLR_EL1.SPAN asks to leave it alone.
  const bool sets_pan = (sctlr_el1 & sctlr::span) == 0;
  result |= sets_pan ? pstate::pan : spsr & pstate::pan;
  if ((sctlr_el1 & sctlr::dssbs) != 0) {
    result |= pstate::ssbs;
  }
  // TCO matters only where EL1 may access allocation tags.
  if ((sctlr_el1 & sctlr::ata) != 0) {
    result |= pstate::tco;
  }
  if ((sctlr_el1 & sctlr::nmi) != 0 && (sctlr_el1 & sctlr::spintmask) == 0) {
    result |= pstate::allint;
  }
  return result;  // IL, SS, UAO and BTYPE become 0
}

/// `from_lower`, or its neighbour for exceptions taken from EL1 itself.
ExceptionClass class_from(ExceptionClass from_lower, std::uint64_t spsr) noexcept {
  if (is_el0(spsr)) {
    return from_lower;
  }
  switch (from_lower) {
    case ExceptionClass::instruction_abort_lower:
    case ExceptionClass::data_abort_lower:
    case ExceptionClass::breakpoint_lower:
    case ExceptionClass::software_step_lower:
    case ExceptionClass::watchpoint_lower:
      return static_cast<ExceptionClass>(static_cast<unsigned>(from_lower) | 1);
    default:
      return from_lower;
  }
}

}  // namespace

void inject(Vcpu& vcpu, const SynchronousException& exception) noexcept {
  VcpuPort& port = vcpu.port();
  const std::uint64_t spsr = vcpu.word(slot::spsr);
  const auto ec = static_cast<std::uint64_t>(class_from(exception.exception_class, spsr));
  const std::uint64_t il = exception.is_long_instruction ? bit(25) : 0;
  port.write_system(SystemRegister::esr_el1, ec << 26 | il | (exception.iss & low_mask(25)));
  if (exception.far) {
    port.write_system(SystemRegister::far_el1, *exception.far);
  }
  port.write_system(SystemRegister::elr_el1, vcpu.pc());
  port.write_system(SystemRegister::spsr_el1, spsr);
  const std::uint64_t vectors = port.read_system(SystemRegister::vbar_el1) & ~low_mask(11);
  vcpu.set_word(slot::spsr, handler_pstate(spsr, port.read_system(SystemRegister::sctlr_el1)));
  vcpu.set_pc(vectors + vector_offset(spsr));
}

void inject_undefined(Vcpu& vcpu) noexcept {
  inject(vcpu, {.exception_class = ExceptionClass::unknown, .iss = 0, .far = {}});
}

void inject_data_abort(Vcpu& vcpu, DataAbort abort, std::optional<std::uint64_t> virtual_address,
                       FaultStatus status) noexcept {
  constexpr std::uint32_t kept = (1U << 8) | (1U << 6);  // CM, WnR
  constexpr std::uint32_t far_not_valid = 1U << 10;
  std::uint32_t iss = abort.iss() & kept;
  if (virtual_address) {
    iss |= static_cast<std::uint32_t>(status);
  } else {
    iss |= far_not_valid | static_cast<std::uint32_t>(FaultStatus::external_abort);
  }
  inject(vcpu,
         {.exception_class = ExceptionClass::data_abort_lower, .iss = iss, .far = virtual_address});
}

void inject_instruction_abort(Vcpu& vcpu, FaultStatus status) noexcept {
  inject(vcpu, {.exception_class = ExceptionClass::instruction_abort_lower,
                .iss = static_cast<std::uint32_t>(status),
                .far = vcpu.pc()});
}

}  // namespace serai::aarch64
