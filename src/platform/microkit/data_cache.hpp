// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include "core/ports.hpp"

namespace serai::microkit {

/// The data cache, by the maintenance instructions that user programs may use.
class DataCache final : public CachePort {
 public:
  void clean(std::span<const std::byte> bytes) noexcept override;
};

}  // namespace serai::microkit
