// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/bits.hpp"

namespace serai::testbed {

/// What seL4 answers to an injection (values of seL4_Error).
enum class InjectAnswer : std::uint8_t { done = 0, range_error = 4, delete_first = 8 };

/// An injection as a VMM asks for it: all fields as wide as the message has room for.
struct Injection {
  std::uint32_t intid = 0;
  std::uint32_t priority = 0;
  std::uint32_t group = 0;
  std::uint32_t index = 0;
};

/// The answer, and for a range error the largest value that the wrong field may have.
struct InjectCheck {
  InjectAnswer answer = InjectAnswer::done;
  std::uint32_t most = 0;
};

/// Fields of GICH_LRn (GIC architecture v2, 5.3.7) and the value that seL4 writes: pending, the EOI
/// maintenance interrupt always requested, never tied to a physical interrupt.
namespace list_register {
inline constexpr std::uint32_t eoi_request = 1U << 19;
inline constexpr std::uint32_t state_mask = 3U << 28;
inline constexpr std::uint32_t pending = 1U << 28;
inline constexpr std::uint32_t active = 2U << 28;

constexpr std::uint32_t make_pending(const Injection& injection) noexcept {
  return injection.intid | eoi_request | (injection.priority << 23) | pending |
         (injection.group << 30);
}
}  // namespace list_register

/// seL4's own copy of a vCPU's list registers. While the vCPU is loaded the kernel writes only the
/// hardware's, so this copy is stale: it is refreshed when the vCPU is unloaded, and one register
/// at a time by a maintenance interrupt. Injections are judged by it all the same. Nobody can read
/// it.
class ListRegisterShadow {
 public:
  static constexpr std::size_t most = 4;

  /// Checks an injection as seL4 does: every field's range, then whether the copy of that register
  /// is active. A pending one is overwritten without a word.
  // Guest-controlled: nothing; a VMM chooses all fields.
  [[nodiscard]] constexpr InjectCheck check(const Injection& injection) const noexcept {
    const std::array<Field, 4> fields = {{{injection.intid, 1023},
                                          {injection.priority, 31},
                                          {injection.group, 1},
                                          {injection.index, count_ - 1}}};
    for (const Field& field : fields) {
      if (field.value > field.most) {
        return {InjectAnswer::range_error, field.most};
      }
    }
    const std::uint32_t state = values_[injection.index] & list_register::state_mask;
    return {state == list_register::active ? InjectAnswer::delete_first : InjectAnswer::done, 0};
  }

  [[nodiscard]] constexpr std::uint32_t value(std::size_t index) const noexcept {
    return values_[index];
  }

  constexpr void set(std::size_t index, std::uint32_t value) noexcept { values_[index] = value; }

  /// How many the machine has: at least 1; more than `most` are not used.
  constexpr void set_count(std::uint32_t count) noexcept { count_ = count < most ? count : most; }

  [[nodiscard]] constexpr std::size_t count() const noexcept { return count_; }

 private:
  struct Field {
    std::uint32_t value;
    std::uint32_t most;
  };

  std::array<std::uint32_t, most> values_{};
  std::uint32_t count_ = most;
};

}  // namespace serai::testbed
