// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai {

/// Who is rung by stores whose addresses say all.
class DoorbellTarget {
 public:
  /// A store rang `number`, one of those that this object gave out; perhaps for nothing.
  virtual void ring(std::uint32_t number) noexcept = 0;

 protected:
  ~DoorbellTarget() = default;
};

/// Whom the stores to one address ring, so that it need not be found again for each of them. It
/// holds as long as `is_current`: devices move.
struct Doorbell {
  DoorbellTarget* target = nullptr;    ///< null: there is none
  const std::uint64_t* now = nullptr;  ///< counts the changes of where devices are
  std::uint64_t then = 0;              ///< `*now` when this was found
  std::uint32_t number = 0;            ///< for `DoorbellTarget::ring`

  [[nodiscard]] bool is_current() const noexcept { return *now == then; }
};

/// For a device that does not move.
inline constexpr std::uint64_t never_changes = 0;

}  // namespace serai
