// SPDX-License-Identifier: BSD-2-Clause
#include <cstring>
#include <functional>
#include <gtest/gtest.h>

#include "config/view.hpp"
#include "tool/emit/config_blob.hpp"

namespace serai::config {
namespace {

using tool::VmmConfiguration;

VmmConfiguration good() {
  VmmConfiguration it;
  it.name = "linux";
  it.fixed.vcpu_count = 1;
  it.fixed.unclaimed = UnclaimedPolicy::inject_abort;
  it.fixed.entry = 0x4000'0000;
  it.fixed.boot_argument = 0x4f00'0000;
  it.fixed.timer_channel = 1;
  it.fixed.virtual_timer_intid = 27;
  it.fixed.physical_timer_intid = 30;
  it.fixed.gic_version = 2;
  it.fixed.distributor_address = 0x800'0000;
  it.fixed.distributor_size = 0x1'0000;
  it.fixed.interrupt_count = 256;
  it.fixed.log_queue = 1;
  it.memory = {{0x4000'0000, 0x1000'0000, ram_address + 0x4000'0000}};
  it.images = {{ImageKind::kernel, 0, images_address, 0x4000'0000, 0x200'0000, 0x1'0000},
               {ImageKind::device_tree, 0, images_address + 0x200'0000, 0x4f00'0000, 0x1000, 0}};
  it.devices = {{DeviceKind::pl011, 33, 0x900'0000, 0x1000, 0, 0, 0},
                {DeviceKind::pl031, 34, 0x901'0000, 0x1000, no_channel, 0, 1'700'000'000}};
  const std::uint64_t at = queues_address;
  it.serial_queues = {{at, at + 0x1000, at + 0x2000, at + 0x3000, 0x1000, 0x1000, 0, 0},
                      {at + 0x4000, at + 0x5000, 0, 0, 0x1000, 0, 0, 0}};
  it.passthrough = {{40, 2, Trigger::level, 0}};
  it.fixed.device_memory_size = 0x1000;
  return it;
}

/// Room around and behind the blob, so that its start can be misaligned on purpose.
Result<VmmView> open(const std::vector<std::byte>& blob) {
  return VmmView::open(blob);
}

TEST(VmmView, ShowsWhatTheBuilderWrote) {
  const auto blob = tool::compile(good());
  const auto view = open(blob);
  ASSERT_TRUE(view.has_value()) << static_cast<int>(view.error());
  EXPECT_EQ(view->name(), "linux");
  EXPECT_EQ(view->blob().entry, 0x4000'0000U);
  ASSERT_EQ(view->memory().size(), 1U);
  EXPECT_EQ(view->memory()[0].size, 0x1000'0000U);
  ASSERT_EQ(view->images().size(), 2U);
  EXPECT_EQ(view->images()[1].kind, ImageKind::device_tree);
  ASSERT_EQ(view->devices().size(), 2U);
  EXPECT_EQ(view->devices()[1].epoch_seconds, 1'700'000'000U);
  ASSERT_EQ(view->serial_queues().size(), 2U);
  EXPECT_EQ(view->log_queue(), &view->serial_queues()[1]);
  ASSERT_EQ(view->passthrough().size(), 1U);
  EXPECT_EQ(view->passthrough()[0].intid, 40U);
}

TEST(VmmView, AllowsBytesBehindTheBlob) {
  auto blob = tool::compile(good());
  blob.resize(blob.size() + 4096);
  EXPECT_TRUE(open(blob).has_value());
}

TEST(VmmView, NoLogQueueIsNoQueue) {
  auto configuration = good();
  configuration.fixed.log_queue = no_channel;
  const auto blob = tool::compile(configuration);
  EXPECT_EQ(open(blob)->log_queue(), nullptr);
}

TEST(VmmView, EveryBitOfTheBlobIsGuarded) {
  const auto blob = tool::compile(good());
  for (std::size_t i = 0; i < blob.size() * 8; ++i) {
    auto broken = blob;
    broken[i / 8] ^= std::byte{1} << (i % 8);
    EXPECT_FALSE(open(broken).has_value()) << "bit " << i;
  }
}

TEST(VmmView, EveryTruncationIsRefused) {
  const auto blob = tool::compile(good());
  for (std::size_t length = 0; length < blob.size(); ++length) {
    const auto view = VmmView::open(std::span(blob).first(length));
    EXPECT_EQ(view.error(), Error::out_of_range) << length;
  }
}

TEST(VmmView, RefusesAMisalignedStart) {
  auto blob = tool::compile(good());
  blob.insert(blob.begin(), std::byte{});
  EXPECT_EQ(VmmView::open(std::span(blob).subspan(1)).error(), Error::misaligned);
}

TEST(VmmView, RefusesAnotherKind) {
  const auto blob = tool::compile(good());
  EXPECT_EQ(ConsoleView::open(blob).error(), Error::bad_value);
  EXPECT_EQ(TimerView::open(blob).error(), Error::bad_value);
}

struct HeaderFault {
  const char* what;
  std::function<void(VmmBlob&)> make;
  Error error;
};

class VmmHeaderFault : public testing::TestWithParam<HeaderFault> {};

TEST_P(VmmHeaderFault, IsRefusedThoughTheChecksumIsRight) {
  auto blob = tool::compile(good());
  VmmBlob fixed;
  std::memcpy(&fixed, blob.data(), sizeof fixed);
  GetParam().make(fixed);
  std::memcpy(blob.data(), &fixed, sizeof fixed);
  tool::seal(blob);
  const auto view = open(blob);
  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error(), GetParam().error);
}

const HeaderFault header_faults[] = {
    {"magic", [](VmmBlob& it) { it.header.magic = 1; }, Error::bad_value},
    {"version", [](VmmBlob& it) { it.header.version = version + 1; }, Error::unsupported},
    {"name_empty", [](VmmBlob& it) { it.header.name = {}; }, Error::bad_value},
    {"name_unterminated", [](VmmBlob& it) { it.header.name.fill('a'); }, Error::bad_value},
    {"name_control", [](VmmBlob& it) { it.header.name[0] = '\x1b'; }, Error::bad_value},
    {"name_behind_its_end", [](VmmBlob& it) { it.header.name[30] = 'x'; }, Error::bad_value},
    {"table_misaligned", [](VmmBlob& it) { it.devices.offset += 4; }, Error::misaligned},
    {"table_outside", [](VmmBlob& it) { it.images.offset = 0xffff'fff8; }, Error::out_of_range},
    {"table_count_huge", [](VmmBlob& it) { it.memory.count = 0xffff'ffff; }, Error::out_of_range},
    {"table_one_too_many", [](VmmBlob& it) { it.passthrough.count = 2; }, Error::out_of_range},
};

INSTANTIATE_TEST_SUITE_P(View, VmmHeaderFault, testing::ValuesIn(header_faults),
                         [](const auto& fault) { return fault.param.what; });

struct Fault {
  const char* what;
  std::function<void(VmmConfiguration&)> make;
  Error error;
};

class VmmFault : public testing::TestWithParam<Fault> {};

TEST_P(VmmFault, IsRefused) {
  auto configuration = good();
  GetParam().make(configuration);
  const auto blob = tool::compile(configuration);
  const auto view = open(blob);
  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error(), GetParam().error);
}

using C = VmmConfiguration;
constexpr std::uint64_t top = ~std::uint64_t{0};

const Fault faults[] = {
    {"no_vcpu", [](C& c) { c.fixed.vcpu_count = 0; }, Error::bad_value},
    {"nine_vcpus", [](C& c) { c.fixed.vcpu_count = 9; }, Error::bad_value},
    {"policy", [](C& c) { c.fixed.unclaimed = static_cast<UnclaimedPolicy>(4); }, Error::bad_value},
    {"entry_odd", [](C& c) { c.fixed.entry += 2; }, Error::misaligned},
    {"entry_outside", [](C& c) { c.fixed.entry = 0x5000'0000; }, Error::out_of_range},
    {"tree_outside", [](C& c) { c.fixed.boot_argument = 0x1000; }, Error::out_of_range},
    {"gic", [](C& c) { c.fixed.gic_version = 3; }, Error::unsupported},
    {"interrupts_33", [](C& c) { c.fixed.interrupt_count = 33; }, Error::bad_value},
    {"interrupts_0", [](C& c) { c.fixed.interrupt_count = 0; }, Error::bad_value},
    {"interrupts_1024", [](C& c) { c.fixed.interrupt_count = 1024; }, Error::bad_value},
    {"timer_spi", [](C& c) { c.fixed.virtual_timer_intid = 32; }, Error::bad_value},
    {"timer_sgi", [](C& c) { c.fixed.physical_timer_intid = 15; }, Error::bad_value},
    {"timers_same", [](C& c) { c.fixed.physical_timer_intid = 27; }, Error::bad_value},
    {"distributor_odd", [](C& c) { c.fixed.distributor_address += 8; }, Error::misaligned},
    {"distributor_empty", [](C& c) { c.fixed.distributor_size = 0; }, Error::bad_value},
    {"distributor_in_ram", [](C& c) { c.fixed.distributor_address = 0x4000'0000; }, Error::overlap},
    {"no_memory", [](C& c) { c.memory.clear(); }, Error::not_found},
    {"memory_empty", [](C& c) { c.memory[0].size = 0; }, Error::bad_value},
    {"memory_odd", [](C& c) { c.memory[0].size += 8; }, Error::misaligned},
    {"memory_wraps", [](C& c) { c.memory[0].guest_address = top - 0xfff; }, Error::overflow},
    {"memory_vmm_wraps", [](C& c) { c.memory[0].vmm_address = top - 7; }, Error::overflow},
    {"memory_vmm_odd", [](C& c) { c.memory[0].vmm_address += 1; }, Error::misaligned},
    {"memory_vmm_null", [](C& c) { c.memory[0].vmm_address = 0; }, Error::bad_value},
    {"memory_twice", [](C& c) { c.memory.push_back(c.memory[0]); }, Error::overlap},
    {"image_kind", [](C& c) { c.images[0].kind = static_cast<ImageKind>(9); }, Error::bad_value},
    {"image_empty", [](C& c) { c.images[1].size = 0; }, Error::bad_value},
    {"image_size_wraps", [](C& c) { c.images[0].zero_bytes = top; }, Error::overflow},
    {"image_vmm_wraps", [](C& c) { c.images[0].vmm_address = top - 1; }, Error::overflow},
    {"image_vmm_null", [](C& c) { c.images[0].vmm_address = 0; }, Error::bad_value},
    {"image_zeros_outside", [](C& c) { c.images[0].zero_bytes = 0xff0'0000; }, Error::out_of_range},
    {"image_outside", [](C& c) { c.images[0].guest_address = 0x3fff'f000; }, Error::out_of_range},
    {"device_kind", [](C& c) { c.devices[0].kind = static_cast<DeviceKind>(0); }, Error::bad_value},
    {"device_empty", [](C& c) { c.devices[0].size = 0; }, Error::bad_value},
    {"device_wraps", [](C& c) { c.devices[0].guest_address = top; }, Error::overflow},
    {"device_in_ram", [](C& c) { c.devices[0].guest_address = 0x4fff'f000; }, Error::overlap},
    {"devices_overlap", [](C& c) { c.devices[1].guest_address = 0x900'0ff8; }, Error::overlap},
    {"device_in_distributor", [](C& c) { c.devices[0].guest_address = 0x800'f000; },
     Error::overlap},
    {"device_queue", [](C& c) { c.devices[0].serial_queue = 2; }, Error::out_of_range},
    {"device_ppi", [](C& c) { c.devices[0].intid = 31; }, Error::out_of_range},
    {"device_intid", [](C& c) { c.devices[0].intid = 256; }, Error::out_of_range},
    {"devices_same_intid", [](C& c) { c.devices[0].intid = 34; }, Error::overlap},
    {"passthrough_same_intid", [](C& c) { c.passthrough[0].intid = 33; }, Error::overlap},
    {"passthrough_intid", [](C& c) { c.passthrough[0].intid = 0; }, Error::out_of_range},
    {"passthrough_trigger", [](C& c) { c.passthrough[0].trigger = static_cast<Trigger>(3); },
     Error::bad_value},
    {"passthrough_channel_62", [](C& c) { c.passthrough[0].channel = 62; }, Error::out_of_range},
    {"passthrough_channel_taken", [](C& c) { c.passthrough[0].channel = 1; }, Error::overlap},
    {"timer_channel_62", [](C& c) { c.fixed.timer_channel = 62; }, Error::out_of_range},
    {"queue_channel_62", [](C& c) { c.serial_queues[0].channel = 62; }, Error::out_of_range},
    {"queue_channel_taken", [](C& c) { c.serial_queues[1].channel = 2; }, Error::overlap},
    {"queue_receive_channel_62", [](C& c) { c.serial_queues[0].receive_channel = 62; },
     Error::out_of_range},
    {"queue_receive_channel_taken", [](C& c) { c.serial_queues[0].receive_channel = 2; },
     Error::overlap},
    {"queue_capacity_3", [](C& c) { c.serial_queues[0].transmit_capacity = 3; }, Error::bad_value},
    {"queue_receive_capacity", [](C& c) { c.serial_queues[0].receive_capacity = 0xfff; },
     Error::bad_value},
    {"queue_odd", [](C& c) { c.serial_queues[0].receive_queue += 2; }, Error::misaligned},
    {"queue_null", [](C& c) { c.serial_queues[0].transmit_queue = 0; }, Error::bad_value},
    {"queue_data_null", [](C& c) { c.serial_queues[0].transmit_data = 0; }, Error::bad_value},
    {"queue_wraps", [](C& c) { c.serial_queues[0].transmit_queue = top - 3; }, Error::overflow},
    {"queue_data_wraps", [](C& c) { c.serial_queues[0].receive_data = top - 9; }, Error::overflow},
    {"log_queue", [](C& c) { c.fixed.log_queue = 2; }, Error::out_of_range},
};

INSTANTIATE_TEST_SUITE_P(View, VmmFault, testing::ValuesIn(faults),
                         [](const auto& fault) { return fault.param.what; });

}  // namespace
}  // namespace serai::config
