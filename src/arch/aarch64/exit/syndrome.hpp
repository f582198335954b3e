// SPDX-License-Identifier: BSD-2-Clause
//
// ESR_EL2 as the Arm ARM (DDI 0487) names its fields. Nothing here fails or asserts for any value.
#pragma once

#include <cstdint>

#include "arch/aarch64/exit/exception_class.hpp"
#include "arch/aarch64/exit/fault_status.hpp"
#include "base/bits.hpp"
#include "core/access.hpp"

namespace serai::aarch64 {

/// The fields that every syndrome has.
// Guest-controlled: a guest chooses which instruction exits.
class Syndrome {
 public:
  constexpr explicit Syndrome(std::uint64_t esr) noexcept : esr_(esr) {}

  [[nodiscard]] constexpr std::uint64_t value() const noexcept { return esr_; }

  /// EC.
  [[nodiscard]] constexpr ExceptionClass exception_class() const noexcept {
    return static_cast<ExceptionClass>(extract(esr_, 26, 6));
  }

  /// IL: the instruction has four bytes; false for a T32 instruction of two.
  [[nodiscard]] constexpr bool is_long_instruction() const noexcept { return test_bit(esr_, 25); }

  /// ISS, without ISS2.
  [[nodiscard]] constexpr std::uint32_t iss() const noexcept {
    return static_cast<std::uint32_t>(extract(esr_, 0, 25));
  }

  friend constexpr bool operator==(Syndrome, Syndrome) noexcept = default;

 private:
  std::uint64_t esr_;
};

/// The syndrome of a data abort; each field is decoded when asked for, so that the common exit pays
/// for no more than it needs.
class DataAbort : public Syndrome {
 public:
  using Syndrome::Syndrome;

  /// The bits that `is_plain_access` looks at.
  static constexpr std::uint64_t plain_access_bits =
      (low_mask(6) << 26) | bit(24) | bit(9) | bit(8) | bit(7) | (low_mask(2) << 4);

  /// What they must be.
  static constexpr std::uint64_t plain_access =
      (std::uint64_t{static_cast<std::uint8_t>(ExceptionClass::data_abort_lower)} << 26) | bit(24);

  /// Whether this is a load or store of one general register that the syndrome tells completely and
  /// that simply hit an address without memory: a data abort from a lower exception level with ISV,
  /// no cache maintenance, not on a table walk, and an address-size, translation, access-flag or
  /// permission fault. One mask and one compare.
  [[nodiscard]] constexpr bool is_plain_access() const noexcept {
    return (value() & plain_access_bits) == plain_access;
  }

  /// ISV: SAS, SSE, SRT, SF and AR are valid.
  [[nodiscard]] constexpr bool has_valid_syndrome() const noexcept { return test_bit(value(), 24); }

  /// SAS.
  [[nodiscard]] constexpr AccessSize size() const noexcept {
    return static_cast<AccessSize>(1U << extract(value(), 22, 2));
  }

  /// SSE: a load extends the sign of its data.
  [[nodiscard]] constexpr bool extends_sign() const noexcept { return test_bit(value(), 21); }

  /// SRT, 0 to 31; 31 is the zero register.
  [[nodiscard]] constexpr unsigned register_number() const noexcept {
    return static_cast<unsigned>(extract(value(), 16, 5));
  }

  /// SF: the register is 64 bits wide.
  [[nodiscard]] constexpr bool is_64_bit_register() const noexcept { return test_bit(value(), 15); }

  /// AR.
  [[nodiscard]] constexpr bool is_acquire_or_release() const noexcept {
    return test_bit(value(), 14);
  }

  /// FnV: FAR_EL2 does not hold the address (only after a synchronous external abort).
  [[nodiscard]] constexpr bool has_no_address() const noexcept { return test_bit(value(), 10); }

  /// EA.
  [[nodiscard]] constexpr bool is_external() const noexcept { return test_bit(value(), 9); }

  /// CM: a cache maintenance instruction or an address translation instruction, no load or store.
  [[nodiscard]] constexpr bool is_cache_maintenance() const noexcept {
    return test_bit(value(), 8);
  }

  /// S1PTW: the fault hit a walk of the guest's own tables, not the access itself.
  [[nodiscard]] constexpr bool is_on_table_walk() const noexcept { return test_bit(value(), 7); }

  /// WnR.
  [[nodiscard]] constexpr bool is_write() const noexcept { return test_bit(value(), 6); }

  /// DFSC.
  [[nodiscard]] constexpr FaultStatus status() const noexcept {
    return static_cast<FaultStatus>(extract(value(), 0, 6));
  }
};

/// The syndrome of an instruction abort.
class InstructionAbort : public Syndrome {
 public:
  using Syndrome::Syndrome;

  /// FnV.
  [[nodiscard]] constexpr bool has_no_address() const noexcept { return test_bit(value(), 10); }

  /// EA.
  [[nodiscard]] constexpr bool is_external() const noexcept { return test_bit(value(), 9); }

  /// S1PTW.
  [[nodiscard]] constexpr bool is_on_table_walk() const noexcept { return test_bit(value(), 7); }

  /// IFSC.
  [[nodiscard]] constexpr FaultStatus status() const noexcept {
    return static_cast<FaultStatus>(extract(value(), 0, 6));
  }
};

}  // namespace serai::aarch64
