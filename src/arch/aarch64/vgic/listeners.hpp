// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

namespace serai::aarch64 {

/// Who drives a wire that stays masked in the host until the guest is done with its interrupt: a
/// passed-through device, the virtual timer.
class EndOfInterruptListener {
 public:
  /// The guest is done with `intid`, or may take it again after it could not: let the host's
  /// interrupt fire again. Returns the level of the wire as far as it is known: low where a high
  /// one will be reported anew.
  ///
  /// A level-triggered interrupt that the distributor masks is not reported before it is unmasked,
  /// so a wire that stays high cannot make the host fire over and over.
  [[nodiscard]] virtual bool ended(std::uint32_t intid) noexcept = 0;

 protected:
  ~EndOfInterruptListener() = default;
};

/// A wire that can be looked at, so that reads of its pending state are exact.
class LevelSource {
 public:
  /// The level of the wire of `intid` at this moment.
  [[nodiscard]] virtual bool sample(std::uint32_t intid) noexcept = 0;

 protected:
  ~LevelSource() = default;
};

}  // namespace serai::aarch64
