// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/finish_load.hpp"

#include <gtest/gtest.h>

#include "support/fake_vcpu_port.hpp"

namespace serai::aarch64 {
namespace {

constexpr std::uint64_t ones = ~std::uint64_t{0};

struct Case {
  std::uint64_t data;
  AccessSize size;
  bool extends_sign;
  bool is_64_bit;
  std::uint64_t expected;
};

TEST(FinishLoad, WidthsAndSigns) {
  constexpr std::array cases = {
      Case{ones, AccessSize::byte, false, false, 0xff},
      Case{ones, AccessSize::byte, true, false, 0xffffffff},
      Case{ones, AccessSize::byte, true, true, ones},
      Case{0x7f, AccessSize::byte, true, true, 0x7f},
      Case{0x80, AccessSize::byte, true, true, 0xffffffffffffff80},
      Case{0x180, AccessSize::byte, true, false, 0xffffff80},
      Case{0x8000, AccessSize::half, true, true, 0xffffffffffff8000},
      Case{0x12345678, AccessSize::half, false, false, 0x5678},
      Case{0x80000000, AccessSize::word, true, true, 0xffffffff80000000},
      Case{0x80000000, AccessSize::word, true, false, 0x80000000},
      Case{ones, AccessSize::word, false, true, 0xffffffff},
      Case{ones, AccessSize::double_word, false, true, ones},
      Case{ones, AccessSize::double_word, true, true, ones},
      Case{0x1122334455667788, AccessSize::double_word, false, true, 0x1122334455667788},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(loaded_value(c.data, c.size, c.extends_sign, c.is_64_bit), c.expected)
        << std::hex << c.data << " of " << bytes_of(c.size);
  }
}

TEST(FinishLoad, WritesTheRegisterTheSyndromeNames) {
  serai::test::FakeVcpuPort port;
  Vcpu vcpu(port);
  const DataAbort byte_into_x9(bit(24) | bit(21) | 9U << 16 | bit(15));
  finish_load(vcpu, byte_into_x9, 0x80);
  vcpu.flush();
  EXPECT_EQ(port.x(9), 0xffffffffffffff80);
}

TEST(FinishLoad, DropsALoadIntoTheZeroRegister) {
  serai::test::FakeVcpuPort port;
  Vcpu vcpu(port);
  finish_load(vcpu, DataAbort(bit(24) | 31U << 16), 0x55);
  vcpu.flush();
  EXPECT_TRUE(port.register_writes.empty());
}

TEST(FinishLoad, StoresAreCutToTheirSize) {
  serai::test::FakeVcpuPort port;
  port.x(2) = 0x1122334455667788;
  Vcpu vcpu(port);
  EXPECT_EQ(stored_value(vcpu, DataAbort(bit(24) | 1U << 22 | 2U << 16 | bit(6))), 0x7788U);
  EXPECT_EQ(stored_value(vcpu, DataAbort(bit(24) | 3U << 22 | 31U << 16 | bit(6))), 0U);
}

}  // namespace
}  // namespace serai::aarch64
