// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serai::tool {
namespace {

using testing::ElementsAre;

struct Read {
  std::optional<SystemModel> model;
  Diagnostics diagnostics;
};

Read read(const std::string& text) {
  Read result;
  result.model =
      read_system(std::make_shared<const SourceFile>("s.toml", "", text), result.diagnostics);
  return result;
}

std::vector<std::string> codes(const Diagnostics& diagnostics) {
  std::vector<std::string> result;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    result.push_back(diagnostic.code);
  }
  return result;
}

TEST(ReadSystem, LeavesOutWhatIsNotWritten) {
  const Read result = read("[vm.linux]\nkernel = \"k\"\n");
  ASSERT_TRUE(result.model);
  EXPECT_FALSE(result.diagnostics.has_errors());
  EXPECT_EQ(result.model->board.value, default_board);
  ASSERT_EQ(result.model->vms.size(), 1U);
  const VmModel& vm = result.model->vms.front();
  EXPECT_EQ(vm.name.value, "linux");
  EXPECT_EQ(vm.name.where.line, 1U);
  EXPECT_EQ(vm.name.where.column, 5U);
  EXPECT_EQ(vm.kernel->value, "k");
  EXPECT_EQ(vm.kernel->where.line, 2U);
  EXPECT_EQ(vm.kernel->where.column, 10U);
  EXPECT_EQ(vm.kernel->where.length, 3U);
  EXPECT_FALSE(vm.memory || vm.initrd || vm.cmdline || vm.vcpus || vm.priority || vm.budget_us ||
               vm.period_us || vm.console || vm.raw || vm.load || vm.dtb_overlay || vm.unclaimed ||
               vm.rtc);
}

TEST(ReadSystem, TakesEveryKey) {
  const Read result = read(R"([system]
board = "other"
[vm.a]
kernel = "k"
initrd = "i"
cmdline = "c"
memory = "2M"
vcpus = 1
priority = 100
budget = "1ms"
period = "2ms"
console = "none"
format = "raw"
load = 0x40000000
dtb_overlay = "o"
unclaimed = "stop"
rtc = 2000-01-01T01:00:00+01:00
[[vm.a.passthrough]]
device = "x"
[[vm.a.passthrough]]
device = "y"
)");
  ASSERT_TRUE(result.model);
  EXPECT_THAT(codes(result.diagnostics), ElementsAre());
  EXPECT_EQ(result.model->board.value, "other");
  const VmModel& vm = result.model->vms.at(0);
  EXPECT_EQ(vm.initrd->value, "i");
  EXPECT_EQ(vm.cmdline->value, "c");
  EXPECT_EQ(vm.memory->value, 2U << 20);
  EXPECT_EQ(vm.vcpus->value, 1);
  EXPECT_EQ(vm.priority->value, 100U);
  EXPECT_EQ(vm.budget_us->value, 1000U);
  EXPECT_EQ(vm.period_us->value, 2000U);
  EXPECT_EQ(vm.console->value, ConsoleKind::none);
  EXPECT_TRUE(vm.raw->value);
  EXPECT_EQ(vm.load->value, 0x4000'0000U);
  EXPECT_EQ(vm.dtb_overlay->value, "o");
  EXPECT_EQ(vm.unclaimed->value, config::UnclaimedPolicy::stop);
  EXPECT_EQ(vm.rtc->value, 946'684'800U);
  ASSERT_EQ(vm.passthrough.size(), 2U);
  EXPECT_EQ(vm.passthrough[0].value, "x");
  EXPECT_EQ(vm.passthrough[1].value, "y");
}

TEST(ReadSystem, KeepsTheOrderOfTheFile) {
  const Read result = read("[vm.z]\nkernel='k'\n[vm.a]\nkernel='k'\n[vm.m]\nkernel='k'\n");
  std::vector<std::string> names;
  for (const VmModel& vm : result.model->vms) {
    names.push_back(vm.name.value);
  }
  EXPECT_THAT(names, ElementsAre("z", "a", "m"));
}

TEST(ReadSystem, TakesTruthForConsoleAndClock) {
  const Read on = read("[vm.a]\nkernel='k'\nconsole=true\nrtc=true\n");
  EXPECT_EQ(on.model->vms[0].console->value, ConsoleKind::pl011);
  EXPECT_EQ(on.model->vms[0].rtc->value, 0U);
  const Read off = read("[vm.a]\nkernel='k'\nconsole=false\nrtc=false\n");
  EXPECT_EQ(off.model->vms[0].console->value, ConsoleKind::none);
  EXPECT_EQ(off.model->vms[0].rtc->value, std::nullopt);
}

TEST(ReadSystem, ReadsClocksAsUtc) {
  const auto epoch = [](const std::string& date) {
    const Read result = read("[vm.a]\nkernel='k'\nrtc=" + date + "\n");
    return result.model->vms[0].rtc ? result.model->vms[0].rtc->value : std::nullopt;
  };
  EXPECT_EQ(epoch("1970-01-01"), 0U);
  EXPECT_EQ(epoch("1970-01-02"), 86'400U);
  EXPECT_EQ(epoch("1970-01-01T00:00:01"), 1U);
  EXPECT_EQ(epoch("1970-01-01T00:00:01Z"), 1U);
  EXPECT_EQ(epoch("1969-12-31T23:00:00-01:00"), 0U);
  EXPECT_EQ(epoch("2106-02-07T06:28:15Z"), 0xffff'ffffU);
  EXPECT_EQ(epoch("2106-02-07T06:28:16Z"), std::nullopt);
}

TEST(ReadSystem, ReportsEveryMistakeAtOnce) {
  const Read result = read("[vm.a]\nkernel = 1\nmemory = 'x'\nfoo = 1\n[other]\n");
  EXPECT_THAT(codes(result.diagnostics), ElementsAre("E0102", "E0106", "E0101", "E0101"));
}

TEST(ReadSystem, AsksForAKernelOnlyWhereNoneWasMeant) {
  EXPECT_THAT(codes(read("[vm.a]\n").diagnostics), ElementsAre("E0103"));
  EXPECT_THAT(codes(read("[vm.a]\nkernal='k'\n").diagnostics), ElementsAre("E0101"));
  EXPECT_THAT(codes(read("[vm.a]\nkernel=1\n").diagnostics), ElementsAre("E0102"));
}

TEST(ReadSystem, StopsAtWhatIsNotToml) {
  const Read result = read("[vm.a\n");
  EXPECT_FALSE(result.model);
  EXPECT_THAT(codes(result.diagnostics), ElementsAre("E0001"));
}

}  // namespace
}  // namespace serai::tool
