// SPDX-License-Identifier: BSD-2-Clause
#include "config/testbed_image.hpp"

#include <cstring>
#include <fmt/core.h>
#include <limits>
#include <span>

#include "base/bits.hpp"
#include "tool/emit/config_blob.hpp"
#include "tool/emit/emit.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t page_bytes = 0x1000;
constexpr std::uint64_t table_alignment = 8;

/// The tables of an image before they are laid out.
struct Tables {
  std::vector<config::TestbedPd> pds;
  std::vector<config::TestbedVm> vms;
  std::vector<config::TestbedRegion> regions;
  std::vector<config::TestbedMapping> mappings;
  std::vector<config::TestbedChannel> channels;
  std::vector<config::TestbedIrq> irqs;
};

static_assert(static_cast<unsigned>(Access::read) == config::readable &&
              static_cast<unsigned>(Access::write) == config::writable &&
              static_cast<unsigned>(Access::execute) == config::executable);

void add_mappings(Tables& tables, const std::vector<Mapping>& mappings, config::SpaceKind space,
                  std::size_t index) {
  for (const Mapping& mapping : mappings) {
    tables.mappings.push_back({.address = mapping.address,
                               .region = static_cast<std::uint32_t>(mapping.region),
                               .space = space,
                               .index = static_cast<std::uint32_t>(index),
                               .permissions = mapping.access,
                               .cached = mapping.cached ? 1U : 0U,
                               .reserved = 0});
  }
}

/// The index of the new VM, or `no_index`.
std::uint32_t add_machine(Tables& tables, const std::optional<VirtualMachine>& vm) {
  if (!vm) {
    return config::no_index;
  }
  const std::size_t index = tables.vms.size();
  tables.vms.push_back({.budget_us = vm->schedule.budget_us,
                        .period_us = vm->schedule.period_us,
                        .priority = vm->schedule.priority,
                        .vcpu_count = vm->vcpu_count,
                        .name = blob_name(vm->name)});
  add_mappings(tables, vm->mappings, config::SpaceKind::vm, index);
  return static_cast<std::uint32_t>(index);
}

void add_domain(Tables& tables, const ProtectionDomain& pd) {
  const std::size_t index = tables.pds.size();
  tables.pds.push_back(
      {.elf_offset = 0,
       .elf_size = 0,
       .budget_us = pd.schedule.budget_us,
       .period_us = pd.schedule.period_us,
       .stack_bytes = pd.stack_bytes,
       .priority = pd.schedule.priority,
       .vm = add_machine(tables, pd.vm),
       .parent = pd.parent ? static_cast<std::uint32_t>(pd.parent->pd) : config::no_index,
       .child_id = pd.parent ? pd.parent->id : 0,
       .name = blob_name(pd.name)});
  add_mappings(tables, pd.mappings, config::SpaceKind::pd, index);
  for (const Interrupt& interrupt : pd.interrupts) {
    tables.irqs.push_back({.pd = static_cast<std::uint32_t>(index),
                           .id = interrupt.channel,
                           .intid = interrupt.intid,
                           .trigger = interrupt.trigger});
  }
}

config::TestbedChannelEnd end_of(const ChannelEnd& end) {
  return {.pd = static_cast<std::uint32_t>(end.pd),
          .id = end.id,
          .may_notify = end.may_notify ? 1U : 0U,
          .may_call = end.may_call ? 1U : 0U};
}

Tables tables_of(const ResolvedSystem& system) {
  Tables tables;
  for (const MemoryRegion& region : system.regions) {
    tables.regions.push_back({.physical = region.physical.value_or(config::any_address),
                              .size = region.size,
                              .page_size = region.page_size});
  }
  for (const ProtectionDomain& pd : system.pds) {
    add_domain(tables, pd);
  }
  for (const Channel& channel : system.channels) {
    tables.channels.push_back({.a = end_of(channel.a), .b = end_of(channel.b)});
  }
  return tables;
}

/// The image while it grows.
class ImageWriter {
 public:
  explicit ImageWriter(std::vector<std::byte> start) : bytes_(std::move(start)) {}

  /// Pads to `alignment` and appends; the offset at which `more` begins.
  std::uint64_t append(std::span<const std::byte> more, std::uint64_t alignment) {
    bytes_.resize(align_up(bytes_.size(), alignment));
    const std::uint64_t offset = bytes_.size();
    bytes_.insert(bytes_.end(), more.begin(), more.end());
    return offset;
  }

  template <class Entry>
  config::Table append_table(const std::vector<Entry>& entries) {
    return {.offset = static_cast<std::uint32_t>(
                append(std::as_bytes(std::span(entries)), table_alignment)),
            .count = static_cast<std::uint32_t>(entries.size())};
  }

  template <class T>
  void put(std::uint64_t offset, const T& value) {
    std::memcpy(bytes_.data() + offset, &value, sizeof value);
  }

  [[nodiscard]] std::uint64_t size() const { return bytes_.size(); }

  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace

std::expected<std::vector<std::byte>, EmitError> testbed_image(
    const ResolvedSystem& system, const std::vector<std::byte>& testbed,
    const std::vector<std::vector<std::byte>>& programs) {
  if (testbed.size() < config::directory_offset_at + sizeof(std::uint64_t) ||
      programs.size() != system.pds.size()) {
    return std::unexpected(EmitError{.what = "the testbed's program is cut off",
                                     .hint = "build Serai's target programs again"});
  }
  ImageWriter image(testbed);
  config::TestbedImage directory{};
  const std::uint64_t at = image.append(std::as_bytes(std::span(&directory, 1)), page_bytes);
  Tables tables = tables_of(system);
  directory = {.magic = config::testbed_magic,
               .version = config::version,
               .reserved = 0,
               .size = 0,
               .pds = image.append_table(tables.pds),
               .vms = image.append_table(tables.vms),
               .regions = image.append_table(tables.regions),
               .mappings = image.append_table(tables.mappings),
               .channels = image.append_table(tables.channels),
               .irqs = image.append_table(tables.irqs)};
  for (std::size_t i = 0; i < programs.size(); ++i) {
    config::TestbedPd& pd = tables.pds[i];
    pd.elf_offset = image.append(programs[i], page_bytes);
    pd.elf_size = programs[i].size();
    image.put(directory.pds.offset + i * sizeof pd, pd);
  }
  directory.size = image.size();
  image.put(at, directory);
  image.put(config::directory_offset_at, at);
  return image.take();
}

}  // namespace serai::tool
