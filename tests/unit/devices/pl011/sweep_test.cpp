// SPDX-License-Identifier: BSD-2-Clause
#include <set>

#include "devices/pl011/pl011.hpp"
#include "support/fake_interrupt_controller.hpp"
#include "support/fake_serial_backend.hpp"
#include "support/register_sweep.hpp"

namespace serai::pl011 {
namespace {

TEST(Pl011Sweep, EveryAccessHasADefinedResult) {
  test::FakeSerialBackend backend;
  test::FakeInterruptController gic;
  Pl011 uart(backend, IrqLine(gic, 33));
  test::sweep_registers(uart, Pl011::window_bytes);
}

TEST(Pl011Sweep, ReservedAddressesReadZeroAndStaySo) {
  test::FakeSerialBackend backend;
  test::FakeInterruptController gic;
  Pl011 uart(backend, IrqLine(gic, 33));
  const std::set<std::uint64_t> used = {0x00, 0x04, 0x18, 0x20, 0x24, 0x28, 0x2c,
                                        0x30, 0x34, 0x38, 0x3c, 0x40, 0x44, 0x48};
  for (std::uint64_t offset = 0; offset < 0xfe0; offset += 4) {
    if (!used.contains(offset)) {
      ASSERT_TRUE(uart.write(offset, AccessSize::word, 0xffff'ffff));
      EXPECT_EQ(uart.read(offset, AccessSize::word).value(), 0U) << std::hex << offset;
    }
  }
  EXPECT_EQ(backend.sent, "");
}

}  // namespace
}  // namespace serai::pl011
