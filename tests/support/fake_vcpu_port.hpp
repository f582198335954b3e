// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "arch/aarch64/register_file.hpp"
#include "arch/aarch64/vcpu_port.hpp"

namespace serai::test {

/// A vCPU as seL4 offers it to its VMM, with the guest's side played by the test: the context, the
/// system registers, list registers behind a virtual CPU interface with GICv2's priorities, and
/// private interrupts that stay masked from their event until they are acknowledged.
///
/// It imitates what is awkward in seL4: list registers are write-only; whether one is active is
/// judged by a copy from the time when the vCPU was last switched out; an end of interrupt that
/// finds no list register raises no event.
class FakeVcpuPort final : public aarch64::VcpuPort {
 public:
  static constexpr std::size_t most_list_registers = 64;

  enum class State : std::uint8_t { invalid, pending, active };

  struct ListRegister {
    State state = State::invalid;
    std::uint32_t intid = 0;
    std::uint8_t priority = 0;
    std::uint8_t group = 0;
  };

  struct Injection {
    std::uint8_t index = 0;
    std::uint32_t intid = 0;
    std::uint8_t priority = 0;
    std::uint8_t group = 0;
    aarch64::InjectResult result = aarch64::InjectResult::done;
  };

  explicit FakeVcpuPort(std::size_t list_registers = 4);

  // What the VMM asks.
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

  void resume() noexcept override { running = true; }

  void suspend() noexcept override { running = false; }

  // What the guest does at its CPU interface.

  /// GICC_IAR: makes the most urgent pending interrupt active; 1023 when none may be signalled.
  std::uint32_t guest_acknowledges();

  /// Whether the guest's IRQ input is high.
  [[nodiscard]] bool guest_is_interrupted() const { return best_pending().has_value(); }

  /// GICC_EOIR: drops the running priority and ends the interrupt. The index of the maintenance
  /// event it raises, if any.
  std::optional<std::uint8_t> guest_ends(std::uint32_t intid);

  // What the kernel does.

  /// Another vCPU runs in between: the kernel's copy of the list registers is brought up to date.
  void switched_out() { shadow_ = registers_; }

  /// A private interrupt fires if it is not masked; masks it. Whether there is an event.
  bool private_interrupt_fires(std::uint32_t intid);

  [[nodiscard]] bool is_private_interrupt_masked(std::uint32_t intid) const {
    return masked_.at(intid);
  }

  // What a test looks at or sets.

  [[nodiscard]] std::span<const ListRegister> list_registers() const {
    return std::span(registers_).first(count_);
  }

  /// A system register, to look at or to set.
  [[nodiscard]] std::uint64_t& system(aarch64::SystemRegister reg) {
    return system_.at(static_cast<std::size_t>(reg));
  }

  /// X0 to X30 in `context`.
  [[nodiscard]] std::uint64_t& x(unsigned number) {
    return context.at(aarch64::slot_of_register.at(number));
  }

  /// How many list registers hold `intid`, pending or active.
  [[nodiscard]] std::size_t copies_of(std::uint32_t intid) const;

  /// All calls of `inject`, oldest first; a test may clear it.
  std::vector<Injection> injections;
  /// All acknowledged private interrupts, oldest first.
  std::vector<std::uint32_t> acknowledged;
  aarch64::Context context{};
  /// GICC_PMR as a 5-bit priority: only more urgent ones are signalled.
  std::uint8_t priority_mask = 31;
  bool running = true;
  /// Words moved by the register calls, in the order of the calls.
  std::vector<std::size_t> register_reads;
  std::vector<std::size_t> register_writes;

 private:
  static constexpr std::uint8_t idle_priority = 0xff;

  [[nodiscard]] std::optional<std::size_t> best_pending() const;
  [[nodiscard]] std::uint8_t running_priority() const;

  std::size_t count_;
  std::array<ListRegister, most_list_registers> registers_{};
  std::array<ListRegister, most_list_registers> shadow_{};
  std::vector<std::uint8_t> active_priorities_;
  std::array<bool, 32> masked_{};
  std::array<std::uint64_t, 32> system_{};
};

}  // namespace serai::test
