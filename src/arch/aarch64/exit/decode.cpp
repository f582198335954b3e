// SPDX-License-Identifier: BSD-2-Clause
#include <array>

#include "arch/aarch64/exit/exit.hpp"

namespace serai::aarch64 {
namespace {

std::uint8_t field(std::uint64_t value, unsigned lsb, unsigned width) noexcept {
  return static_cast<std::uint8_t>(extract(value, lsb, width));
}

Condition condition_of(Syndrome syndrome) noexcept {
  return {.is_valid = test_bit(syndrome.value(), 24), .code = field(syndrome.value(), 20, 4)};
}

Exit unknown_reason(Syndrome) noexcept {
  return UnknownReason{};
}

Exit unassigned(Syndrome syndrome) noexcept {
  return UnknownExit{.exception_class = static_cast<std::uint8_t>(syndrome.exception_class()),
                     .iss = syndrome.iss()};
}

Exit wait(Syndrome syndrome) noexcept {
  return WaitInstruction{.kind = static_cast<WaitKind>(field(syndrome.value(), 0, 2)),
                         .has_register = test_bit(syndrome.value(), 2),
                         .register_number = field(syndrome.value(), 5, 5),
                         .condition = condition_of(syndrome)};
}

template <std::uint8_t coprocessor>
Exit one_register(Syndrome syndrome) noexcept {
  const std::uint64_t esr = syndrome.value();
  return CoprocessorAccess{.coprocessor = coprocessor,
                           .form = CoprocessorForm::one_register,
                           .is_read = test_bit(esr, 0),
                           .opc1 = field(esr, 14, 3),
                           .opc2 = field(esr, 17, 3),
                           .crn = field(esr, 10, 4),
                           .crm = field(esr, 1, 4),
                           .rt = field(esr, 5, 5),
                           .condition = condition_of(syndrome)};
}

template <std::uint8_t coprocessor>
Exit two_registers(Syndrome syndrome) noexcept {
  const std::uint64_t esr = syndrome.value();
  return CoprocessorAccess{.coprocessor = coprocessor,
                           .form = CoprocessorForm::two_registers,
                           .is_read = test_bit(esr, 0),
                           .opc1 = field(esr, 16, 4),
                           .crm = field(esr, 1, 4),
                           .rt = field(esr, 5, 5),
                           .rt2 = field(esr, 10, 5),
                           .condition = condition_of(syndrome)};
}

Exit coprocessor_memory(Syndrome syndrome) noexcept {
  return CoprocessorAccess{.coprocessor = 14,
                           .form = CoprocessorForm::memory,
                           .is_read = test_bit(syndrome.value(), 0),
                           .rt = field(syndrome.value(), 5, 5),
                           .condition = condition_of(syndrome)};
}

template <Feature feature>
Exit feature_access(Syndrome) noexcept {
  return FeatureAccess{.feature = feature};
}

Exit illegal_state(Syndrome) noexcept {
  return IllegalState{};
}

std::uint16_t immediate_of(Syndrome syndrome) noexcept {
  return static_cast<std::uint16_t>(extract(syndrome.value(), 0, 16));
}

template <class Call, bool is_aarch32>
Exit call(Syndrome syndrome) noexcept {
  return Call{.immediate = immediate_of(syndrome), .is_aarch32 = is_aarch32};
}

Exit smc(Syndrome syndrome) noexcept {
  return SecureMonitorCall{
      .immediate = immediate_of(syndrome), .is_aarch32 = false, .condition = {}};
}

Exit smc_aarch32(Syndrome syndrome) noexcept {
  return SecureMonitorCall{.immediate = 0, .is_aarch32 = true, .condition = condition_of(syndrome)};
}

Exit system_access(Syndrome syndrome) noexcept {
  const std::uint64_t esr = syndrome.value();
  return SystemAccess{.encoding = {.op0 = field(esr, 20, 2),
                                   .op1 = field(esr, 14, 3),
                                   .crn = field(esr, 10, 4),
                                   .crm = field(esr, 1, 4),
                                   .op2 = field(esr, 17, 3)},
                      .rt = field(esr, 5, 5),
                      .is_read = test_bit(esr, 0)};
}

Exit instruction_abort(Syndrome syndrome) noexcept {
  return InstructionAbort(syndrome.value());
}

Exit data_abort(Syndrome syndrome) noexcept {
  return DataAbort(syndrome.value());
}

template <bool of_stack_pointer>
Exit alignment_fault(Syndrome) noexcept {
  return AlignmentFault{.of_stack_pointer = of_stack_pointer};
}

Exit guest_exception(Syndrome syndrome) noexcept {
  return GuestException{.exception_class = syndrome.exception_class(), .iss = syndrome.iss()};
}

Exit system_error(Syndrome syndrome) noexcept {
  const std::uint64_t esr = syndrome.value();
  return SystemError{.is_implementation_defined = test_bit(esr, 24),
                     .asynchronous_type = field(esr, 10, 3),
                     .is_external = test_bit(esr, 9),
                     .status = static_cast<FaultStatus>(field(esr, 0, 6))};
}

template <DebugKind kind>
Exit debug_event(Syndrome syndrome) noexcept {
  return DebugEvent{.kind = kind, .iss = syndrome.iss()};
}

using Decoder = Exit (*)(Syndrome) noexcept;

struct Row {
  ExceptionClass exception_class;
  Decoder decoder;
};

constexpr auto rows = std::to_array<Row>({
    Row{ExceptionClass::unknown, unknown_reason},
    Row{ExceptionClass::wait, wait},
    Row{ExceptionClass::cp15_mcr, one_register<15>},
    Row{ExceptionClass::cp15_mcrr, two_registers<15>},
    Row{ExceptionClass::cp14_mcr, one_register<14>},
    Row{ExceptionClass::cp14_ldc, coprocessor_memory},
    Row{ExceptionClass::floating_point, feature_access<Feature::floating_point>},
    Row{ExceptionClass::vmrs, one_register<10>},
    Row{ExceptionClass::pointer_authentication, feature_access<Feature::pointer_authentication>},
    Row{ExceptionClass::load_store_64_bytes, feature_access<Feature::load_store_64_bytes>},
    Row{ExceptionClass::cp14_mrrc, two_registers<14>},
    Row{ExceptionClass::branch_target, guest_exception},
    Row{ExceptionClass::illegal_state, illegal_state},
    Row{ExceptionClass::svc_aarch32, call<SupervisorCall, true>},
    Row{ExceptionClass::hvc_aarch32, call<HypervisorCall, true>},
    Row{ExceptionClass::smc_aarch32, smc_aarch32},
    Row{ExceptionClass::system_pair, feature_access<Feature::system_register_pair>},
    Row{ExceptionClass::svc, call<SupervisorCall, false>},
    Row{ExceptionClass::hvc, call<HypervisorCall, false>},
    Row{ExceptionClass::smc, smc},
    Row{ExceptionClass::system, system_access},
    Row{ExceptionClass::sve, feature_access<Feature::sve>},
    Row{ExceptionClass::exception_return, feature_access<Feature::exception_return>},
    Row{ExceptionClass::transaction_start, feature_access<Feature::transaction>},
    Row{ExceptionClass::pointer_authentication_failure, guest_exception},
    Row{ExceptionClass::sme, feature_access<Feature::sme>},
    Row{ExceptionClass::instruction_abort_lower, instruction_abort},
    Row{ExceptionClass::instruction_abort_same, instruction_abort},
    Row{ExceptionClass::pc_alignment, alignment_fault<false>},
    Row{ExceptionClass::data_abort_lower, data_abort},
    Row{ExceptionClass::data_abort_same, data_abort},
    Row{ExceptionClass::sp_alignment, alignment_fault<true>},
    Row{ExceptionClass::memory_copy, guest_exception},
    Row{ExceptionClass::floating_point_aarch32, guest_exception},
    Row{ExceptionClass::floating_point_exception, guest_exception},
    Row{ExceptionClass::guarded_control_stack, guest_exception},
    Row{ExceptionClass::serror, system_error},
    Row{ExceptionClass::breakpoint_lower, debug_event<DebugKind::breakpoint>},
    Row{ExceptionClass::breakpoint_same, debug_event<DebugKind::breakpoint>},
    Row{ExceptionClass::software_step_lower, debug_event<DebugKind::software_step>},
    Row{ExceptionClass::software_step_same, debug_event<DebugKind::software_step>},
    Row{ExceptionClass::watchpoint_lower, debug_event<DebugKind::watchpoint>},
    Row{ExceptionClass::watchpoint_same, debug_event<DebugKind::watchpoint>},
    Row{ExceptionClass::bkpt_aarch32, debug_event<DebugKind::bkpt_aarch32>},
    Row{ExceptionClass::vector_catch_aarch32, debug_event<DebugKind::vector_catch>},
    Row{ExceptionClass::brk, debug_event<DebugKind::brk>},
});

consteval std::array<Decoder, 64> index_by_class() {
  std::array<Decoder, 64> decoders{};
  decoders.fill(unassigned);
  for (const Row& row : rows) {
    decoders.at(static_cast<std::size_t>(row.exception_class)) = row.decoder;
  }
  return decoders;
}

constexpr std::array<Decoder, 64> decoders = index_by_class();

}  // namespace

Exit decode(std::uint64_t esr) noexcept {
  const Syndrome syndrome(esr);
  return decoders[static_cast<std::size_t>(syndrome.exception_class())](syndrome);
}

}  // namespace serai::aarch64
