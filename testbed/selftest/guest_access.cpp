// SPDX-License-Identifier: BSD-2-Clause
#include "guest_access.hpp"

#include "report.hpp"

namespace serai::selftest {
namespace {

/// Guest RAM in this PD (image.S).
constexpr std::uint64_t ram = 0x10'0000'0000;
constexpr std::uint64_t results = 0x4010'0000;

extern "C" const std::uint64_t guest_image[];
extern "C" const std::uint64_t guest_image_end[];

constinit microkit_child selected = 0;

seL4_CPtr thread_cap() noexcept {
  return BASE_VM_TCB_CAP + seL4_CPtr{selected};
}

volatile std::uint64_t& guest_memory(std::uint64_t address) noexcept {
  // Safety: the addresses above are inside the guest's RAM, which is mapped there.
  return *reinterpret_cast<volatile std::uint64_t*>(ram + address);
}

seL4_UserContext read_context(seL4_Word count) noexcept {
  static constinit seL4_UserContext context = {};
  check_equal(seL4_TCB_ReadRegisters(BASE_VM_TCB_CAP, 0, 0, count, &context), seL4_NoError,
              "registers are read");
  return context;
}

}  // namespace

void select_vcpu(microkit_child vcpu) noexcept {
  selected = vcpu;
}

void copy_guest() noexcept {
  std::uint64_t address = guest_entry;
  for (const std::uint64_t* from = guest_image; from != guest_image_end; ++from, address += 8) {
    guest_memory(address) = *from;
  }
}

std::uint64_t guest_result(std::size_t index) noexcept {
  return guest_memory(results + 8 * index);
}

std::uint64_t read_guest(std::size_t index) noexcept {
  seL4_Word words[4] = {0, index + 1, 0, 0};
  seL4_CallWithMRs(thread_cap(), seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2), &words[0],
                   &words[1], &words[2], &words[3]);
  return index < 4 ? words[index] : seL4_GetMR(static_cast<int>(index));
}

void write_guest(std::size_t index, std::uint64_t value) noexcept {
  static constinit seL4_UserContext context = {};
  seL4_TCB_ReadRegisters(thread_cap(), 0, 0, index + 1, &context);
  // Safety: seL4_UserContext is 36 words.
  reinterpret_cast<seL4_Word*>(&context)[index] = value;
  seL4_TCB_WriteRegisters(thread_cap(), 0, 0, index + 1, &context);
}

void skip() noexcept {
  write_guest(word::pc, read_guest(word::pc) + 4);
}

std::uint64_t exception_class() noexcept {
  return microkit_mr_get(seL4_VCPUFault_HSR) >> 26;
}

seL4_Word inject(seL4_Word intid, seL4_Word priority, seL4_Word group, seL4_Word index) noexcept {
  seL4_SetMR(0, intid | (priority << 16) | (group << 24) | (index << 32));
  return seL4_MessageInfo_get_label(seL4_Call(BASE_VCPU_CAP + seL4_CPtr{selected},
                                              seL4_MessageInfo_new(ARMVCPUInjectIRQ, 0, 0, 1)));
}

void check_registers() noexcept {
  check_equal(read_context(36).x30, read_guest(word::x30), "long and short reads agree");
  seL4_Word words[2] = {0, 37};
  const auto reply =
      seL4_CallWithMRs(BASE_VM_TCB_CAP, seL4_MessageInfo_new(TCBReadRegisters, 0, 0, 2), &words[0],
                       &words[1], nullptr, nullptr);
  check_equal(seL4_MessageInfo_get_label(reply), seL4_RangeError, "no more than 36 words");
  microkit_vcpu_arm_write_reg(0, seL4_VCPUReg_TPIDR_EL1, 0x1234);
  check_equal(microkit_vcpu_arm_read_reg(0, seL4_VCPUReg_TPIDR_EL1), 0x1234,
              "a vCPU register keeps its value");
  check_equal(microkit_vcpu_arm_read_reg(0, seL4_VCPUReg_CPACR), 3U << 20,
              "the guest's own write is seen");
  check_equal(static_cast<seL4_Word>(seL4_ARM_VCPU_ReadRegs(BASE_VCPU_CAP, seL4_VCPUReg_Num).error),
              seL4_InvalidArgument, "no register above the last");
}

}  // namespace serai::selftest
