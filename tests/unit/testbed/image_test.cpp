// SPDX-License-Identifier: BSD-2-Clause
#include "policy/image.hpp"

#include <cstring>
#include <functional>
#include <gtest/gtest.h>

namespace serai::testbed {
namespace {

using namespace config;

/// A small system whose parts a test may spoil.
struct Parts {
  TestbedImage directory{};
  TestbedPd pds[2] = {};
  TestbedVm vms[1] = {};
  TestbedRegion regions[1] = {};
  TestbedMapping mappings[1] = {};
  TestbedChannel channels[1] = {};
  TestbedIrq irqs[1] = {};
};

TestbedPd make_pd(std::uint64_t elf_offset, std::uint32_t priority, std::uint32_t vm) {
  TestbedPd pd{};
  pd.elf_offset = elf_offset;
  pd.elf_size = 0x2000;
  pd.budget_us = 1000;
  pd.period_us = 1000;
  pd.stack_bytes = 0x1000;
  pd.priority = priority;
  pd.vm = vm;
  pd.parent = no_index;
  return pd;
}

void fill(Parts& parts) {
  parts.directory.magic = testbed_magic;
  parts.directory.version = version;
  parts.directory.size = 0x10000;
  parts.pds[0] = make_pd(0x1000, 100, 0);
  parts.pds[1] = make_pd(0x3000, 200, no_index);
  parts.vms[0] = {1000, 1000, 50, 1, {}};
  parts.regions[0] = {any_address, 0x20'0000, 0x20'0000};
  parts.mappings[0] = {0x4000'0000, 0, SpaceKind::vm, 0, 7, 1, 0};
  parts.channels[0] = {{0, 1, 1, 1}, {1, 2, 1, 0}};
  parts.irqs[0] = {1, 3, 33, Trigger::level};
}

constexpr std::size_t directory_at = 64;

struct alignas(8) File {
  std::byte before[directory_at];
  Parts parts;
};

template <class Entry, std::size_t Count>
Table table_of(const File& file, const Entry (&entries)[Count]) {
  const auto offset =
      reinterpret_cast<const std::byte*>(&entries) - reinterpret_cast<const std::byte*>(&file);
  return {static_cast<std::uint32_t>(offset), Count};
}

Complaint read(const std::function<void(Parts&)>& spoil, SystemDescription& system) {
  static File file;
  file = {};
  Parts& parts = file.parts;
  fill(parts);
  parts.directory.pds = table_of(file, parts.pds);
  parts.directory.vms = table_of(file, parts.vms);
  parts.directory.regions = table_of(file, parts.regions);
  parts.directory.mappings = table_of(file, parts.mappings);
  parts.directory.channels = table_of(file, parts.channels);
  parts.directory.irqs = table_of(file, parts.irqs);
  spoil(parts);
  return read_image({reinterpret_cast<const std::byte*>(&file), sizeof(file)}, directory_at,
                    system);
}

TEST(Image, GoodOneIsRead) {
  SystemDescription system;
  EXPECT_EQ(read([](Parts&) {}, system), "");
  EXPECT_EQ(system.pds.size(), 2U);
  EXPECT_EQ(system.irqs[0].intid, 33U);
  EXPECT_EQ(system.size, 0x10000U);
}

TEST(Image, NoDirectoryMeansNoSystem) {
  SystemDescription system;
  EXPECT_EQ(read_image({}, 0, system), "no system is attached to the testbed");
  EXPECT_EQ(read_image({}, 64, system), "the directory lies outside the image");
}

struct Fault {
  const char* name;
  void (*spoil)(Parts& parts);
};

class ImageFault : public testing::TestWithParam<Fault> {};

TEST_P(ImageFault, IsComplainedAbout) {
  SystemDescription system;
  EXPECT_NE(read(GetParam().spoil, system), "");
  EXPECT_TRUE(system.pds.empty()) << "nothing of a wrong image is used";
}

constexpr Fault faults[] = {
    {"magic", [](Parts& parts) { parts.directory.magic = 1; }},
    {"version", [](Parts& parts) { parts.directory.version = 9; }},
    {"table_outside", [](Parts& parts) { parts.directory.irqs.offset = 0x10'0000; }},
    {"table_too_long", [](Parts& parts) { parts.directory.irqs.count = 0xffff'ffff; }},
    {"table_misaligned", [](Parts& parts) { parts.directory.irqs.offset += 2; }},
    {"no_pds", [](Parts& parts) { parts.directory.pds.count = 0; }},
    {"program_outside", [](Parts& parts) { parts.pds[0].elf_offset = 0x20000; }},
    {"program_too_long", [](Parts& parts) { parts.pds[0].elf_size = 0x10000; }},
    {"program_misaligned", [](Parts& parts) { parts.pds[0].elf_offset = 0x1010; }},
    {"priority", [](Parts& parts) { parts.pds[0].priority = 255; }},
    {"no_budget", [](Parts& parts) { parts.pds[0].budget_us = 0; }},
    {"budget_above_period", [](Parts& parts) { parts.pds[0].budget_us = 1001; }},
    {"no_stack", [](Parts& parts) { parts.pds[0].stack_bytes = 0; }},
    {"vm_missing", [](Parts& parts) { parts.pds[0].vm = 1; }},
    {"parent_missing", [](Parts& parts) { parts.pds[0].parent = 2; }},
    {"child_id", [](Parts& parts) { parts.pds[0].parent = 1, parts.pds[0].child_id = 62; }},
    {"no_vcpu", [](Parts& parts) { parts.vms[0].vcpu_count = 0; }},
    {"many_vcpus", [](Parts& parts) { parts.vms[0].vcpu_count = 33; }},
    {"page_size", [](Parts& parts) { parts.regions[0].page_size = 0x4000; }},
    {"region_size", [](Parts& parts) { parts.regions[0].size = 0x20'1000; }},
    {"region_address", [](Parts& parts) { parts.regions[0].physical = 0x4000'1000; }},
    {"region_wraps", [](Parts& parts) { parts.regions[0].physical = 0xffff'ffff'ffe0'0000; }},
    {"region_missing", [](Parts& parts) { parts.mappings[0].region = 1; }},
    {"mapping_misaligned", [](Parts& parts) { parts.mappings[0].address = 0x4000'1000; }},
    {"mapping_too_high", [](Parts& parts) { parts.mappings[0].address = 0x100'0000'0000; }},
    {"space_missing", [](Parts& parts) { parts.mappings[0].index = 1; }},
    {"space_kind", [](Parts& parts) { parts.mappings[0].space = static_cast<SpaceKind>(3); }},
    {"channel_id", [](Parts& parts) { parts.channels[0].a.id = 62; }},
    {"channel_pd", [](Parts& parts) { parts.channels[0].b.pd = 2; }},
    {"call_downwards", [](Parts& parts) { parts.channels[0].b.may_call = 1; }},
    {"irq_number", [](Parts& parts) { parts.irqs[0].intid = 1020; }},
    {"irq_pd", [](Parts& parts) { parts.irqs[0].pd = 2; }},
};

INSTANTIATE_TEST_SUITE_P(Image, ImageFault, testing::ValuesIn(faults),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace serai::testbed
