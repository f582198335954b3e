// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/qemu.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace serai::tool {
namespace {

using testing::ElementsAre;

BoardFacts board() {
  BoardFacts facts;
  facts.qemu_machine = "virt,virtualization=on,highmem=off,secure=off";
  facts.qemu_cpu = "cortex-a53";
  facts.qemu_memory_bytes = std::uint64_t{2} << 30;
  facts.loader_address = 0x7000'0000;
  return facts;
}

TEST(QemuCommand, BootsTheImageAsTheBoardSays) {
  EXPECT_THAT(
      qemu_command(board(), "/tmp/x/loader.img", {}),
      ElementsAre("qemu-system-aarch64", "-machine",
                  "virt,virtualization=on,highmem=off,secure=off", "-cpu", "cortex-a53", "-m",
                  "2048M", "-nodefaults", "-display", "none", "-monitor", "none", "-serial",
                  "stdio", "-device", "loader,file=/tmp/x/loader.img,addr=0x70000000,cpu-num=0"));
}

TEST(QemuCommand, TakesCommasOptionsAndMore) {
  RunOptions options;
  options.icount = true;
  options.qemu_args = {"-d", "int"};
  const auto command = qemu_command(board(), "/a,b", options);
  const std::vector<std::string> end(command.end() - 5, command.end());
  EXPECT_THAT(end, ElementsAre("loader,file=/a,,b,addr=0x70000000,cpu-num=0", "-icount",
                               "shift=0,sleep=off", "-d", "int"));
}

}  // namespace
}  // namespace serai::tool
