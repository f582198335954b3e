// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/describe.hpp"

#include <array>

#include "arch/aarch64/exit/exit.hpp"
#include "arch/aarch64/exit/system_traps.hpp"

namespace serai::aarch64 {
namespace {

struct ClassName {
  ExceptionClass exception_class;
  std::string_view name;
};

constexpr auto class_names = std::to_array<ClassName>({
    ClassName{ExceptionClass::unknown, "undefined instruction"},
    ClassName{ExceptionClass::wait, "wait instruction"},
    ClassName{ExceptionClass::cp15_mcr, "AArch32 CP15 access"},
    ClassName{ExceptionClass::cp15_mcrr, "AArch32 CP15 access to two registers"},
    ClassName{ExceptionClass::cp14_mcr, "AArch32 CP14 access"},
    ClassName{ExceptionClass::cp14_ldc, "AArch32 LDC or STC"},
    ClassName{ExceptionClass::floating_point, "floating point or SIMD"},
    ClassName{ExceptionClass::vmrs, "AArch32 VMRS"},
    ClassName{ExceptionClass::pointer_authentication, "pointer authentication"},
    ClassName{ExceptionClass::load_store_64_bytes, "load or store of 64 bytes"},
    ClassName{ExceptionClass::cp14_mrrc, "AArch32 CP14 access to two registers"},
    ClassName{ExceptionClass::branch_target, "branch target exception"},
    ClassName{ExceptionClass::illegal_state, "illegal execution state"},
    ClassName{ExceptionClass::svc_aarch32, "AArch32 SVC"},
    ClassName{ExceptionClass::hvc_aarch32, "AArch32 HVC"},
    ClassName{ExceptionClass::smc_aarch32, "AArch32 SMC"},
    ClassName{ExceptionClass::system_pair, "128-bit system register access"},
    ClassName{ExceptionClass::svc, "SVC"},
    ClassName{ExceptionClass::hvc, "HVC"},
    ClassName{ExceptionClass::smc, "SMC"},
    ClassName{ExceptionClass::system, "system register access"},
    ClassName{ExceptionClass::sve, "SVE"},
    ClassName{ExceptionClass::exception_return, "ERET"},
    ClassName{ExceptionClass::transaction_start, "TSTART"},
    ClassName{ExceptionClass::pointer_authentication_failure, "pointer authentication failure"},
    ClassName{ExceptionClass::sme, "SME"},
    ClassName{ExceptionClass::granule_protection, "granule protection exception"},
    ClassName{ExceptionClass::implementation_defined, "implementation defined exception"},
    ClassName{ExceptionClass::instruction_abort_lower, "instruction abort"},
    ClassName{ExceptionClass::instruction_abort_same, "instruction abort at the same level"},
    ClassName{ExceptionClass::pc_alignment, "misaligned PC"},
    ClassName{ExceptionClass::data_abort_lower, "data abort"},
    ClassName{ExceptionClass::data_abort_same, "data abort at the same level"},
    ClassName{ExceptionClass::sp_alignment, "misaligned SP"},
    ClassName{ExceptionClass::memory_copy, "memory copy or set exception"},
    ClassName{ExceptionClass::floating_point_aarch32, "AArch32 floating point exception"},
    ClassName{ExceptionClass::floating_point_exception, "floating point exception"},
    ClassName{ExceptionClass::guarded_control_stack, "guarded control stack exception"},
    ClassName{ExceptionClass::serror, "SError"},
    ClassName{ExceptionClass::breakpoint_lower, "breakpoint"},
    ClassName{ExceptionClass::breakpoint_same, "breakpoint at the same level"},
    ClassName{ExceptionClass::software_step_lower, "software step"},
    ClassName{ExceptionClass::software_step_same, "software step at the same level"},
    ClassName{ExceptionClass::watchpoint_lower, "watchpoint"},
    ClassName{ExceptionClass::watchpoint_same, "watchpoint at the same level"},
    ClassName{ExceptionClass::bkpt_aarch32, "AArch32 BKPT"},
    ClassName{ExceptionClass::vector_catch_aarch32, "AArch32 vector catch"},
    ClassName{ExceptionClass::brk, "BRK"},
    ClassName{ExceptionClass::profiling, "profiling exception"},
});

/// A fault status, or four that differ by their level.
struct FaultName {
  FaultStatus status;
  bool has_level;
  std::string_view name;
};

constexpr auto fault_names = std::to_array<FaultName>({
    FaultName{FaultStatus::address_size, true, "address size fault"},
    FaultName{FaultStatus::translation, true, "translation fault"},
    FaultName{FaultStatus::access_flag, true, "access flag fault"},
    FaultName{FaultStatus::permission, true, "permission fault"},
    FaultName{FaultStatus::external_abort, false, "synchronous external abort"},
    FaultName{FaultStatus::tag_check, false, "tag check fault"},
    FaultName{FaultStatus::external_abort_on_walk, true, "external abort on a table walk"},
    FaultName{FaultStatus::parity, false, "parity or ECC error"},
    FaultName{FaultStatus::parity_on_walk, true, "parity or ECC error on a table walk"},
    FaultName{FaultStatus::alignment, false, "alignment fault"},
    FaultName{FaultStatus::granule_protection, false, "granule protection fault"},
    FaultName{FaultStatus::translation_level_minus_1, false, "translation fault, level -1"},
    FaultName{FaultStatus::tlb_conflict, false, "TLB conflict"},
    FaultName{FaultStatus::lockdown, false, "lockdown fault"},
    FaultName{FaultStatus::unsupported_atomic, false, "unsupported exclusive or atomic access"},
});

const FaultName* find(FaultStatus status) noexcept {
  for (const FaultName& fault : fault_names) {
    const unsigned ignored = fault.has_level ? 3 : 0;
    if ((static_cast<unsigned>(status) & ~ignored) == static_cast<unsigned>(fault.status)) {
      return &fault;
    }
  }
  return nullptr;
}

/// Adds to the class's name what the rest of the syndrome tells.
class Details {
 public:
  explicit Details(Description& text) noexcept : text_(text) {}

  void operator()(const DataAbort& abort) noexcept {
    text_ << ": " << (abort.is_write() ? "write" : "read");
    if (abort.has_valid_syndrome()) {
      text_ << " of " << bytes_of(abort.size()) << " bytes, "
            << (abort.is_64_bit_register() ? 'X' : 'W') << abort.register_number();
    }
    if (abort.is_cache_maintenance()) {
      text_ << ", cache maintenance";
    }
    walk_and_status(abort.is_on_table_walk(), abort.status());
  }

  void operator()(const InstructionAbort& abort) noexcept {
    walk_and_status(abort.is_on_table_walk(), abort.status());
  }

  void operator()(const SystemError& error) noexcept { walk_and_status(false, error.status); }

  void operator()(const WaitInstruction& wait) noexcept {
    constexpr std::array<std::string_view, 4> kinds = {"WFI", "WFE", "WFIT", "WFET"};
    text_ << ": " << kinds[static_cast<std::size_t>(wait.kind)];
  }

  void operator()(const SystemAccess& access) noexcept {
    const SystemEncoding& name = access.encoding;
    text_ << ": " << (access.is_read ? "read" : "write") << " S" << unsigned{name.op0} << '_'
          << unsigned{name.op1} << "_C" << unsigned{name.crn} << "_C" << unsigned{name.crm} << '_'
          << unsigned{name.op2};
    if (const std::string_view known = system_name(name); !known.empty()) {
      text_ << " (" << known << ')';
    }
    text_ << ", X" << unsigned{access.rt};
  }

  void operator()(const SecureMonitorCall& call) noexcept { immediate(call.immediate); }

  void operator()(const HypervisorCall& call) noexcept { immediate(call.immediate); }

  void operator()(const SupervisorCall& call) noexcept { immediate(call.immediate); }

  void operator()(const UnknownExit& exit) noexcept {
    text_ << ": EC " << Hex{exit.exception_class, 2} << ", ISS " << Hex{exit.iss};
  }

  void operator()(const DebugEvent& event) noexcept { text_ << ": ISS " << Hex{event.iss}; }

  void operator()(const GuestException& exception) noexcept {
    text_ << ": ISS " << Hex{exception.iss};
  }

  template <class Other>
  void operator()(const Other&) noexcept {}

 private:
  void immediate(std::uint16_t value) noexcept { text_ << " #" << unsigned{value}; }

  void walk_and_status(bool is_on_table_walk, FaultStatus status) noexcept {
    text_ << ", " << fault_name(status);
    if (const FaultName* fault = find(status); fault != nullptr && fault->has_level) {
      text_ << ", level " << (static_cast<unsigned>(status) & 3);
    }
    if (is_on_table_walk) {
      text_ << ", on a walk of the guest's tables";
    }
  }

  Description& text_;
};

}  // namespace

std::string_view class_name(ExceptionClass exception_class) noexcept {
  for (const ClassName& entry : class_names) {
    if (entry.exception_class == exception_class) {
      return entry.name;
    }
  }
  return "unallocated class";
}

std::string_view fault_name(FaultStatus status) noexcept {
  const FaultName* const fault = find(status);
  return fault != nullptr ? fault->name : "reserved fault status";
}

Description describe(std::uint64_t esr) noexcept {
  Description text;
  text << class_name(Syndrome(esr).exception_class());
  std::visit(Details(text), decode(esr));
  return text;
}

}  // namespace serai::aarch64
