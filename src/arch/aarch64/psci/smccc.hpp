// SPDX-License-Identifier: BSD-2-Clause
//
// How an SMC or HVC passes its arguments and results: the SMC Calling Convention 1.2 (DEN 0028).
#pragma once

#include <array>
#include <cstdint>

#include "arch/aarch64/vcpu.hpp"
#include "base/bits.hpp"
#include "core/exit_action.hpp"

namespace serai::aarch64 {

/// Return codes of SMCCC and PSCI.
enum class CallStatus : std::int32_t {
  success = 0,
  not_supported = -1,
  invalid_parameters = -2,
  denied = -3,
  already_on = -4,
  on_pending = -5,
  internal_failure = -6,
  not_present = -7,
  disabled = -8,
  invalid_address = -9,
};

/// A code as X0 carries it. Its sign fills the register after 32-bit calls too, so that callers
/// that look at X0 and callers that look at W0 both see the code.
[[nodiscard]] constexpr std::uint64_t call_result(CallStatus status) noexcept {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(status));
}

/// One call in progress: its function identifier, its arguments, its results. Registers that hold
/// no result keep their values.
// Guest-controlled: every register.
class FirmwareCall {
 public:
  FirmwareCall(Vcpu& vcpu, std::uint32_t function) noexcept : vcpu_(vcpu), function_(function) {}

  /// W0.
  [[nodiscard]] std::uint32_t function() const noexcept { return function_; }

  /// Bit 30 of the function identifier: the arguments are whole X registers.
  [[nodiscard]] bool is_64_bit() const noexcept { return test_bit(function_, 30); }

  /// Argument 1 to 3: X1 to X3, of which a 32-bit call uses the lower halves.
  [[nodiscard]] std::uint64_t argument(unsigned number) noexcept {
    const std::uint64_t value = vcpu_.x(number);
    return is_64_bit() ? value : value & low_mask(32);
  }

  ExitAction answer(std::uint64_t x0) noexcept {
    vcpu_.set_x(0, x0);
    return ExitAction::resume;
  }

  ExitAction answer(CallStatus status) noexcept { return answer(call_result(status)); }

  /// Results in W0 and W1.
  ExitAction answer(std::uint32_t w0, std::uint32_t w1) noexcept {
    vcpu_.set_x(1, w1);
    return answer(std::uint64_t{w0});
  }

  /// Results in W0 to W3.
  ExitAction answer(const std::array<std::uint32_t, 4>& words) noexcept {
    vcpu_.set_x(3, words[3]);
    vcpu_.set_x(2, words[2]);
    return answer(words[0], words[1]);
  }

 private:
  Vcpu& vcpu_;
  std::uint32_t function_;
};

/// Answers the calls of SMCCC itself and of the hypervisor that speaks it; `not_supported` for
/// every other function.
ExitAction answer_smccc(FirmwareCall& call) noexcept;

/// Function identifiers outside PSCI.
namespace smccc {
inline constexpr std::uint32_t version = 0x80000000;
inline constexpr std::uint32_t arch_features = 0x80000001;
inline constexpr std::uint32_t arch_soc_id = 0x80000002;
inline constexpr std::uint32_t arch_workaround_2 = 0x80007fff;
inline constexpr std::uint32_t arch_workaround_1 = 0x80008000;
inline constexpr std::uint32_t arch_workaround_3 = 0x80003fff;
inline constexpr std::uint32_t hypervisor_uid = 0x8600ff01;
inline constexpr std::uint32_t hypervisor_revision = 0x8600ff03;

/// Version 1.2.
inline constexpr std::uint32_t offered_version = 0x10002;
}  // namespace smccc

/// Identifies Serai to its guests, c3a5d9f2-6e0b-4d47-9b1c-52e1a86f0d73: W0 to W3 of the UID call,
/// each with its first byte lowest.
inline constexpr std::array<std::uint32_t, 4> hypervisor_uid_words = {0xf2d9a5c3, 0x474d0b6e,
                                                                      0xe1521c9b, 0x730d6fa8};

}  // namespace serai::aarch64
