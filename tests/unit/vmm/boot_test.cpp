// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>

#include "unit/vmm/machine_fixture.hpp"

namespace serai::test {
namespace {

using aarch64::SystemRegister;
namespace slot = aarch64::slot;

bool all_are(std::span<const std::byte> bytes, std::uint8_t value) {
  return std::ranges::all_of(bytes, [value](std::byte byte) { return byte == std::byte{value}; });
}

class Boot : public MachineTest {
 protected:
  void expect_boot_state() {
    EXPECT_EQ(vcpu.context[slot::pc], entry);
    EXPECT_EQ(vcpu.context[slot::x0], tree);
    EXPECT_EQ(vcpu.context[slot::spsr], 0x3c5U);  // EL1h, DAIF set
    for (unsigned number = 1; number < 31; ++number) {
      EXPECT_EQ(vcpu.x(number), 0U) << number;
    }
    EXPECT_EQ(vcpu.system(SystemRegister::vmpidr_el2), 0x8000'0000U);
    EXPECT_EQ(vcpu.system(SystemRegister::sctlr_el1) & 0x1005, 0U);  // M, C, I
    EXPECT_EQ(vcpu.system(SystemRegister::cntv_ctl_el0), 0U);
  }

  void expect_pristine_images() {
    EXPECT_TRUE(all_are({&ram_at(entry), kernel.size()}, 0xaa));
    EXPECT_TRUE(all_are({&ram_at(entry + kernel.size()), kernel_zeros}, 0));
    EXPECT_TRUE(all_are({&ram_at(tree), device_tree.size()}, 0xdd));
  }
};

TEST_F(Boot, WritesTheStateOfTheBootProtocol) {
  vcpu.context.fill(0x55);
  vcpu.system(SystemRegister::sctlr_el1) = ~0ULL;
  vcpu.system(SystemRegister::cntv_ctl_el0) = 1;
  vcpu.running = false;
  ASSERT_TRUE(build().has_value());
  EXPECT_EQ(machine->state(), vmm::VcpuState::off);
  EXPECT_FALSE(vcpu.running);
  machine->start();
  expect_boot_state();
  EXPECT_TRUE(vcpu.running);
  EXPECT_EQ(machine->state(), vmm::VcpuState::running);
}

TEST_F(Boot, CopiesImagesAndCleansThem) {
  ASSERT_TRUE(build().has_value());
  EXPECT_TRUE(all_are({&ram_at(entry), 4}, 0xcc));
  machine->start();
  expect_pristine_images();
  EXPECT_EQ(ram_at(entry - 1), std::byte{0xcc});
  EXPECT_EQ(ram_at(entry + kernel.size() + kernel_zeros), std::byte{0xcc});
  ASSERT_EQ(cache.cleaned.size(), 2U);
  EXPECT_EQ(cache.cleaned[0].data(), &ram_at(entry));
  EXPECT_EQ(cache.cleaned[0].size(), kernel.size() + kernel_zeros);
  EXPECT_EQ(cache.cleaned[1].data(), &ram_at(tree));
}

TEST_F(Boot, RefusesAGuestOfTwoProcessors) {
  configuration.fixed.vcpu_count = 2;
  const auto built = build();
  ASSERT_FALSE(built.has_value());
  EXPECT_EQ(built.error(), Error::unsupported);
}

TEST_F(Boot, RefusesAVirtualTimerElsewhere) {
  configuration.fixed.virtual_timer_intid = 26;
  const auto built = build();
  ASSERT_FALSE(built.has_value());
  EXPECT_EQ(built.error(), Error::unsupported);
}

TEST_F(Boot, SystemOffEndsTheGuest) {
  start();
  enable(level_intid);
  EXPECT_FALSE(smc(0x8400'0008));
  EXPECT_EQ(machine->state(), vmm::VcpuState::off);
  EXPECT_EQ(log.lines, std::vector<std::string>{"off"});
  vcpu.running = false;
  machine->notified(level_channel);
  machine->notified(timer_channel);
  EXPECT_FALSE(vcpu.running);
}

TEST_F(Boot, SystemResetStartsAfresh) {
  start();
  enable(uart_intid);
  enable(level_intid);
  ASSERT_TRUE(store(uart + 0x38, 0x50));
  type("x");
  machine->notified(level_channel);
  ASSERT_EQ(vcpu.copies_of(uart_intid), 1U);
  ASSERT_EQ(vcpu.copies_of(level_intid), 1U);
  std::fill_n(&ram_at(entry), 0x1000, std::byte{0x11});
  std::fill_n(&ram_at(tree), 0x80, std::byte{0x11});
  vcpu.context.fill(0x77);
  vcpu.running = false;

  EXPECT_FALSE(smc(0x8400'0009));

  EXPECT_EQ(log.lines, std::vector<std::string>{"reset by the guest"});
  EXPECT_EQ(machine->state(), vmm::VcpuState::running);
  EXPECT_TRUE(vcpu.running);
  expect_boot_state();
  expect_pristine_images();
  EXPECT_EQ(vcpu.copies_of(uart_intid), 0U);
  EXPECT_EQ(vcpu.copies_of(level_intid), 0U);
  EXPECT_FALSE(vcpu.guest_is_interrupted());
  EXPECT_EQ(signals.acknowledged[level_channel], 1);
  EXPECT_EQ(loaded(uart + 0x38), 0U);
  EXPECT_EQ(loaded(distributor), 0U);
  EXPECT_EQ(loaded(distributor + 0x104), 0U);
}

TEST_F(Boot, ARestartedGuestIsInterruptedAgain) {
  start();
  enable(level_intid);
  machine->notified(level_channel);
  EXPECT_FALSE(smc(0x8400'0009));
  enable(level_intid);
  EXPECT_EQ(vcpu.copies_of(level_intid), 0U);
  machine->notified(level_channel);
  EXPECT_EQ(serve_interrupt(), level_intid);
  EXPECT_EQ(signals.acknowledged[level_channel], 2);
}

}  // namespace
}  // namespace serai::test
