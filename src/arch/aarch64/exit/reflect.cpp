// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/reflect.hpp"

#include <array>

#include "arch/aarch64/exit/inject.hpp"

namespace serai::aarch64 {
namespace {

/// The class from a lower exception level of each `DebugKind`.
constexpr auto debug_classes = std::to_array<ExceptionClass>({
    ExceptionClass::breakpoint_lower,
    ExceptionClass::software_step_lower,
    ExceptionClass::watchpoint_lower,
    ExceptionClass::bkpt_aarch32,
    ExceptionClass::breakpoint_lower,  // vector catch is a breakpoint to AArch64
    ExceptionClass::brk,
});

class Reflection {
 public:
  explicit Reflection(Vcpu& vcpu) noexcept : vcpu_(vcpu) {}

  ExitAction operator()(const InstructionAbort&) noexcept {
    inject_instruction_abort(vcpu_);
    return ExitAction::resume;
  }

  ExitAction operator()(const DataAbort& abort) noexcept {
    inject_data_abort(vcpu_, abort, {});
    return ExitAction::resume;
  }

  ExitAction operator()(const IllegalState&) noexcept {
    return take({.exception_class = ExceptionClass::illegal_state, .far = {}});
  }

  ExitAction operator()(const AlignmentFault& fault) noexcept {
    if (fault.of_stack_pointer) {
      return take({.exception_class = ExceptionClass::sp_alignment, .far = {}});
    }
    return take({.exception_class = ExceptionClass::pc_alignment, .far = vcpu_.pc()});
  }

  ExitAction operator()(const SupervisorCall& call) noexcept {
    return take(
        {.exception_class = call.is_aarch32 ? ExceptionClass::svc_aarch32 : ExceptionClass::svc,
         .iss = call.immediate,
         .far = {}});
  }

  ExitAction operator()(const GuestException& exception) noexcept {
    return take({.exception_class = exception.exception_class, .iss = exception.iss, .far = {}});
  }

  ExitAction operator()(const DebugEvent& event) noexcept {
    return take({.exception_class = debug_classes[static_cast<std::size_t>(event.kind)],
                 .iss = event.iss,
                 .far = {}});
  }

  ExitAction operator()(const SystemError&) noexcept { return ExitAction::stop; }

  template <class Other>
  ExitAction operator()(const Other&) noexcept {
    inject_undefined(vcpu_);
    return ExitAction::resume;
  }

 private:
  ExitAction take(const SynchronousException& exception) noexcept {
    inject(vcpu_, exception);
    return ExitAction::resume;
  }

  Vcpu& vcpu_;
};

}  // namespace

ExitAction reflect(Vcpu& vcpu, const Exit& exit) noexcept {
  return std::visit(Reflection(vcpu), exit);
}

}  // namespace serai::aarch64
