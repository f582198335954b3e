// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>
#include <map>

#include "tool/cli/explain.hpp"
#include "tool/model/quantity.hpp"

namespace serai::tool {

namespace {

/// A text inside a label.
std::string quoted(const std::string& text) {
  std::string result;
  for (const char character : text) {
    if (character == '"' || character == '\\') {
      result += '\\';
    }
    result += character;
  }
  return result;
}

/// The memory that two PDs share and nobody else: what they exchange.
std::uint64_t shared_bytes(const ResolvedSystem& system, std::size_t a, std::size_t b) {
  std::uint64_t bytes = 0;
  for (const Mapping& near : system.pds[a].mappings) {
    for (const Mapping& far : system.pds[b].mappings) {
      bytes += near.region == far.region ? system.regions[near.region].size : 0;
    }
  }
  return bytes;
}

std::string pd_node(const ProtectionDomain& pd) {
  return fmt::format("  \"pd {}\" [label=\"{}\\n{}.elf, priority {}\"];\n", pd.name, pd.name,
                     program_name(pd.program), pd.schedule.priority);
}

/// The VM, its memory, and the two ways it meets its VMM.
std::string vm_nodes(const ProtectionDomain& pd, const ResolvedSystem& system) {
  const VirtualMachine& vm = *pd.vm;
  std::uint64_t memory = 0;
  std::string text;
  for (const Mapping& mapping : vm.mappings) {
    const MemoryRegion& region = system.regions[mapping.region];
    if (!region.physical) {
      memory += region.size;
    } else {
      text += fmt::format("  \"vm {}\" -> \"region {}\" [style=dashed, label=\"{}\"];\n", vm.name,
                          region.name, access_letters(mapping.access));
    }
  }
  return fmt::format(
             "  \"vm {0}\" [label=\"VM {0}\\n{1}, priority {2}\", shape=box3d, style=filled, "
             "fillcolor=\"#dcebfa\"];\n"
             "  \"vm {0}\" -> \"pd {3}\" [label=\"faults\", dir=both];\n",
             vm.name, format_size(memory), vm.schedule.priority, pd.name) +
         text;
}

/// Hardware: registers that are mapped somewhere, with their address.
std::string device_nodes(const ResolvedSystem& system) {
  std::string text;
  for (const MemoryRegion& region : system.regions) {
    if (region.physical) {
      text += fmt::format(
          "  \"region {}\" [label=\"{}\\n{:#x}\", shape=component, style=filled, "
          "fillcolor=\"#eeeeee\"];\n",
          region.name, region.what, *region.physical);
    }
  }
  return text;
}

std::string pd_edges(const ProtectionDomain& pd, const ResolvedSystem& system) {
  std::string text;
  for (const Mapping& mapping : pd.mappings) {
    const MemoryRegion& region = system.regions[mapping.region];
    if (region.physical) {
      text += fmt::format("  \"pd {}\" -> \"region {}\" [style=dashed, label=\"{}\"];\n", pd.name,
                          region.name, access_letters(mapping.access));
    }
  }
  if (pd.parent) {
    text += fmt::format("  \"pd {}\" -> \"pd {}\" [label=\"faults\", dir=both];\n", pd.name,
                        system.pds[pd.parent->pd].name);
  }
  for (const Interrupt& interrupt : pd.interrupts) {
    text += fmt::format(
        "  \"irq {0}\" [label=\"INTID {0}\\n{1}\", shape=cds];\n"
        "  \"irq {0}\" -> \"pd {2}\" [label=\"{3}\", color=\"#b03030\"];\n",
        interrupt.intid, interrupt.what, pd.name, interrupt.channel);
  }
  return text;
}

/// What is behind drivers: files, and the outside of networks.
std::string qemu_nodes(const ResolvedSystem& system) {
  std::string text;
  for (const QemuDevice& device : system.qemu_devices) {
    if (device.kind == QemuDeviceKind::disk) {
      text += fmt::format(
          "  \"file {0}\" [label=\"{1}{2}\", shape=cylinder];\n"
          "  \"pd {0}\" -> \"file {0}\";\n",
          device.id, quoted(device.file.filename().string()),
          device.read_only ? "\\nread-only" : "");
    } else if (device.kind == QemuDeviceKind::network) {
      std::string label = "outside";
      for (const std::string& forward : device.forwards) {
        label += "\\n" + forward;
      }
      text += fmt::format(
          "  \"outside {0}\" [label=\"{1}\", shape=ellipse, style=dashed];\n"
          "  \"pd {0}\" -> \"outside {0}\" [dir=both];\n",
          device.id, label);
    }
  }
  return text;
}

std::string channel_edge(const Channel& channel, const ResolvedSystem& system) {
  std::string label = channel.what;
  if (const std::uint64_t bytes = shared_bytes(system, channel.a.pd, channel.b.pd); bytes != 0) {
    label += fmt::format("\\n{} shared", format_size(bytes));
  }
  const bool forth = channel.a.may_notify || channel.a.may_call;
  const bool back = channel.b.may_notify || channel.b.may_call;
  return fmt::format(
      "  \"pd {}\" -> \"pd {}\" [label=\"{}\", taillabel=\"{}\", headlabel=\"{}\", dir={}];\n",
      system.pds[channel.a.pd].name, system.pds[channel.b.pd].name, label, channel.a.id,
      channel.b.id,
      forth && back ? "both"
      : forth       ? "forward"
                    : "back");
}

}  // namespace

std::string explain_dot(const ResolvedSystem& system) {
  std::string text = fmt::format(
      "digraph serai {{\n"
      "  graph [label=\"{}\", rankdir=TB, fontname=\"sans-serif\"];\n"
      "  node [shape=box, fontname=\"sans-serif\"];\n"
      "  edge [fontname=\"sans-serif\", fontsize=10];\n",
      system.board.name);
  for (const ProtectionDomain& pd : system.pds) {
    text += pd_node(pd);
  }
  text += device_nodes(system);
  for (const ProtectionDomain& pd : system.pds) {
    if (pd.vm) {
      text += vm_nodes(pd, system);
    }
    text += pd_edges(pd, system);
  }
  text += qemu_nodes(system);
  for (const Channel& channel : system.channels) {
    text += channel_edge(channel, system);
  }
  return text + "}\n";
}

}  // namespace serai::tool
