// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::aarch64 {

/// What becomes of a vCPU after a memory fault.
enum class AfterFault : std::uint8_t {
  skip,  ///< the PC moves past the faulting A64 instruction, nothing else changed, and it runs on
  run,   ///< as the other functions' true
  stay,  ///< as their false
};

/// What a VMM is told about a vCPU that left the guest, as the hypervisor reports it. Functions
/// that return a bool say whether the vCPU is to run on now; otherwise it stays as it is: stopped
/// until `VcpuPort::resume`, or running already after `VcpuPort::resume_with`.
// Guest-controlled: every argument.
class FaultSink {
 public:
  /// A stage-2 fault, of data or of an instruction as `esr` (ESR_EL2) says: no memory of the guest
  /// is mapped at `address`.
  [[nodiscard]] virtual AfterFault memory_fault(std::uint64_t pc, std::uint64_t address,
                                                std::uint64_t esr) noexcept = 0;

  /// A trapped instruction or an exception that the guest may not handle itself.
  [[nodiscard]] virtual bool vcpu_fault(std::uint64_t esr) noexcept = 0;

  /// The guest ended the interrupt of list register `index`; negative where none can be named.
  [[nodiscard]] virtual bool maintenance(std::int64_t index) noexcept = 0;

  /// A private peripheral interrupt (the virtual timer's) fired while the guest ran. It stays
  /// masked until `VcpuPort::acknowledge_private_interrupt`.
  [[nodiscard]] virtual bool private_interrupt(std::uint32_t intid) noexcept = 0;

  /// An HVC at `pc` that the hypervisor could not take for a call of its own.
  [[nodiscard]] virtual bool hypervisor_call(std::uint64_t pc) noexcept = 0;

  /// An instruction at `pc` that the processor does not know.
  [[nodiscard]] virtual bool undefined_instruction(std::uint64_t pc) noexcept = 0;

  /// Anything else; `label` and `code` are the hypervisor's. The guest cannot go on.
  [[nodiscard]] virtual bool other_fault(std::uint64_t label, std::uint64_t pc,
                                         std::uint64_t code) noexcept = 0;

 protected:
  ~FaultSink() = default;
};

}  // namespace serai::aarch64
