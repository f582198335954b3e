// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "arch/aarch64/exit/exit.hpp"
#include "arch/aarch64/fault_sink.hpp"
#include "base/bits.hpp"
#include "vmm/doorbell_cache.hpp"
#include "vmm/machine.hpp"

namespace serai::vmm {

/// Answers every exit of a machine's vCPU: the loop's hot side.
class ExitHandler final : public aarch64::FaultSink {
 public:
  explicit ExitHandler(Machine& machine) noexcept
      : machine_(machine), distributor_start_(start_of(machine.distributor())) {}

  [[nodiscard]] aarch64::AfterFault memory_fault(std::uint64_t pc, std::uint64_t address,
                                                 std::uint64_t esr) noexcept override;
  [[nodiscard]] bool vcpu_fault(std::uint64_t esr) noexcept override;
  [[nodiscard]] bool maintenance(std::int64_t index) noexcept override;
  [[nodiscard]] bool private_interrupt(std::uint32_t intid) noexcept override;
  [[nodiscard]] bool hypervisor_call(std::uint64_t pc) noexcept override;
  [[nodiscard]] bool undefined_instruction(std::uint64_t pc) noexcept override;
  [[nodiscard]] bool other_fault(std::uint64_t label, std::uint64_t pc,
                                 std::uint64_t code) noexcept override;

 private:
  /// Where its registers are; no guest-physical address has the top bit, should there be none.
  [[nodiscard]] static std::uint64_t start_of(GuestRange distributor) noexcept {
    return distributor.size() >= aarch64::Vgic::register_bytes ? distributor.start().value()
                                                               : bit(63);
  }

  [[nodiscard]] aarch64::AfterFault ring(const Doorbell& doorbell, std::uint64_t pc) noexcept;
  [[nodiscard]] aarch64::AfterFault distributor_access(std::uint64_t pc, std::uint64_t offset,
                                                       aarch64::DataAbort abort) noexcept;
  [[nodiscard]] aarch64::AfterFault resume_behind(std::uint64_t pc) noexcept;
  [[nodiscard]] aarch64::AfterFault other_memory_fault(std::uint64_t pc, std::uint64_t address,
                                                       std::uint64_t esr) noexcept;
  [[nodiscard]] aarch64::AfterFault end_of_store(Bus::Window& window,
                                                 aarch64::DataAbort abort) noexcept;
  [[nodiscard]] aarch64::AfterFault plain_access(std::uint64_t address,
                                                 aarch64::DataAbort abort) noexcept;
  [[nodiscard]] bool plain_store(Bus::Window& window, std::uint64_t address,
                                 aarch64::DataAbort abort) noexcept;
  [[nodiscard]] bool plain_load(Bus::Window& window, std::uint64_t offset,
                                aarch64::DataAbort abort) noexcept;
  [[nodiscard]] bool odd_access(std::uint64_t address, aarch64::DataAbort abort) noexcept;
  [[nodiscard]] bool fetch_outside_memory(std::uint64_t pc, std::uint64_t address,
                                          std::uint64_t esr) noexcept;
  [[nodiscard]] bool unclaimed(std::uint64_t address, aarch64::DataAbort abort,
                               std::optional<std::uint64_t> virtual_address) noexcept;
  [[nodiscard]] ExitAction trapped(std::uint64_t esr) noexcept;

  /// What is told to people only once in a guest's life, so that it cannot flood them.
  enum class Remark : std::uint8_t { unclaimed_address, fetch, not_emulated };

  void tell_once(Remark remark, std::string_view what, std::uint64_t address) noexcept;

  Machine& machine_;
  std::uint64_t distributor_start_;
  DoorbellCache doorbells_;
  std::uint32_t told_ = 0;  ///< a bit for each Remark
};

}  // namespace serai::vmm
