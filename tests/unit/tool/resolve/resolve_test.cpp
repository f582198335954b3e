// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/resolve.hpp"

#include <gtest/gtest.h>

#include "config/view.hpp"
#include "resolved.hpp"

namespace serai::tool {
namespace {

constexpr const char* one_vm = "[vm.linux]\nkernel = \"Image\"\ninitrd = \"initrd\"\n";

ResolvedSystem resolved(const std::string& text, const ResolveOptions& options = {}) {
  Diagnostics diagnostics;
  auto system = resolve_text(text, diagnostics, options);
  EXPECT_TRUE(system.has_value());
  return system.value_or(ResolvedSystem());
}

const std::vector<std::byte>& blob_of(const ResolvedSystem& system, const std::string& pd) {
  return pd_named(system, pd).attachments.at(0).bytes;
}

TEST(Resolve, OneVmNeedsThreePds) {
  const ResolvedSystem system = resolved(one_vm);
  ASSERT_EQ(system.pds.size(), 3U);
  const ProtectionDomain& vmm = pd_named(system, "linux_vmm");
  EXPECT_EQ(vmm.program, Program::vmm);
  EXPECT_EQ(vmm.schedule.priority, 101U);
  ASSERT_TRUE(vmm.vm);
  EXPECT_EQ(vmm.vm->schedule.priority, 100U);
  EXPECT_EQ(pd_named(system, "console").schedule.priority, 240U);
  EXPECT_EQ(pd_named(system, "timer").schedule.priority, 250U);
}

TEST(Resolve, TheConfigurationOfAVmmIsRight) {
  const ResolvedSystem system = resolved(one_vm);
  const auto view = config::VmmView::open(blob_of(system, "linux_vmm"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->name(), "linux");
  EXPECT_EQ(view->blob().entry, 0x4000'0000U);
  EXPECT_EQ(view->blob().timer_channel, 0U);
  EXPECT_EQ(view->blob().virtual_timer_intid, 27U);
  EXPECT_EQ(view->blob().physical_timer_intid, 30U);
  ASSERT_EQ(view->memory().size(), 1U);
  EXPECT_EQ(view->memory()[0].vmm_address, config::ram_address + 0x4000'0000U);
  ASSERT_EQ(view->images().size(), 3U);
  EXPECT_EQ(view->images()[1].kind, config::ImageKind::initrd);
  EXPECT_EQ(view->images()[1].size, 22U);
  EXPECT_EQ(view->images()[2].kind, config::ImageKind::device_tree);
  EXPECT_EQ(view->blob().boot_argument, view->images()[2].guest_address);
  ASSERT_EQ(view->devices().size(), 2U);
  EXPECT_EQ(view->devices()[0].kind, config::DeviceKind::pl011);
  EXPECT_EQ(view->devices()[0].serial_queue, 0U);
  EXPECT_EQ(view->devices()[1].kind, config::DeviceKind::pl031);
  ASSERT_EQ(view->serial_queues().size(), 2U);
  EXPECT_EQ(view->blob().log_queue, 1U);
  EXPECT_EQ(view->log_queue()->receive_capacity, 0U);
}

TEST(Resolve, ImagesLieWhereTheConfigurationSays) {
  const ResolvedSystem system = resolved(one_vm);
  const auto view = config::VmmView::open(blob_of(system, "linux_vmm"));
  ASSERT_TRUE(view);
  const auto& attachments = pd_named(system, "linux_vmm").attachments;
  ASSERT_EQ(attachments.size(), view->images().size() + 1);
  EXPECT_EQ(attachments[0].address, config::blob_address);
  for (std::size_t i = 0; i < view->images().size(); ++i) {
    EXPECT_EQ(attachments[i + 1].address, view->images()[i].vmm_address);
    EXPECT_EQ(attachments[i + 1].bytes.size(), view->images()[i].size);
    EXPECT_EQ(attachments[i + 1].address % 0x1000, 0U);
  }
}

TEST(Resolve, BothEndsOfAConsoleMeetInTheSameMemory) {
  const ResolvedSystem system = resolved(one_vm);
  const auto vmm = config::VmmView::open(blob_of(system, "linux_vmm"));
  const auto console = config::ConsoleView::open(blob_of(system, "console"));
  ASSERT_TRUE(vmm && console);
  ASSERT_EQ(console->clients().size(), 1U);
  EXPECT_EQ(config::ConsoleView::name_of(console->clients()[0]), "linux");
  const auto region_at = [&system](const std::string& pd, std::uint64_t address) {
    for (const Mapping& mapping : pd_named(system, pd).mappings) {
      if (mapping.address == address) {
        return mapping.region;
      }
    }
    return system.regions.size();
  };
  const config::SerialQueue& near = vmm->serial_queues()[0];
  const config::SerialQueue& far = console->clients()[0].console;
  EXPECT_EQ(region_at("linux_vmm", near.transmit_queue), region_at("console", far.receive_queue));
  EXPECT_EQ(region_at("linux_vmm", near.transmit_data), region_at("console", far.receive_data));
  EXPECT_EQ(region_at("linux_vmm", near.receive_queue), region_at("console", far.transmit_queue));
  EXPECT_EQ(region_at("linux_vmm", near.receive_data), region_at("console", far.transmit_data));
  EXPECT_LT(region_at("linux_vmm", near.transmit_data), system.regions.size());
  EXPECT_EQ(near.transmit_capacity, far.receive_capacity);
  EXPECT_EQ(near.receive_capacity, far.transmit_capacity);
  EXPECT_EQ(console->blob().uart_address, config::devices_address);
}

TEST(Resolve, TimerClientsComeFirstThenItsInterrupts) {
  const ResolvedSystem system =
      resolved("[vm.b]\nkernel = \"Image\"\n[vm.a]\nkernel = \"Image\"\n");
  const auto view = config::TimerView::open(blob_of(system, "timer"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->blob().client_count, 2U);
  EXPECT_EQ(view->blob().timer_channel, 2U);
  EXPECT_EQ(view->blob().backstop_channel, 3U);
  EXPECT_EQ(view->blob().backstop_address, config::devices_address);
  std::vector<std::string> clients;
  for (const Channel& channel : system.channels) {
    if (channel.b.pd + 1 == system.pds.size()) {
      EXPECT_EQ(channel.b.id, clients.size());
      EXPECT_TRUE(channel.a.may_call);
      EXPECT_FALSE(channel.a.may_notify);
      EXPECT_FALSE(channel.b.may_call);
      EXPECT_TRUE(channel.b.may_notify);
      clients.push_back(system.pds[channel.a.pd].name);
    }
  }
  EXPECT_EQ(clients, (std::vector<std::string>{"b_vmm", "a_vmm"}));
}

TEST(Resolve, SeveralVmsAreToldApart) {
  const auto flags = [](const std::string& text, bool colour) {
    const ResolvedSystem system = resolved(text, {.colour = colour});
    const auto view = config::ConsoleView::open(blob_of(system, "console"));
    return std::pair(view->has(config::ConsoleFlag::prefix),
                     view->has(config::ConsoleFlag::colour));
  };
  EXPECT_EQ(flags(one_vm, false), std::pair(false, false));
  EXPECT_EQ(flags(one_vm, true), std::pair(false, true));
  EXPECT_EQ(flags("[vm.b]\nkernel = \"Image\"\n[vm.a]\nkernel = \"Image\"\n", true),
            std::pair(true, true));
}

TEST(Resolve, PassthroughOfTheUartLeavesNoConsolePd) {
  const ResolvedSystem system = resolved(
      "[vm.a]\nkernel = \"Image\"\n[[vm.a.passthrough]]\ndevice = \"uart\"\n"
      "[[vm.a.passthrough]]\ndevice = \"rtc\"\n[vm.b]\nkernel = \"Image\"\n");
  EXPECT_FALSE(has_pd(system, "console"));
  EXPECT_EQ(system.warnings.size(), 1U);
  const auto a = config::VmmView::open(blob_of(system, "a_vmm"));
  ASSERT_TRUE(a);
  EXPECT_EQ(a->blob().log_queue, config::no_channel);
  ASSERT_EQ(a->passthrough().size(), 2U);
  EXPECT_EQ(a->passthrough()[0].intid, 33U);
  EXPECT_EQ(a->passthrough()[0].channel, 1U);
  EXPECT_EQ(a->passthrough()[1].intid, 34U);
  EXPECT_TRUE(a->devices().empty());
  const auto b = config::VmmView::open(blob_of(system, "b_vmm"));
  ASSERT_TRUE(b);
  ASSERT_EQ(b->devices().size(), 2U);
  EXPECT_EQ(b->devices()[0].serial_queue, config::no_channel);
  const auto timer = config::TimerView::open(blob_of(system, "timer"));
  ASSERT_TRUE(timer);
  EXPECT_EQ(timer->blob().backstop_address, 0U);
  const std::vector<Mapping>& mappings = pd_named(system, "a_vmm").vm->mappings;
  EXPECT_TRUE(std::ranges::any_of(mappings, [](const Mapping& mapping) {
    return mapping.address == 0x900'0000 && !mapping.cached;
  }));
}

TEST(Resolve, AVmWithoutConsoleStillHasALog) {
  const ResolvedSystem system = resolved("[vm.a]\nkernel = \"Image\"\nconsole = \"none\"\n");
  const auto vmm = config::VmmView::open(blob_of(system, "a_vmm"));
  const auto console = config::ConsoleView::open(blob_of(system, "console"));
  ASSERT_TRUE(vmm && console);
  ASSERT_EQ(vmm->serial_queues().size(), 1U);
  EXPECT_EQ(vmm->blob().log_queue, 0U);
  ASSERT_EQ(console->clients().size(), 1U);
  EXPECT_EQ(console->clients()[0].console.receive_capacity, 0U);
  EXPECT_NE(console->clients()[0].log.receive_capacity, 0U);
}

TEST(Resolve, ClockAndPolicyReachTheVmm) {
  const ResolvedSystem system =
      resolved("[vm.a]\nkernel = \"Image\"\nrtc = 1970-01-02\nunclaimed = \"ignore\"\n");
  const auto view = config::VmmView::open(blob_of(system, "a_vmm"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->devices()[1].epoch_seconds, 86'400U);
  EXPECT_EQ(view->blob().unclaimed, config::UnclaimedPolicy::ignore);
}

TEST(Resolve, WhatThePoolLacksComesFromTheWindow) {
  const ResolvedSystem system = resolved(
      "[vm.a]\nkernel = \"Image\"\nmemory = \"384M\"\n"
      "[vm.b]\nkernel = \"Image\"\nmemory = \"256M\"\n"
      "[vm.c]\nkernel = \"Image\"\nmemory = \"384M\"\n");
  const auto region = [&system](const std::string& name) {
    const auto found = std::ranges::find(system.regions, name, &MemoryRegion::name);
    return found == system.regions.end() ? MemoryRegion() : *found;
  };
  EXPECT_EQ(region("a_ram").size, 384U << 20);
  EXPECT_EQ(region("a_ram_fixed").size, 0U);
  EXPECT_EQ(region("b_ram").size, 128U << 20);
  EXPECT_FALSE(region("b_ram").physical);
  EXPECT_EQ(region("b_ram_fixed").size, 128U << 20);
  EXPECT_EQ(region("b_ram_fixed").physical, 0x4000'0000U);
  EXPECT_EQ(region("c_ram").size, 0U);
  EXPECT_EQ(region("c_ram_fixed").size, 384U << 20);
  EXPECT_EQ(region("c_ram_fixed").physical, 0x4800'0000U);
  const std::vector<Mapping>& mappings = pd_named(system, "b_vmm").vm->mappings;
  EXPECT_EQ(mappings[0].address, 0x4000'0000U);
  EXPECT_EQ(mappings[1].address, 0x4800'0000U);
  const auto view = config::VmmView::open(blob_of(system, "b_vmm"));
  ASSERT_TRUE(view);
  ASSERT_EQ(view->memory().size(), 1U);
  EXPECT_EQ(view->memory()[0].size, 256U << 20);
}

TEST(Resolve, ElfSegmentsKeepTheirPlaces) {
  const ResolvedSystem system = resolved("[vm.a]\nkernel = \"kernel.elf\"\nmemory = \"8M\"\n");
  const auto view = config::VmmView::open(blob_of(system, "a_vmm"));
  ASSERT_TRUE(view);
  EXPECT_EQ(view->blob().entry, 0x4008'0000U);
  EXPECT_EQ(view->images()[0].guest_address, 0x4008'0000U);
  EXPECT_EQ(view->images()[0].size + view->images()[0].zero_bytes, 0x100U);
  EXPECT_EQ(view->images()[1].guest_address, 0x4020'0000U);
}

}  // namespace
}  // namespace serai::tool
