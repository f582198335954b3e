// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/console_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serai::tool {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<WatchedVm> vms(const std::vector<std::string>& names) {
  std::vector<WatchedVm> vms;
  for (const std::string& name : names) {
    vms.push_back({.name = name, .vmm = name + "_vmm"});
  }
  return vms;
}

TEST(ConsoleWatch, SeesEveryVmEnd) {
  ConsoleWatch watch(vms({"linux", "probe"}), {});
  watch.feed("booting\r\n[serai linux] off\r\n");
  EXPECT_FALSE(watch.all_ended());
  EXPECT_THAT(watch.running(), ElementsAre("probe"));
  watch.feed("[serai probe] off\r\n");
  EXPECT_TRUE(watch.all_ended());
  EXPECT_THAT(watch.running(), IsEmpty());
  EXPECT_FALSE(watch.trouble().has_value());
}

TEST(ConsoleWatch, WaitsForTheEndOfALine) {
  ConsoleWatch watch(vms({"linux"}), {});
  watch.feed("[serai linux] of");
  watch.feed("f");
  EXPECT_FALSE(watch.all_ended());
  watch.feed("\r");
  EXPECT_TRUE(watch.all_ended());
}

TEST(ConsoleWatch, CountsAVmOnce) {
  ConsoleWatch watch(vms({"a", "b"}), {});
  watch.feed("[serai a] off\n[serai a] off\n");
  EXPECT_FALSE(watch.all_ended());
}

TEST(ConsoleWatch, KeepsTheReasonOfAStop) {
  ConsoleWatch watch(vms({"a", "b"}), {});
  watch.feed("[serai b] stopped: it wrote to nowhere\r\n[serai a] off\r\n");
  EXPECT_TRUE(watch.all_ended());
  EXPECT_EQ(watch.trouble(), "VM 'b' was stopped: it wrote to nowhere");
}

TEST(ConsoleWatch, KnowsAFailedVmm) {
  for (const char* line :
       {"testbed: PD 'a_vmm' is stopped: it may not access address 0x0 at PC 0x0\r\n",
        "MON|ERROR: faulting PD: a_vmm\n"}) {
    ConsoleWatch watch(vms({"a", "b"}), {});
    watch.feed(line);
    EXPECT_FALSE(watch.all_ended());
    EXPECT_THAT(watch.running(), ElementsAre("b"));
    watch.feed("[serai a] off\n[serai b] off\n");
    EXPECT_TRUE(watch.all_ended());
    EXPECT_EQ(watch.trouble(), "VM 'a' was stopped: its VMM failed");
  }
}

TEST(ConsoleWatch, KnowsWhatNoVmSurvives) {
  ConsoleWatch watch(vms({"a"}), {});
  watch.feed("testbed: PD 'timer' is stopped: it made call number -9\r\n");
  EXPECT_TRUE(watch.all_ended());
  EXPECT_EQ(watch.trouble(), "the PD 'timer' failed");
  ConsoleWatch other(vms({"a"}), {});
  other.feed("testbed: no memory\r\ntestbed: the machine is stopped\r\n");
  EXPECT_EQ(other.trouble(), "the testbed stopped the machine");
}

TEST(ConsoleWatch, SeesThroughColours) {
  ConsoleWatch watch(vms({"linux"}), "login:");
  watch.feed("\x1b[1;32m[serai linux]\x1b[0m off\x1b[K\r\nlog\x1b[0min\x1b(:");
  EXPECT_TRUE(watch.all_ended());
  EXPECT_FALSE(watch.text_seen());
  watch.feed("\nlog\x1b[0min:");
  EXPECT_TRUE(watch.text_seen());
}

TEST(ConsoleWatch, IsNotFooledByOtherLines) {
  ConsoleWatch watch(vms({"linux"}), {});
  watch.feed("linux| [serai linux] off\n[serai linux] offline\n[serai linux2] off\n");
  watch.feed("[serai linux]off\n [serai linux] off\n[serai linux] reset\n");
  EXPECT_FALSE(watch.all_ended());
}

TEST(ConsoleWatch, OfNoVmsNeverEnds) {
  ConsoleWatch watch({}, {});
  watch.feed("[serai linux] off\n");
  EXPECT_FALSE(watch.all_ended());
}

TEST(ConsoleWatch, FindsTheTextHoweverItComes) {
  const std::string output = "aab aaab\r\nguest# ";
  for (const std::string text : {"aaab", "guest# ", "b\r\ng", "a"}) {
    for (std::size_t size = 1; size <= output.size(); ++size) {
      ConsoleWatch watch({}, text);
      for (std::size_t at = 0; at < output.size(); at += size) {
        watch.feed(std::string_view(output).substr(at, size));
      }
      EXPECT_TRUE(watch.text_seen()) << text << " in pieces of " << size;
    }
  }
  ConsoleWatch other({}, "aaaab");
  other.feed(output);
  EXPECT_FALSE(other.text_seen());
}

TEST(ConsoleWatch, BearsLinesWithoutEnd) {
  ConsoleWatch watch(vms({"linux"}), {});
  watch.feed(std::string(1'000'000, 'x'));
  watch.feed("\n[serai linux] off\n");
  EXPECT_TRUE(watch.all_ended());
}

}  // namespace
}  // namespace serai::tool
