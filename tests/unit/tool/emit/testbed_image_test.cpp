// SPDX-License-Identifier: BSD-2-Clause
#include "config/testbed_image.hpp"

#include <gtest/gtest.h>

#include "sample_system.hpp"
#include "tool/emit/emit.hpp"
#include "tool/image/file_bytes.hpp"

namespace serai::tool {
namespace {

class TestbedImage : public testing::Test {
 protected:
  template <class Entry>
  Entry entry(const config::Table& table, std::size_t index) const {
    EXPECT_LT(index, table.count);
    return file_.at<Entry>(table.offset + index * sizeof(Entry)).value();
  }

  const Bytes testbed_ = some_bytes(5'000, 1);
  const std::vector<Bytes> programs_{some_bytes(7'000, 2), some_bytes(4'096, 3)};
  const Bytes bytes_ = testbed_image(sample_system(), testbed_, programs_).value();
  const FileBytes file_{bytes_};
  const std::uint64_t at_ = file_.at<std::uint64_t>(config::directory_offset_at).value();
  const config::TestbedImage directory_ = file_.at<config::TestbedImage>(at_).value();
};

TEST_F(TestbedImage, BeginsWithTheTestbed) {
  EXPECT_TRUE(std::equal(testbed_.begin(), testbed_.begin() + 8, bytes_.begin()));
  EXPECT_TRUE(std::equal(testbed_.begin() + 16, testbed_.end(), bytes_.begin() + 16));
  EXPECT_EQ(at_, 8'192U);
  EXPECT_EQ(directory_.magic, config::testbed_magic);
  EXPECT_EQ(directory_.version, config::version);
  EXPECT_EQ(directory_.size, bytes_.size());
}

TEST_F(TestbedImage, HoldsTheProgramsOnPagesOfTheirOwn) {
  ASSERT_EQ(directory_.pds.count, 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto pd = entry<config::TestbedPd>(directory_.pds, i);
    EXPECT_EQ(pd.elf_offset % 4096, 0U);
    ASSERT_EQ(pd.elf_size, programs_[i].size());
    const auto program = file_.part(pd.elf_offset, pd.elf_size).value();
    EXPECT_TRUE(std::ranges::equal(program, programs_[i]));
  }
}

TEST_F(TestbedImage, SaysWhoseChildAPdIs) {
  ResolvedSystem system = sample_system();
  system.pds[0].parent = Parent{.pd = 1, .id = 5};
  const Bytes bytes = testbed_image(system, testbed_, programs_).value();
  const FileBytes file(bytes);
  const auto pds = directory_.pds.offset;
  const auto child = file.at<config::TestbedPd>(pds).value();
  EXPECT_EQ(child.parent, 1U);
  EXPECT_EQ(child.child_id, 5U);
  EXPECT_EQ(file.at<config::TestbedPd>(pds + sizeof(config::TestbedPd)).value().parent,
            config::no_index);
}

TEST_F(TestbedImage, DescribesDomainsAndMachines) {
  const auto vmm = entry<config::TestbedPd>(directory_.pds, 0);
  EXPECT_STREQ(vmm.name.data(), "linux_vmm");
  EXPECT_EQ(vmm.priority, 110U);
  EXPECT_EQ(vmm.stack_bytes, 0x4000U);
  EXPECT_EQ(vmm.vm, 0U);
  EXPECT_EQ(vmm.parent, config::no_index);
  EXPECT_EQ(entry<config::TestbedPd>(directory_.pds, 1).vm, config::no_index);
  ASSERT_EQ(directory_.vms.count, 1U);
  const auto vm = entry<config::TestbedVm>(directory_.vms, 0);
  EXPECT_STREQ(vm.name.data(), "linux");
  EXPECT_EQ(vm.budget_us, 500U);
  EXPECT_EQ(vm.period_us, 2'000U);
  EXPECT_EQ(vm.vcpu_count, 1U);
}

TEST_F(TestbedImage, DescribesMemory) {
  ASSERT_EQ(directory_.regions.count, 3U);
  EXPECT_EQ(entry<config::TestbedRegion>(directory_.regions, 0).physical, config::any_address);
  EXPECT_EQ(entry<config::TestbedRegion>(directory_.regions, 0).page_size, 0x20'0000U);
  EXPECT_EQ(entry<config::TestbedRegion>(directory_.regions, 1).physical, 0x900'0000U);
  ASSERT_EQ(directory_.mappings.count, 5U);
  unsigned in_vms = 0;
  for (std::size_t i = 0; i < directory_.mappings.count; ++i) {
    const auto mapping = entry<config::TestbedMapping>(directory_.mappings, i);
    if (mapping.space == config::SpaceKind::vm) {
      ++in_vms;
      EXPECT_EQ(mapping.address, 0x4000'0000U);
      EXPECT_EQ(mapping.permissions, 7U);
      EXPECT_EQ(mapping.index, 0U);
    } else if (mapping.region == 1) {
      EXPECT_EQ(mapping.cached, 0U);
      EXPECT_EQ(mapping.index, 1U);
    }
  }
  EXPECT_EQ(in_vms, 1U);
}

TEST_F(TestbedImage, DescribesChannelsAndInterrupts) {
  ASSERT_EQ(directory_.channels.count, 1U);
  const auto channel = entry<config::TestbedChannel>(directory_.channels, 0);
  EXPECT_EQ(channel.a.may_call, 1U);
  EXPECT_EQ(channel.b.pd, 1U);
  EXPECT_EQ(channel.b.id, 1U);
  EXPECT_EQ(channel.b.may_notify, 0U);
  ASSERT_EQ(directory_.irqs.count, 1U);
  const auto irq = entry<config::TestbedIrq>(directory_.irqs, 0);
  EXPECT_EQ(irq.pd, 1U);
  EXPECT_EQ(irq.intid, 33U);
  EXPECT_EQ(irq.trigger, config::Trigger::edge);
}

TEST(TestbedImageFault, RefusesAnEmptyTestbed) {
  EXPECT_FALSE(testbed_image(sample_system(), Bytes(15), {{}, {}}).has_value());
  EXPECT_FALSE(testbed_image(sample_system(), Bytes(16), {{}}).has_value());
}

}  // namespace
}  // namespace serai::tool
