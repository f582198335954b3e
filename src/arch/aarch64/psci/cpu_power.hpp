// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/address.hpp"

namespace serai::aarch64 {

/// The state of a vCPU, with the numbers of AFFINITY_INFO.
enum class PowerState : std::uint8_t { on = 0, off = 1, on_pending = 2 };

/// The vCPUs of a VM, as PSCI turns them on.
class CpuPower {
 public:
  /// At least one.
  [[nodiscard]] virtual std::size_t count() const noexcept = 0;

  /// Aff3 to Aff0 of vCPU `cpu` (below `count()`) where MPIDR_EL1 has them; other bits zero.
  [[nodiscard]] virtual std::uint64_t affinity(std::size_t cpu) const noexcept = 0;

  [[nodiscard]] virtual PowerState state(std::size_t cpu) const noexcept = 0;

  /// Starts vCPU `cpu`, which is off, at `entry` in the state that CPU_ON asks for, with `context`
  /// in X0.
  virtual void start(std::size_t cpu, GuestAddress entry, std::uint64_t context) noexcept = 0;

 protected:
  ~CpuPower() = default;
};

/// A VM with one vCPU, which can ask nothing while it is off.
class SingleCpu final : public CpuPower {
 public:
  constexpr explicit SingleCpu(std::uint64_t affinity = 0) noexcept : affinity_(affinity) {}

  [[nodiscard]] std::size_t count() const noexcept override { return 1; }

  [[nodiscard]] std::uint64_t affinity(std::size_t) const noexcept override { return affinity_; }

  [[nodiscard]] PowerState state(std::size_t) const noexcept override { return PowerState::on; }

  void start(std::size_t, GuestAddress, std::uint64_t) noexcept override {}

 private:
  std::uint64_t affinity_;
};

}  // namespace serai::aarch64
