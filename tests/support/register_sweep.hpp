// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <gtest/gtest.h>

#include "core/mmio_device.hpp"

namespace serai::test {

/// Reads and writes a device of 32-bit registers on a narrow bus at every offset of its window, in
/// every width and alignment: aligned accesses of at most four bytes to a register's address are
/// answered, all others refused with the reason; what is read fits the access.
inline void sweep_registers(MmioDevice& device, std::uint64_t window_bytes) {
  constexpr std::array<AccessSize, 4> sizes = {AccessSize::byte, AccessSize::half, AccessSize::word,
                                               AccessSize::double_word};
  constexpr std::array<std::uint64_t, 4> values = {0, ~0ULL, 0x5a5a'5a5a'5a5a'5a5a, 1};
  for (const AccessSize size : sizes) {
    for (std::uint64_t offset = 0; offset + bytes_of(size) <= window_bytes; ++offset) {
      SCOPED_TRACE(testing::Message() << "offset " << offset << ", bytes " << bytes_of(size));
      const auto read = device.read(offset, size);
      const bool answered = size != AccessSize::double_word && offset % 4 == 0;
      ASSERT_EQ(read.has_value(), answered);
      if (answered) {
        ASSERT_EQ(*read, truncate(*read, size));
      } else {
        ASSERT_EQ(read.error(),
                  size == AccessSize::double_word ? Error::unsupported : Error::misaligned);
      }
      for (const std::uint64_t value : values) {
        const auto written = device.write(offset, size, truncate(value, size));
        ASSERT_EQ(written.has_value(), answered);
        if (!answered) {
          ASSERT_EQ(written.error(), read.error());
        }
      }
    }
  }
}

}  // namespace serai::test
