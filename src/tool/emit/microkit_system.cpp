// SPDX-License-Identifier: BSD-2-Clause
//
// Microkit's system description format, as versions 2.0.1 and 2.3.0 read it: numbers of channels
// and interrupts are decimal, addresses and sizes may be hexadecimal.
#include <fmt/core.h>
#include <pugixml.hpp>
#include <sstream>

#include "tool/emit/emit.hpp"

namespace serai::tool {

namespace {

void set_hex(pugi::xml_node node, const char* name, std::uint64_t value) {
  node.append_attribute(name).set_value(fmt::format("{:#x}", value).c_str());
}

void set_number(pugi::xml_node node, const char* name, std::uint64_t value) {
  node.append_attribute(name).set_value(static_cast<unsigned long long>(value));
}

void set_text(pugi::xml_node node, const char* name, const std::string& value) {
  node.append_attribute(name).set_value(value.c_str());
}

void set_schedule(pugi::xml_node node, const Schedule& schedule) {
  set_number(node, "priority", schedule.priority);
  set_number(node, "budget", schedule.budget_us);
  set_number(node, "period", schedule.period_us);
}

std::string permissions(unsigned access) {
  std::string text;
  for (const auto& [right, letter] :
       {std::pair{Access::read, 'r'}, {Access::write, 'w'}, {Access::execute, 'x'}}) {
    if ((access & static_cast<unsigned>(right)) != 0) {
      text += letter;
    }
  }
  return text;
}

void add_region(pugi::xml_node parent, const MemoryRegion& region) {
  pugi::xml_node node = parent.append_child("memory_region");
  set_text(node, "name", region.name);
  set_hex(node, "size", region.size);
  set_hex(node, "page_size", region.page_size);
  if (region.physical) {
    set_hex(node, "phys_addr", *region.physical);
  }
}

void add_map(pugi::xml_node parent, const ResolvedSystem& system, const Mapping& mapping) {
  pugi::xml_node node = parent.append_child("map");
  set_text(node, "mr", system.regions.at(mapping.region).name);
  set_hex(node, "vaddr", mapping.address);
  set_text(node, "perms", permissions(mapping.access));
  set_text(node, "cached", mapping.cached ? "true" : "false");
}

void add_machine(pugi::xml_node parent, const ResolvedSystem& system, const VirtualMachine& vm) {
  pugi::xml_node node = parent.append_child("virtual_machine");
  set_text(node, "name", vm.name);
  set_schedule(node, vm.schedule);
  for (std::uint32_t vcpu = 0; vcpu < vm.vcpu_count; ++vcpu) {
    set_number(node.append_child("vcpu"), "id", vcpu);
  }
  for (const Mapping& mapping : vm.mappings) {
    add_map(node, system, mapping);
  }
}

void add_interrupt(pugi::xml_node parent, const Interrupt& interrupt) {
  pugi::xml_node node = parent.append_child("irq");
  set_number(node, "irq", interrupt.intid);
  set_number(node, "id", interrupt.channel);
  set_text(node, "trigger", interrupt.trigger == config::Trigger::edge ? "edge" : "level");
}

/// A PD with its children inside, as deep as they go.
// NOLINTNEXTLINE(misc-no-recursion): parents form a tree.
void add_domain(pugi::xml_node parent, const ResolvedSystem& system, std::size_t index) {
  const ProtectionDomain& pd = system.pds[index];
  pugi::xml_node node = parent.append_child("protection_domain");
  set_text(node, "name", pd.name);
  if (pd.parent) {
    set_number(node, "id", pd.parent->id);
  }
  set_schedule(node, pd.schedule);
  if (pd.passive) {
    set_text(node, "passive", "true");
  }
  set_hex(node, "stack_size", pd.stack_bytes);
  set_text(node.append_child("program_image"), "path", pd.name + ".elf");
  for (const Mapping& mapping : pd.mappings) {
    add_map(node, system, mapping);
  }
  for (const Interrupt& interrupt : pd.interrupts) {
    add_interrupt(node, interrupt);
  }
  if (pd.vm) {
    add_machine(node, system, *pd.vm);
  }
  for (std::size_t child = 0; child < system.pds.size(); ++child) {
    if (system.pds[child].parent && system.pds[child].parent->pd == index) {
      add_domain(node, system, child);
    }
  }
}

void add_end(pugi::xml_node parent, const ResolvedSystem& system, const ChannelEnd& end) {
  pugi::xml_node node = parent.append_child("end");
  set_text(node, "pd", system.pds.at(end.pd).name);
  set_number(node, "id", end.id);
  if (end.may_call) {
    set_text(node, "pp", "true");
  }
  if (!end.may_notify) {
    set_text(node, "notify", "false");
  }
}

void add_channel(pugi::xml_node parent, const ResolvedSystem& system, const Channel& channel) {
  pugi::xml_node node = parent.append_child("channel");
  add_end(node, system, channel.a);
  add_end(node, system, channel.b);
}

}  // namespace

std::string microkit_system(const ResolvedSystem& system) {
  pugi::xml_document document;
  pugi::xml_node declaration = document.append_child(pugi::node_declaration);
  set_text(declaration, "version", "1.0");
  set_text(declaration, "encoding", "UTF-8");
  pugi::xml_node root = document.append_child("system");
  for (const MemoryRegion& region : system.regions) {
    add_region(root, region);
  }
  for (std::size_t index = 0; index < system.pds.size(); ++index) {
    if (!system.pds[index].parent) {
      add_domain(root, system, index);
    }
  }
  for (const Channel& channel : system.channels) {
    add_channel(root, system, channel);
  }
  std::ostringstream text;
  document.save(text, "  ");
  return std::move(text).str();
}

}  // namespace serai::tool
