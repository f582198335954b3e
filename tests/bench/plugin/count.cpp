// SPDX-License-Identifier: BSD-2-Clause
//
// A plugin for QEMU's TCG that counts executed instructions by region of the address space and by
// section of the run. A guest begins section N by HINT #(0x60 + N), for N from 0 to 15; the run
// begins in section `before`, and the first instruction of a guest begins section `boot`.
//
// Exits are counted too: how often the hypervisor went on after a guest had executed something. One
// before which the guest executed nothing is not seen. Faults are calls of a VMM's `fault`: exits
// that it was told of, be it what the guest did or the end of a virtual interrupt. Other exits are
// interrupts for somebody else.
//
// Arguments: `program=FILE`, as often as wanted: the ELF files of protection domains that are to be
// told apart. Output: one line for each section that was entered, by `-d plugin`.
#include <array>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "programs.hpp"
#include "qemu_plugin.hpp"

extern "C" {
__attribute__((visibility("default"))) int qemu_plugin_version = 1;
}

namespace {

/// Who executes at an address. Other than these there are the protection domains, and a Linux
/// guest's user level.
struct Region {
  const char* name;
  std::uint64_t begin;
  std::uint64_t end;
};

constexpr std::array<Region, 4> regions = {{
    {"guest", 0x4000'0000, 0x6000'0000},
    {"guest", 0xffff'0000'0000'0000, 0xffff'ffff'ffff'ffff},
    {"hypervisor", 0x7000'0000, 0x7800'0000},         // the testbed; seL4's loader
    {"hypervisor", 0x80'0000'0000, 0x100'0000'0000},  // seL4
}};
constexpr std::array<const char*, 3> names = {"hypervisor", "guest", "other"};
/// These, and the programs that are told apart, which `other` in the output includes.
constexpr std::size_t counter_count = names.size() + bench::Programs::most;
constexpr std::size_t hypervisor = 0;
constexpr std::size_t guest = 1;
constexpr std::size_t other = 2;

constexpr std::size_t mark_count = 16;
constexpr std::size_t before = mark_count;
constexpr std::size_t boot = mark_count + 1;
constexpr std::size_t section_count = mark_count + 2;

using Counters = std::array<std::uint64_t, counter_count>;

struct Section {
  std::uint64_t entries = 0;
  Counters executed{};
  std::uint64_t exits = 0;
  std::uint64_t faults = 0;
};

// Never destroyed: QEMU asks for the report when this library's own objects are gone.
bench::Programs& programs = *new bench::Programs;
Counters executed{};   // by TCG's own code
Counters at_switch{};  // `executed` when the present section began
std::array<Section, section_count> sections{};
std::size_t present = before;
std::uint64_t guest_at_exit = 0;  // what guests had executed at the last exit

std::size_t name_of(std::uint64_t address) {
  for (const Region& region : regions) {
    if (address >= region.begin && address < region.end) {
      return std::strcmp(region.name, names[hypervisor]) == 0 ? hypervisor : guest;
    }
  }
  return other;
}

/// The counter of an instruction of a protection domain's, or of a Linux guest's user level.
std::size_t counter_of(std::uint64_t address, const void* host) {
  const std::size_t program =
      host == nullptr ? bench::Programs::none : programs.find(address, host);
  return program == bench::Programs::none ? other : names.size() + program;
}

void enter(std::size_t section) {
  for (std::size_t i = 0; i < executed.size(); ++i) {
    sections[present].executed[i] += executed[i] - at_switch[i];
  }
  at_switch = executed;
  present = section;
  ++sections[section].entries;
}

void at_marker(unsigned, void* mark) {
  enter(reinterpret_cast<std::size_t>(mark));
}

void at_guest(unsigned, void*) {
  if (present == before) {
    enter(boot);
  }
}

/// At each block of the hypervisor's: the first one after a guest is an exit.
void at_hypervisor(unsigned, void*) {
  if (executed[guest] != guest_at_exit) {
    guest_at_exit = executed[guest];
    ++sections[present].exits;
  }
}

void at_fault(unsigned, void*) {
  ++sections[present].faults;
}

/// The N of HINT #(0x60 + N), or `mark_count`.
std::size_t marker(std::uint32_t instruction) {
  constexpr std::uint32_t hint = 0xd503201f;
  constexpr std::uint32_t number_mask = 0x7f << 5;
  const std::uint32_t number = (instruction & number_mask) >> 5;
  const bool is_marker = (instruction & ~number_mask) == hint && number >= 0x60 && number < 0x70;
  return is_marker ? number - 0x60 : mark_count;
}

void translate(qemu_plugin_id_t, qemu_plugin_tb* tb) {
  if (name_of(qemu_plugin_tb_vaddr(tb)) == hypervisor) {
    qemu_plugin_register_vcpu_tb_exec_cb(tb, at_hypervisor, QEMU_PLUGIN_CB_NO_REGS, nullptr);
  }
  for (std::size_t i = 0; i < qemu_plugin_tb_n_insns(tb); ++i) {
    qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(tb, i);
    const std::uint64_t place = qemu_plugin_insn_vaddr(instruction);
    std::size_t name = name_of(place);
    if (name == other) {
      name = counter_of(place, qemu_plugin_insn_haddr(instruction));
    }
    if (name >= names.size() && place == programs.fault(name - names.size())) {
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, at_fault, QEMU_PLUGIN_CB_NO_REGS,
                                             nullptr);
    }
    if (name == guest && present == before) {
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, at_guest, QEMU_PLUGIN_CB_NO_REGS,
                                             nullptr);
    }
    std::uint32_t word = 0;
    std::memcpy(&word, qemu_plugin_insn_data(instruction), sizeof word);
    // A marker belongs to the section that it begins.
    if (const std::size_t mark = marker(word); mark < mark_count) {
      qemu_plugin_register_vcpu_insn_exec_cb(instruction, at_marker, QEMU_PLUGIN_CB_NO_REGS,
                                             reinterpret_cast<void*>(mark));
    }
    qemu_plugin_register_vcpu_insn_exec_inline(instruction, QEMU_PLUGIN_INLINE_ADD_U64,
                                               &executed[name], 1);
  }
}

void print(const char* text, std::uint64_t value) {
  std::array<char, 64> word{};
  std::snprintf(word.data(), word.size(), " %s %" PRIu64, text, value);
  qemu_plugin_outs(word.data());
}

void report_section(const char* title, const Section& section) {
  qemu_plugin_outs("section ");
  qemu_plugin_outs(title);
  std::uint64_t all_other = section.executed[other];
  for (std::size_t i = 0; i < programs.count(); ++i) {
    all_other += section.executed[names.size() + i];
  }
  print("entries", section.entries);
  print(names[hypervisor], section.executed[hypervisor]);
  print(names[guest], section.executed[guest]);
  print(names[other], all_other);
  for (std::size_t i = 0; i < programs.count(); ++i) {
    print(programs.name(i).c_str(), section.executed[names.size() + i]);
  }
  print("exits", section.exits);
  print("faults", section.faults);
  qemu_plugin_outs("\n");
}

void report(qemu_plugin_id_t, void*) {
  enter(present);
  --sections[present].entries;
  for (std::size_t i = 0; i < section_count; ++i) {
    std::array<char, 16> title{};
    std::snprintf(title.data(), title.size(), "%zu", i);
    if (sections[i].entries > 0 || i == before) {
      report_section(i == before ? "before" : (i == boot ? "boot" : title.data()), sections[i]);
    }
  }
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id,
                                                                          const qemu_info_t*,
                                                                          int count,
                                                                          char** arguments) {
  constexpr std::string_view program = "program=";
  for (int i = 0; i < count; ++i) {
    const std::string_view argument = arguments[i];
    if (!argument.starts_with(program)) {
      std::fprintf(stderr, "count: unknown argument %s\n", arguments[i]);
      return 1;
    }
    programs.add(argument.substr(program.size()));
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  qemu_plugin_register_atexit_cb(id, report, nullptr);
  return 0;
}
