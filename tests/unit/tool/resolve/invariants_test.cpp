// SPDX-License-Identifier: BSD-2-Clause
//
// What holds for every system that is resolved at all.
#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <map>
#include <rapidcheck.h>
#include <set>
#include <utility>

#include "config/view.hpp"
#include "resolved.hpp"

namespace serai::tool {
namespace {

/// Up to four VirtIO devices for a VM.
std::string any_devices(const std::string& vm, int number) {
  std::string text;
  const int count = *rc::gen::inRange(0, 5);
  bool has_socket = false;
  for (int i = 0; i < count; ++i) {
    std::string kind = *rc::gen::element<std::string>(
        "disk = \"root\"\npartition = " + std::to_string(10 * number + i + 1),
        "disk = \"tools\"\nread_only = true", "disk = \"tools\"", "disk = \"scratch\"",
        "network = \"lan\"\nrate = \"1Mbit\"", "network = \"back\"\ngroup = \"g\"",
        "kind = \"console\"", "kind = \"rng\"", "kind = \"vsock\"");
    if (kind == "kind = \"vsock\"" && std::exchange(has_socket, true)) {
      kind = "kind = \"rng\"";
    }
    text += "[[vm." + vm + ".device]]\n" + kind + "\n";
    text += *rc::gen::arbitrary<bool>() ? "transport = \"mmio\"\n" : "";
  }
  return text;
}

/// A system of one to six VMs, each as chance will have it.
std::string any_system() {
  std::string text =
      "[disk.root]\nfile = \"disk.raw\"\n[disk.tools]\nfile = \"disk.raw\"\nstore = \"memory\"\n"
      "[disk.scratch]\nmemory = \"3M\"\n[network.lan]\nuplink = true\n[network.back]\n";
  const int count = *rc::gen::inRange(1, 7);
  const int owner = *rc::gen::inRange(-1, count);
  const bool owner_has_rtc = *rc::gen::arbitrary<bool>();
  for (int i = 0; i < count; ++i) {
    const std::string name = "v" + std::to_string(9 - i);
    const std::string kernel =
        *rc::gen::element<std::string>("Image", "Image-old", "kernel.elf", "segments.elf");
    text += "[vm." + name + "]\nkernel = \"" +
            (kernel == "segments.elf" ? "raw.bin\"\nformat = \"raw" : kernel) + "\"\n";
    text += "memory = \"" + std::to_string(2 * *rc::gen::inRange(4, 60)) + "M\"\n";
    text += "priority = " + std::to_string(*rc::gen::inRange(1, 101)) + "\n";
    if (*rc::gen::arbitrary<bool>()) {
      text += "initrd = \"initrd\"\n";
    }
    const bool owns = i == owner;
    if (!owns && *rc::gen::arbitrary<bool>()) {
      text += "console = false\nrtc = false\n";
    }
    if (owns) {
      text += "[[vm." + name + ".passthrough]]\ndevice = \"uart\"\n";
      text += owner_has_rtc ? "[[vm." + name + ".passthrough]]\ndevice = \"rtc\"\n" : "";
    }
    text += any_devices(name, i);
  }
  return text;
}

struct Range {
  std::uint64_t start;
  std::uint64_t size;
};

void assert_disjoint(std::vector<Range> ranges) {
  std::ranges::sort(ranges, {}, &Range::start);
  for (std::size_t i = 1; i < ranges.size(); ++i) {
    RC_ASSERT(ranges[i - 1].start + ranges[i - 1].size <= ranges[i].start);
  }
}

void assert_address_spaces(const ResolvedSystem& system) {
  for (const ProtectionDomain& pd : system.pds) {
    std::vector<Range> ranges;
    for (const Mapping& mapping : pd.mappings) {
      const MemoryRegion& region = system.regions.at(mapping.region);
      RC_ASSERT(mapping.address % region.page_size == 0U);
      RC_ASSERT(region.size % region.page_size == 0U);
      ranges.push_back({mapping.address, region.size});
    }
    for (const Attachment& attachment : pd.attachments) {
      ranges.push_back({attachment.address, attachment.bytes.size()});
    }
    assert_disjoint(ranges);
    if (pd.vm) {
      std::vector<Range> guest;
      for (const Mapping& mapping : pd.vm->mappings) {
        guest.push_back({mapping.address, system.regions.at(mapping.region).size});
      }
      assert_disjoint(guest);
    }
  }
}

bool is_shared(const std::string& region) {
  constexpr std::array suffixes{"_queue",    "_data",      "_free", "_active",
                                "_requests", "_responses", "_info"};
  return std::ranges::any_of(suffixes,
                             [&region](const char* suffix) { return region.ends_with(suffix); });
}

/// Memory is shared by the two ends of a queue, or by a VM and its VMM, and by nobody else; never
/// by two VMMs. Only the GIC's interface, which the hardware keeps apart by itself, is everybody's.
void assert_isolation(const ResolvedSystem& system) {
  std::map<std::size_t, std::set<std::string>> users;
  for (const ProtectionDomain& pd : system.pds) {
    for (const Mapping& mapping : pd.mappings) {
      users[mapping.region].insert(pd.name);
    }
    for (const Mapping& mapping : pd.vm ? pd.vm->mappings : std::vector<Mapping>()) {
      users[mapping.region].insert(pd.name);
    }
  }
  for (std::size_t i = 0; i < system.regions.size(); ++i) {
    const std::string& name = system.regions[i].name;
    if (name == "gic_virtual_interface") {
      continue;
    }
    const bool shared = is_shared(name);
    RC_ASSERT(users[i].size() == (shared ? 2U : 1U));
    RC_ASSERT(std::ranges::count_if(
                  users[i], [](const std::string& user) { return user.ends_with("_vmm"); }) <= 1);
  }
}

/// What is at a fixed place has it to itself.
void assert_physical_memory(const ResolvedSystem& system) {
  std::vector<Range> ranges;
  for (const MemoryRegion& region : system.regions) {
    if (region.physical) {
      RC_ASSERT(*region.physical % region.page_size == 0U);
      ranges.push_back({*region.physical, region.size});
    }
  }
  assert_disjoint(ranges);
}

void assert_channels(const ResolvedSystem& system) {
  std::set<std::pair<std::size_t, std::uint32_t>> taken;
  const auto take = [&taken](std::size_t pd, std::uint32_t id) {
    RC_ASSERT(id < 62U);
    RC_ASSERT(taken.emplace(pd, id).second);
  };
  for (const Channel& channel : system.channels) {
    take(channel.a.pd, channel.a.id);
    take(channel.b.pd, channel.b.id);
    // A protected call goes to a PD of higher priority.
    RC_ASSERT(!channel.a.may_call || system.pds[channel.a.pd].schedule.priority <
                                         system.pds[channel.b.pd].schedule.priority);
  }
  std::set<std::uint32_t> interrupts;
  for (std::size_t i = 0; i < system.pds.size(); ++i) {
    for (const Interrupt& interrupt : system.pds[i].interrupts) {
      take(i, interrupt.channel);
      RC_ASSERT(interrupts.insert(interrupt.intid).second);
    }
  }
}

bool opens(Program program, const std::vector<std::byte>& blob) {
  switch (program) {
    case Program::vmm:
      return config::VmmView::open(blob).has_value();
    case Program::console:
      return config::ConsoleView::open(blob).has_value();
    case Program::timer:
      return config::TimerView::open(blob).has_value();
    case Program::block:
      return config::BlockView::open(blob).has_value();
    case Program::network_switch:
      return config::SwitchView::open(blob).has_value();
    case Program::uplink:
      return config::UplinkView::open(blob).has_value();
    case Program::entropy:
      return config::EntropyView::open(blob).has_value();
    case Program::sockets:
      return config::SocketsView::open(blob).has_value();
    case Program::supervisor:
      return config::SupervisorView::open(blob).has_value();
    case Program::external:
      break;
  }
  return false;
}

void assert_configurations(const ResolvedSystem& system) {
  std::set<std::string> names;
  for (const ProtectionDomain& pd : system.pds) {
    RC_ASSERT(names.insert(pd.name).second);
    RC_ASSERT(pd.schedule.priority <= 254U);
    const std::vector<std::byte>& blob = pd.attachments.at(0).bytes;
    RC_ASSERT(opens(pd.program, blob));
    // A parent sees its children before they run, and is not kept from its work by them.
    if (pd.parent) {
      RC_ASSERT(pd.schedule.priority < system.pds.at(pd.parent->pd).schedule.priority);
    }
  }
  names.clear();
  for (const MemoryRegion& region : system.regions) {
    RC_ASSERT(names.insert(region.name).second);
  }
}

void assert_images(const ResolvedSystem& system) {
  for (const Guest& guest : system.guests) {
    std::vector<Range> images;
    for (const GuestImagePlace& image : guest.images) {
      RC_ASSERT(image.address >= guest.ram_address);
      RC_ASSERT(image.address + image.size <= guest.ram_address + guest.ram_size);
      images.push_back({image.address, image.size});
    }
    assert_disjoint(images);
  }
}

TEST(Invariants, HoldForEverySystem) {
  EXPECT_TRUE(rc::check([] {
    const std::string text = any_system();
    Diagnostics diagnostics;
    const auto system = resolve_text(text, diagnostics);
    RC_LOG(text);
    RC_ASSERT(system.has_value());
    assert_address_spaces(*system);
    assert_isolation(*system);
    assert_physical_memory(*system);
    assert_channels(*system);
    assert_configurations(*system);
    assert_images(*system);
  }));
}

}  // namespace
}  // namespace serai::tool
