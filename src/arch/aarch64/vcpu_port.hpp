// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace serai::aarch64 {

/// System registers of a vCPU that a hypervisor's VMM can read and write.
enum class SystemRegister : std::uint8_t {
  sctlr_el1,
  cpacr_el1,
  ttbr0_el1,
  ttbr1_el1,
  tcr_el1,
  mair_el1,
  amair_el1,
  contextidr_el1,
  actlr_el1,
  afsr0_el1,
  afsr1_el1,
  esr_el1,
  far_el1,
  vbar_el1,
  tpidr_el1,
  vmpidr_el2,
  sp_el1,
  elr_el1,
  spsr_el1,
  cntv_ctl_el0,
  cntv_cval_el0,
  cntvoff_el2,
  cntkctl_el1,
};

/// What became of an interrupt handed to a list register.
enum class InjectResult : std::uint8_t {
  done,
  register_active,   ///< the list register holds an active interrupt; nothing changed
  no_such_register,  ///< the machine has fewer list registers
};

/// An interrupt for a list register; see `VcpuPort::inject`.
struct Injection {
  std::uint32_t index = 0;  // whole words throughout: bytes would go through memory one by one
  std::uint32_t intid = 0;
  std::uint32_t priority = 0;
  std::uint32_t group = 0;
};

/// All that the AArch64 code asks of a hypervisor for one vCPU, whose thread is stopped in a fault
/// or parked. seL4's limits hold: general registers move as prefixes of the context, list registers
/// cannot be read back, FP and SIMD registers cannot be reached.
class VcpuPort {
 public:
  /// Reads the first `words.size()` words of the context (`slot`); 1 to `context_words`. `words` is
  /// the beginning of a whole Context, of which this may change words that were not asked for too.
  virtual void read_registers(std::span<std::uint64_t> words) noexcept = 0;

  /// Writes the first `words.size()` words of the context; `words` is the beginning of a whole one.
  virtual void write_registers(std::span<const std::uint64_t> words) noexcept = 0;

  [[nodiscard]] virtual std::uint64_t read_system(SystemRegister reg) noexcept = 0;

  virtual void write_system(SystemRegister reg, std::uint64_t value) noexcept = 0;

  /// Makes `intid` (0 to 1019) pending in list register `index` with a maintenance event at its
  /// end. `priority` is the top five bits of a GIC priority (0 to 31). A pending interrupt already
  /// there is overwritten silently.
  [[nodiscard]] virtual InjectResult inject(std::uint8_t index, std::uint32_t intid,
                                            std::uint8_t priority, std::uint8_t group) noexcept = 0;

  /// Ends an exit: does `write_registers(words)` and `injection`, in as few calls as possible.
  /// The list register must be one that `inject` has filled before and whose interrupt has ended
  /// since, as errors would go unseen. Returns what the function of FaultSink that handles the exit
  /// must return: where it is false, the vCPU runs on already.
  [[nodiscard]] virtual bool resume_with(std::span<const std::uint64_t> words,
                                         const Injection& injection) noexcept = 0;

  /// Lets a private peripheral interrupt that raised an event (the virtual timer's) fire again.
  virtual void acknowledge_private_interrupt(std::uint32_t intid) noexcept = 0;

  /// Starts the stopped vCPU at its context's PC.
  virtual void resume() noexcept = 0;

  /// Stops the vCPU until `resume`.
  virtual void suspend() noexcept = 0;

 protected:
  ~VcpuPort() = default;
};

}  // namespace serai::aarch64
