// SPDX-License-Identifier: BSD-2-Clause
#include "policy/image.hpp"

#include <cstring>

#include "base/bits.hpp"
#include "policy/stage2.hpp"

namespace serai::testbed {
namespace {

using config::no_index;

template <class Entry>
bool read_table(std::span<const std::byte> image, const config::Table& table,
                std::span<const Entry>& entries) noexcept {
  if (!is_aligned(table.offset, alignof(Entry)) || table.offset > image.size() ||
      table.count > (image.size() - table.offset) / sizeof(Entry)) {
    return false;
  }
  // Safety: inside the image and aligned, as just checked; the types are plain numbers; nobody
  // writes to the image while the testbed runs.
  entries = {reinterpret_cast<const Entry*>(image.data() + table.offset), table.count};
  return true;
}

bool is_budget(std::uint64_t budget_us, std::uint64_t period_us) noexcept {
  constexpr std::uint64_t longest_us = 1'000'000'000;
  return budget_us > 0 && budget_us <= period_us && period_us <= longest_us;
}

Complaint check_pd(const SystemDescription& system, const config::TestbedPd& pd) noexcept {
  if (pd.elf_offset > system.size || pd.elf_size > system.size - pd.elf_offset ||
      !is_aligned(pd.elf_offset, stage2::page)) {
    return "a PD's program lies outside the image or is misaligned";
  }
  if (!is_budget(pd.budget_us, pd.period_us) || pd.priority >= 255) {
    return "a PD's priority, budget or period is out of range";
  }
  if (pd.stack_bytes == 0 || pd.stack_bytes > 0x100'0000) {
    return "a PD's stack is empty or above 16 MiB";
  }
  if (pd.vm != no_index && pd.vm >= system.vms.size()) {
    return "a PD has a VM that is not there";
  }
  if (pd.parent != no_index && (pd.parent >= system.pds.size() || pd.child_id >= channel_ids)) {
    return "a PD's parent or its id there is out of range";
  }
  return {};
}

Complaint check_vms(const SystemDescription& system) noexcept {
  std::uint64_t vcpus = 0;
  for (const config::TestbedVm& vm : system.vms) {
    if (!is_budget(vm.budget_us, vm.period_us) || vm.priority >= 255) {
      return "a VM's priority, budget or period is out of range";
    }
    if (vm.vcpu_count == 0 || vm.vcpu_count > most_vcpus) {
      return "a VM has no vCPU or too many";
    }
    vcpus += vm.vcpu_count;
  }
  return vcpus > most_vcpus ? "too many vCPUs" : Complaint{};
}

Complaint check_mapping(const SystemDescription& system,
                        const config::TestbedMapping& mapping) noexcept {
  if (mapping.region >= system.regions.size()) {
    return "a mapping of a region that is not there";
  }
  const config::TestbedRegion& region = system.regions[mapping.region];
  const std::uint64_t limit = std::uint64_t{1} << stage2::address_bits;
  if (mapping.address >= limit || region.size > limit - mapping.address ||
      !is_aligned(mapping.address, region.page_size)) {
    return "a mapping is misaligned or leaves the address space";
  }
  const bool pd = mapping.space == config::SpaceKind::pd && mapping.index < system.pds.size();
  const bool vm = mapping.space == config::SpaceKind::vm && mapping.index < system.vms.size();
  return pd || vm ? Complaint{} : "a mapping into a space that is not there";
}

Complaint check_region(const config::TestbedRegion& region) noexcept {
  if (region.page_size != stage2::page && region.page_size != stage2::block) {
    return "a region's page size is neither 4 KiB nor 2 MiB";
  }
  if (region.size == 0 || !is_aligned(region.size, region.page_size)) {
    return "a region is empty or no multiple of its pages";
  }
  if (region.physical != config::any_address && (!is_aligned(region.physical, region.page_size) ||
                                                 region.physical + region.size < region.physical)) {
    return "a region's physical address is misaligned or too high";
  }
  return {};
}

Complaint check_end(const SystemDescription& system,
                    const config::TestbedChannelEnd& end) noexcept {
  return end.pd < system.pds.size() && end.id < channel_ids ? Complaint{}
                                                            : "a channel's end is out of range";
}

Complaint check_channel(const SystemDescription& system,
                        const config::TestbedChannel& channel) noexcept {
  if (const Complaint complaint = check_end(system, channel.a); !complaint.empty()) {
    return complaint;
  }
  if (const Complaint complaint = check_end(system, channel.b); !complaint.empty()) {
    return complaint;
  }
  const std::uint32_t a = system.pds[channel.a.pd].priority;
  const std::uint32_t b = system.pds[channel.b.pd].priority;
  if ((channel.a.may_call != 0 && a >= b) || (channel.b.may_call != 0 && b >= a)) {
    return "a protected call to a PD that has no higher priority";
  }
  return {};
}

Complaint check_irq(const SystemDescription& system, const config::TestbedIrq& irq) noexcept {
  return irq.pd < system.pds.size() && irq.id < channel_ids && irq.intid >= 16 &&
                 irq.intid <= most_intid
             ? Complaint{}
             : "an interrupt's PD, id or number is out of range";
}

template <class Entry, class Check>
Complaint check_all(std::span<const Entry> entries, Check check) noexcept {
  for (const Entry& entry : entries) {
    if (const Complaint complaint = check(entry); !complaint.empty()) {
      return complaint;
    }
  }
  return {};
}

Complaint check_entries(const SystemDescription& system) noexcept {
  const Complaint complaints[] = {
      check_vms(system),
      check_all(system.pds, [&](const auto& pd) { return check_pd(system, pd); }),
      check_all(system.regions, check_region),
  };
  for (const Complaint complaint : complaints) {
    if (!complaint.empty()) {
      return complaint;
    }
  }
  // These look at PDs and regions, which are known to be right only now.
  const Complaint referring[] = {
      check_all(system.mappings, [&](const auto& entry) { return check_mapping(system, entry); }),
      check_all(system.channels, [&](const auto& entry) { return check_channel(system, entry); }),
      check_all(system.irqs, [&](const auto& entry) { return check_irq(system, entry); }),
  };
  for (const Complaint complaint : referring) {
    if (!complaint.empty()) {
      return complaint;
    }
  }
  return {};
}

}  // namespace

Complaint read_image(std::span<const std::byte> image, std::uint64_t directory_offset,
                     SystemDescription& system) noexcept {
  config::TestbedImage directory{};
  if (directory_offset == 0) {
    return "no system is attached to the testbed";
  }
  if (directory_offset > image.size() || image.size() - directory_offset < sizeof(directory)) {
    return "the directory lies outside the image";
  }
  std::memcpy(&directory, image.data() + directory_offset, sizeof(directory));
  if (directory.magic != config::testbed_magic || directory.version != config::version) {
    return "the directory has another format";
  }
  SystemDescription found;
  found.directory_offset = directory_offset;
  found.size = directory.size;
  if (!read_table(image, directory.pds, found.pds) ||
      !read_table(image, directory.vms, found.vms) ||
      !read_table(image, directory.regions, found.regions) ||
      !read_table(image, directory.mappings, found.mappings) ||
      !read_table(image, directory.channels, found.channels) ||
      !read_table(image, directory.irqs, found.irqs)) {
    return "a table lies outside the image";
  }
  if (found.pds.empty() || found.pds.size() > most_pds || found.vms.size() > most_vms) {
    return "no PD, or more PDs or VMs than the testbed has room for";
  }
  const Complaint complaint = check_entries(found);
  if (complaint.empty()) {
    system = found;
  }
  return complaint;
}

}  // namespace serai::testbed
