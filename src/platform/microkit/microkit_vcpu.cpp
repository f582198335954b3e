// SPDX-License-Identifier: BSD-2-Clause
#include "platform/microkit/microkit_vcpu.hpp"

#include <array>

#include "arch/aarch64/register_file.hpp"
#include "base/assert.hpp"
#include "platform/microkit/sel4.hpp"
#include "platform/microkit/write_pc.hpp"

namespace serai::microkit {
namespace {

using aarch64::Injection;
using aarch64::InjectResult;
using aarch64::SystemRegister;

constexpr std::array<seL4_Word, 23> sel4_register = {
    seL4_VCPUReg_SCTLR,     seL4_VCPUReg_CPACR,   seL4_VCPUReg_TTBR0,       seL4_VCPUReg_TTBR1,
    seL4_VCPUReg_TCR,       seL4_VCPUReg_MAIR,    seL4_VCPUReg_AMAIR,       seL4_VCPUReg_CIDR,
    seL4_VCPUReg_ACTLR,     seL4_VCPUReg_AFSR0,   seL4_VCPUReg_AFSR1,       seL4_VCPUReg_ESR,
    seL4_VCPUReg_FAR,       seL4_VCPUReg_VBAR,    seL4_VCPUReg_TPIDR_EL1,   seL4_VCPUReg_VMPIDR_EL2,
    seL4_VCPUReg_SP_EL1,    seL4_VCPUReg_ELR_EL1, seL4_VCPUReg_SPSR_EL1,    seL4_VCPUReg_CNTV_CTL,
    seL4_VCPUReg_CNTV_CVAL, seL4_VCPUReg_CNTVOFF, seL4_VCPUReg_CNTKCTL_EL1,
};
static_assert(sel4_register.size() == static_cast<std::size_t>(SystemRegister::cntkctl_el1) + 1);

seL4_Word field_of(SystemRegister reg) noexcept {
  return sel4_register[static_cast<std::size_t>(reg)];
}

// A short count makes the kernel touch fewer registers, but the generated stubs of libsel4 always
// marshal all 36 words; so these two calls are marshalled here.
constexpr seL4_Word words_in_registers = 4;
constexpr seL4_Word write_header_words = 2;

/// Copies to `[to, end)` in pairs, so up to one word more than asked for: contexts and message
/// registers both have room for it.
inline void copy_words(seL4_Word* to, const seL4_Word* from, const seL4_Word* end) noexcept {
  while (to < end) {
    const seL4_Word first = from[0];
    const seL4_Word second = from[1];
    to[0] = first;
    to[1] = second;
    to += 2;
    from += 2;
  }
}

static_assert(aarch64::context_words % 2 == 0);

}  // namespace

void MicrokitVcpu::read_registers(std::span<std::uint64_t> words) noexcept {
  constexpr seL4_Word do_not_suspend = 0;
  std::uint64_t* const to = words.data();
  const std::size_t count = words.size();
  seL4_Word mr0 = do_not_suspend;
  seL4_Word mr1 = count;
  seL4_Word mr2 = 0;
  seL4_Word mr3 = 0;
  const seL4_MessageInfo_t reply =
      seL4_CallWithMRs(base_vm_tcb_cap + id_, seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2), &mr0,
                       &mr1, &mr2, &mr3);
  SERAI_ASSERT(seL4_MessageInfo_get_label(reply) == seL4_NoError);
  to[0] = mr0;
  to[1] = mr1;
  to[2] = mr2;
  to[3] = mr3;
  if (count > words_in_registers) {
    copy_words(to + words_in_registers, seL4_GetIPCBuffer()->msg + words_in_registers, to + count);
  }
}

/// Writes the first `count` words of `from`, a whole context. Where the caller knows how many, the
/// compiler knows what goes in registers.
[[gnu::always_inline]] inline void write_prefix(seL4_CPtr thread, const std::uint64_t* from,
                                                std::size_t count, bool and_resume) noexcept {
  seL4_Word mr0 = and_resume ? 1 : 0;
  seL4_Word mr1 = count;
  seL4_Word mr2 = from[0];
  seL4_Word mr3 = from[1];
  seL4_Word* const to = seL4_GetIPCBuffer()->msg;
  copy_words(to + words_in_registers, from + write_header_words, to + write_header_words + count);
  const seL4_MessageInfo_t reply = seL4_CallWithMRs(
      thread, seL4_MessageInfo_new(TCBWriteRegisters, 0, 0, write_header_words + count), &mr0, &mr1,
      &mr2, &mr3);
  SERAI_ASSERT(seL4_MessageInfo_get_label(reply) == seL4_NoError);
}

[[gnu::always_inline]] inline void MicrokitVcpu::write_context(std::span<const std::uint64_t> words,
                                                               bool and_resume) const noexcept {
  constexpr std::size_t up_to_x0 = aarch64::slot::x0 + 1;
  const std::uint64_t* const from = words.data();
  const seL4_CPtr thread = base_vm_tcb_cap + id_;
  if (words.size() == 1) {
    write_pc(id_, from[0], and_resume);
  } else if (words.size() == up_to_x0) {
    write_prefix(thread, from, up_to_x0, and_resume);
  } else {
    write_prefix(thread, from, words.size(), and_resume);
  }
}

void MicrokitVcpu::write_registers(std::span<const std::uint64_t> words) noexcept {
  write_context(words, false);
}

std::uint64_t MicrokitVcpu::read_system(SystemRegister reg) noexcept {
  const seL4_ARM_VCPU_ReadRegs_t result =
      seL4_ARM_VCPU_ReadRegs(base_vcpu_cap + id_, static_cast<seL4_VCPUReg>(field_of(reg)));
  SERAI_ASSERT(result.error == seL4_NoError);
  return result.value;
}

void MicrokitVcpu::write_system(SystemRegister reg, std::uint64_t value) noexcept {
  const auto error =
      seL4_ARM_VCPU_WriteRegs(base_vcpu_cap + id_, static_cast<seL4_VCPUReg>(field_of(reg)), value);
  SERAI_ASSERT(error == seL4_NoError);
}

InjectResult MicrokitVcpu::inject(std::uint8_t index, std::uint32_t intid, std::uint8_t priority,
                                  std::uint8_t group) noexcept {
  const auto error = seL4_ARM_VCPU_InjectIRQ(base_vcpu_cap + id_, static_cast<seL4_Uint16>(intid),
                                             priority, group, index);
  switch (error) {
    case seL4_NoError:
      return InjectResult::done;
    case seL4_DeleteFirst:
      return InjectResult::register_active;
    default:
      SERAI_ASSERT(error == seL4_RangeError);
      return InjectResult::no_such_register;
  }
}

bool MicrokitVcpu::resume_with(std::span<const std::uint64_t> words,
                               const Injection& injection) noexcept {
  if (&microkit_have_signal == nullptr) {
    const InjectResult result = inject(static_cast<std::uint8_t>(injection.index), injection.intid,
                                       static_cast<std::uint8_t>(injection.priority),
                                       static_cast<std::uint8_t>(injection.group));
    SERAI_ASSERT(result == InjectResult::done);
    write_registers(words);
    return true;
  }
  // Resuming frees the fault's reply. Without one to send, Microkit's event loop has the kernel
  // inject while it asks for the next event, and that is one kernel entry less. The vCPU does not
  // run before: its priority is below that of its VMM.
  write_context(words, true);
  seL4_SetMR(0, injection.intid | seL4_Word{injection.priority} << 16 |
                    seL4_Word{injection.group} << 24 | seL4_Word{injection.index} << 32);
  microkit_signal_cap = base_vcpu_cap + id_;
  microkit_signal_msg = seL4_MessageInfo_new(ARMVCPUInjectIRQ, 0, 0, 1);
  microkit_have_signal = seL4_True;
  return false;
}

void MicrokitVcpu::acknowledge_private_interrupt(std::uint32_t intid) noexcept {
  const auto error = seL4_ARM_VCPU_AckVPPI(base_vcpu_cap + id_, intid);
  SERAI_ASSERT(error == seL4_NoError);
}

void MicrokitVcpu::resume() noexcept {
  const auto error = seL4_TCB_Resume(base_vm_tcb_cap + id_);
  SERAI_ASSERT(error == seL4_NoError);
}

void MicrokitVcpu::suspend() noexcept {
  const auto error = seL4_TCB_Suspend(base_vm_tcb_cap + id_);
  SERAI_ASSERT(error == seL4_NoError);
}

}  // namespace serai::microkit
