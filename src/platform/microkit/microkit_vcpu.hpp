// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "arch/aarch64/vcpu_port.hpp"

namespace serai::microkit {

/// A vCPU of this PD's virtual machine, by its id there (0 to 61).
class MicrokitVcpu final : public aarch64::VcpuPort {
 public:
  constexpr explicit MicrokitVcpu(std::uint32_t id) noexcept : id_(id) {}

  void read_registers(std::span<std::uint64_t> words) noexcept override;
  void write_registers(std::span<const std::uint64_t> words) noexcept override;
  [[nodiscard]] std::uint64_t read_system(aarch64::SystemRegister reg) noexcept override;
  void write_system(aarch64::SystemRegister reg, std::uint64_t value) noexcept override;
  [[nodiscard]] aarch64::InjectResult inject(std::uint8_t index, std::uint32_t intid,
                                             std::uint8_t priority,
                                             std::uint8_t group) noexcept override;
  [[nodiscard]] bool resume_with(std::span<const std::uint64_t> words,
                                 const aarch64::Injection& injection) noexcept override;
  void acknowledge_private_interrupt(std::uint32_t intid) noexcept override;
  void resume() noexcept override;
  void suspend() noexcept override;

 private:
  void write_context(std::span<const std::uint64_t> words, bool and_resume) const noexcept;

  std::uint32_t id_;
};

}  // namespace serai::microkit
