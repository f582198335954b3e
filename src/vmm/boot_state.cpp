// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/boot_state.hpp"

#include <array>

#include "arch/aarch64/register_file.hpp"
#include "base/bits.hpp"

namespace serai::vmm {
namespace {

using aarch64::SystemRegister;

/// EL1 with its own stack pointer, debug exceptions, SError, IRQ and FIQ masked.
constexpr std::uint64_t pstate_at_boot = 0x3c5;
/// MMU and caches off; the bits that ARMv8.0 defines as one, and no traps of EL0's cache
/// maintenance, CTR_EL0, WFI and WFE, as firmware leaves them.
constexpr std::uint64_t sctlr_at_boot = 0x34d5'8820;
/// Bit 31 is always one; the affinity of the only vCPU is zero.
constexpr std::uint64_t mpidr = bit(31);

struct ResetValue {
  SystemRegister reg;
  std::uint64_t value;
};

constexpr std::array<ResetValue, 21> reset_values = {{
    {SystemRegister::sctlr_el1, sctlr_at_boot},
    {SystemRegister::cpacr_el1, 0},
    {SystemRegister::ttbr0_el1, 0},
    {SystemRegister::ttbr1_el1, 0},
    {SystemRegister::tcr_el1, 0},
    {SystemRegister::mair_el1, 0},
    {SystemRegister::amair_el1, 0},
    {SystemRegister::contextidr_el1, 0},
    {SystemRegister::afsr0_el1, 0},
    {SystemRegister::afsr1_el1, 0},
    {SystemRegister::esr_el1, 0},
    {SystemRegister::far_el1, 0},
    {SystemRegister::vbar_el1, 0},
    {SystemRegister::tpidr_el1, 0},
    {SystemRegister::vmpidr_el2, mpidr},
    {SystemRegister::sp_el1, 0},
    {SystemRegister::elr_el1, 0},
    {SystemRegister::spsr_el1, 0},
    {SystemRegister::cntv_ctl_el0, 0},
    {SystemRegister::cntv_cval_el0, 0},
    {SystemRegister::cntkctl_el1, 0},
}};

}  // namespace

void set_reset_state(aarch64::VcpuPort& port, const BootArguments& arguments) noexcept {
  for (const ResetValue& reset : reset_values) {
    port.write_system(reset.reg, reset.value);
  }
  aarch64::Context context{};
  context[aarch64::slot::pc] = arguments.entry;
  context[aarch64::slot::spsr] = pstate_at_boot;
  context[aarch64::slot::x0] = arguments.x0;
  port.write_registers(context);
}

}  // namespace serai::vmm
