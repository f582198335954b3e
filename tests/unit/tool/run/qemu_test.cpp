// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/qemu.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tool/emit/emit.hpp"

namespace serai::tool {
namespace {

using testing::ElementsAre;

ResolvedSystem sample() {
  ResolvedSystem system;
  BoardFacts& facts = system.board;
  facts.qemu_machine = "virt,virtualization=on,highmem=off,secure=off";
  facts.qemu_cpu = "cortex-a53";
  facts.qemu_memory_bytes = std::uint64_t{2} << 30;
  facts.loader_address = 0x7000'0000;
  return system;
}

TEST(QemuCommand, BootsTheImageAsTheBoardSays) {
  EXPECT_THAT(
      qemu_command(sample(), "/tmp/x/loader.img", {}),
      ElementsAre("qemu-system-aarch64", "-machine",
                  "virt,virtualization=on,highmem=off,secure=off", "-cpu", "cortex-a53", "-m",
                  "2048M", "-nodefaults", "-display", "none", "-monitor", "none", "-serial",
                  "stdio", "-device", "loader,file=/tmp/x/loader.img,addr=0x70000000,cpu-num=0"));
}

TEST(QemuCommand, TakesCommasOptionsAndMore) {
  RunOptions options;
  options.icount = true;
  options.qemu_args = {"-d", "int"};
  const auto command = qemu_command(sample(), "/a,b", options);
  const std::vector<std::string> end(command.end() - 5, command.end());
  EXPECT_THAT(end, ElementsAre("loader,file=/a,,b,addr=0x70000000,cpu-num=0", "-icount",
                               "shift=0,sleep=off", "-d", "int"));
}

TEST(QemuCommand, HasTheSystemsDevices) {
  ResolvedSystem system = sample();
  system.qemu_devices = {{.kind = QemuDeviceKind::disk,
                          .id = "disk_root",
                          .bus = "virtio-mmio-bus.0",
                          .file = "/a,b/root.img",
                          .read_only = true,
                          .forwards = {}},
                         {.kind = QemuDeviceKind::network,
                          .id = "uplink_lan",
                          .bus = "virtio-mmio-bus.8",
                          .file = {},
                          .read_only = false,
                          .forwards = {"tcp:127.0.0.1:2222-:22", "udp:127.0.0.1:53-10.0.2.16:53"}},
                         {.kind = QemuDeviceKind::entropy,
                          .id = "entropy",
                          .bus = "virtio-mmio-bus.16",
                          .file = {},
                          .read_only = false,
                          .forwards = {}}};
  const auto command = qemu_command(system, "/i", {});
  const std::vector<std::string> end(command.end() - 12, command.end());
  EXPECT_THAT(
      end,
      ElementsAre("-global", "virtio-mmio.force-legacy=false", "-drive",
                  "file=/a,,b/root.img,if=none,id=disk_root,format=raw,cache=writeback,"
                  "rerror=report,werror=report,readonly=on",
                  "-device", "virtio-blk-device,drive=disk_root,bus=virtio-mmio-bus.0", "-netdev",
                  "user,id=uplink_lan,restrict=on,hostfwd=tcp:127.0.0.1:2222-:22,"
                  "hostfwd=udp:127.0.0.1:53-10.0.2.16:53",
                  "-device", "virtio-net-device,netdev=uplink_lan,bus=virtio-mmio-bus.8", "-device",
                  "virtio-rng-device,bus=virtio-mmio-bus.16"));
  EXPECT_THAT(qemu_device_arguments(system, FileNames::last).at(3),
              testing::StartsWith("file=root.img,"));
}

}  // namespace
}  // namespace serai::tool
