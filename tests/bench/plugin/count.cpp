// SPDX-License-Identifier: BSD-2-Clause
//
// A plugin for QEMU's TCG that counts executed instructions by region of the address space and by
// section of the run. A guest begins section N by HINT #(0x60 + N), for N from 0 to 15; the run
// begins in section `before`, and the first instruction of a guest begins section `boot`.
//
// Speaks version 1 of the plugin interface, of which this file declares what it uses: Debian ships
// no header. Arguments: none. Output: one line for each section that was entered, by `-d plugin`.

#include <array>
#include <cinttypes>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

extern "C" {

struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
using qemu_plugin_id_t = std::uint64_t;

enum qemu_plugin_op { QEMU_PLUGIN_INLINE_ADD_U64 };

enum qemu_plugin_cb_flags { QEMU_PLUGIN_CB_NO_REGS };

std::size_t qemu_plugin_tb_n_insns(const qemu_plugin_tb* tb);
qemu_plugin_insn* qemu_plugin_tb_get_insn(const qemu_plugin_tb* tb, std::size_t index);
const void* qemu_plugin_insn_data(const qemu_plugin_insn* instruction);
std::uint64_t qemu_plugin_insn_vaddr(const qemu_plugin_insn* instruction);
void qemu_plugin_register_vcpu_tb_trans_cb(qemu_plugin_id_t id,
                                           void (*callback)(qemu_plugin_id_t, qemu_plugin_tb*));
void qemu_plugin_register_vcpu_insn_exec_cb(qemu_plugin_insn* instruction,
                                            void (*callback)(unsigned, void*),
                                            qemu_plugin_cb_flags flags, void* data);
void qemu_plugin_register_vcpu_insn_exec_inline(qemu_plugin_insn* instruction, qemu_plugin_op op,
                                                void* counter, std::uint64_t amount);
void qemu_plugin_register_atexit_cb(qemu_plugin_id_t id, void (*callback)(qemu_plugin_id_t, void*),
                                    void* data);
void qemu_plugin_outs(const char* text);

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

constexpr std::size_t mark_count = 16;
constexpr std::size_t before = mark_count;
constexpr std::size_t boot = mark_count + 1;
constexpr std::size_t section_count = mark_count + 2;

struct Section {
  std::uint64_t entries = 0;
  std::array<std::uint64_t, names.size()> executed{};
};

std::array<std::uint64_t, names.size()> executed{};   // by TCG's own code
std::array<std::uint64_t, names.size()> at_switch{};  // `executed` when the present section began
std::array<Section, section_count> sections{};
std::size_t present = before;

std::size_t name_of(std::uint64_t address) {
  for (const Region& region : regions) {
    if (address >= region.begin && address < region.end) {
      return std::strcmp(region.name, names[0]) == 0 ? 0 : 1;
    }
  }
  return 2;
}

void enter(std::size_t section) {
  for (std::size_t i = 0; i < names.size(); ++i) {
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

/// The N of HINT #(0x60 + N), or `mark_count`.
std::size_t marker(std::uint32_t instruction) {
  constexpr std::uint32_t hint = 0xd503201f;
  constexpr std::uint32_t number_mask = 0x7f << 5;
  const std::uint32_t number = (instruction & number_mask) >> 5;
  const bool is_marker = (instruction & ~number_mask) == hint && number >= 0x60 && number < 0x70;
  return is_marker ? number - 0x60 : mark_count;
}

void translate(qemu_plugin_id_t, qemu_plugin_tb* tb) {
  for (std::size_t i = 0; i < qemu_plugin_tb_n_insns(tb); ++i) {
    qemu_plugin_insn* instruction = qemu_plugin_tb_get_insn(tb, i);
    const std::size_t name = name_of(qemu_plugin_insn_vaddr(instruction));
    if (name == 1 && present == before) {
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

void report(qemu_plugin_id_t, void*) {
  enter(present);
  --sections[present].entries;
  for (std::size_t i = 0; i < section_count; ++i) {
    const Section& section = sections[i];
    std::array<char, 16> title{};
    std::snprintf(title.data(), title.size(), "%zu", i);
    std::array<char, 160> line{};
    std::snprintf(line.data(), line.size(),
                  "section %s entries %" PRIu64 " hypervisor %" PRIu64 " guest %" PRIu64
                  " other %" PRIu64 "\n",
                  i == before ? "before" : (i == boot ? "boot" : title.data()), section.entries,
                  section.executed[0], section.executed[1], section.executed[2]);
    if (section.entries > 0 || i == before) {
      qemu_plugin_outs(line.data());
    }
  }
}

}  // namespace

extern "C" __attribute__((visibility("default"))) int qemu_plugin_install(qemu_plugin_id_t id,
                                                                          const qemu_info_t*, int,
                                                                          char**) {
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  qemu_plugin_register_atexit_cb(id, report, nullptr);
  return 0;
}
