// SPDX-License-Identifier: BSD-2-Clause
//
// What `check` makes of right systems. Every wrong one is a folder of tests/tool/reject.
#include "tool/check/check.hpp"

#include <gtest/gtest.h>

#include "tool/check/checks.hpp"

namespace serai::tool {
namespace {

const std::filesystem::path source = SERAI_SOURCE;
const std::filesystem::path files = source / "tests" / "tool" / "files";

/// Checks a system file with this text, as if it lay beside the test files.
std::optional<CheckedSystem> check_text(const std::string& text, Diagnostics& diagnostics) {
  const auto file = std::make_shared<const SourceFile>("s.toml", files, text);
  const auto model = read_system(file, diagnostics);
  const auto board = model ? find_board(model->board, source, diagnostics) : std::nullopt;
  return board ? check(*model, *board, diagnostics) : std::nullopt;
}

CheckedVm check_vm(const std::string& keys) {
  Diagnostics diagnostics;
  const auto system = check_text("[vm.linux]\nkernel = \"Image\"\n" + keys, diagnostics);
  EXPECT_TRUE(system.has_value());
  return system ? system->vms.at(0) : CheckedVm();
}

TEST(Check, FillsInDefaults) {
  const CheckedVm vm = check_vm("");
  EXPECT_EQ(vm.name, "linux");
  EXPECT_EQ(vm.memory, 256U << 20);
  EXPECT_EQ(vm.vcpus, 1U);
  EXPECT_EQ(vm.priority, 50U);
  EXPECT_EQ(vm.budget_us, vm.period_us);
  EXPECT_TRUE(vm.pl011);
  EXPECT_TRUE(vm.pl031);
  EXPECT_EQ(vm.epoch_seconds, 0U);
  EXPECT_EQ(vm.unclaimed, config::UnclaimedPolicy::inject_abort);
  EXPECT_EQ(vm.kernel.format, KernelFormat::linux_image);
  EXPECT_FALSE(vm.initrd || vm.overlay || vm.load);
}

TEST(Check, APeriodAloneIsNoLimit) {
  const CheckedVm vm = check_vm("period = \"7ms\"\n");
  EXPECT_EQ(vm.period_us, 7000U);
  EXPECT_EQ(vm.budget_us, 7000U);
}

TEST(Check, TakesTheLargestAndTheSmallest) {
  EXPECT_EQ(check_vm("memory = \"2M\"\n").memory, 2U << 20);
  EXPECT_EQ(check_vm("memory = \"1G\"\n").memory, 1U << 30);
  EXPECT_EQ(check_vm("cmdline = \"" + std::string(2047, 'x') + "\"\n").cmdline.size(), 2047U);
  const CheckedVm vm = check_vm("budget = \"100us\"\nperiod = \"10s\"\n");
  EXPECT_EQ(vm.budget_us, 100U);
  EXPECT_EQ(vm.period_us, 10'000'000U);
}

TEST(Check, PassthroughTakesThePlaceOfEmulation) {
  const CheckedVm uart = check_vm("[[vm.linux.passthrough]]\ndevice = \"uart\"\n");
  EXPECT_FALSE(uart.pl011);
  EXPECT_TRUE(uart.pl031);
  const CheckedVm rtc = check_vm("[[vm.linux.passthrough]]\ndevice = \"rtc\"\n");
  EXPECT_TRUE(rtc.pl011);
  EXPECT_FALSE(rtc.pl031);
  EXPECT_EQ(rtc.passthrough.at(0).intid, 34U);
}

TEST(Check, WarnsWhoeverTakesTheConsole) {
  Diagnostics diagnostics;
  const auto system = check_text(
      "[vm.a]\nkernel = \"Image\"\n[[vm.a.passthrough]]\ndevice = \"uart\"\n", diagnostics);
  ASSERT_TRUE(system);
  EXPECT_TRUE(system->is_passed_through("uart"));
  EXPECT_FALSE(system->is_passed_through("rtc"));
  ASSERT_EQ(diagnostics.sorted().size(), 1U);
  EXPECT_EQ(diagnostics.sorted()[0].code, "W0211");
}

TEST(Check, GoesOnAfterAnError) {
  Diagnostics diagnostics;
  EXPECT_FALSE(
      check_text("[vm.a]\nkernel = \"no\"\nmemory = 5\n[vm.B]\nkernel = \"Image\"\n", diagnostics));
  EXPECT_EQ(diagnostics.error_count(), 3U);
}

TEST(Check, CompilesAnOverlayOrTakesItAsItIs) {
  const CheckedVm vm = check_vm("dtb_overlay = \"overlay.dtso\"\n");
  ASSERT_TRUE(vm.overlay);
  ASSERT_GE(vm.overlay->bytes.size(), 4U);
  EXPECT_EQ(vm.overlay->bytes[0], std::byte{0xd0});
  Diagnostics diagnostics;
  EXPECT_EQ(compile_overlay(*vm.overlay, diagnostics), vm.overlay->bytes);
}

}  // namespace
}  // namespace serai::tool
