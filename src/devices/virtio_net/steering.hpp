// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace serai::virtio_net {

/// Which queue pair receives a flow: the one on which the driver last transmitted it (VirtIO 1.2,
/// 5.1.6.5.5); the first pair for those it never did.
class Steering {
 public:
  void reset() noexcept { pairs_.fill(0); }

  void transmitted(std::uint32_t flow, std::uint16_t pair) noexcept {
    pairs_[flow % pairs_.size()] = static_cast<std::uint8_t>(pair);
  }

  /// The pair for a flow, below `pairs`.
  [[nodiscard]] std::uint16_t pair_for(std::uint32_t flow, std::uint16_t pairs) const noexcept {
    const std::uint16_t pair = pairs_[flow % pairs_.size()];
    return pair < pairs ? pair : 0;
  }

 private:
  static constexpr std::size_t flows = 256;

  std::array<std::uint8_t, flows> pairs_{};
};

}  // namespace serai::virtio_net
