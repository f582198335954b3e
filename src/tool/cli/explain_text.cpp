// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/format.h>
#include <numeric>

#include "tool/cli/explain.hpp"
#include "tool/cli/reach.hpp"
#include "tool/cli/table.hpp"
#include "tool/model/quantity.hpp"

namespace serai::tool {

namespace {

class TextExplainer {
 public:
  TextExplainer(const ResolvedSystem& system, bool colour) : system_(system), colour_(colour) {}

  std::string explain() {
    text_ = fmt::format("Board {}: {} for QEMU's {}, Microkit's {}\n", system_.board.name,
                        format_size(system_.board.qemu_memory_bytes), system_.board.qemu_cpu,
                        system_.board.microkit_name);
    for (const Guest& guest : system_.guests) {
      add_guest(guest);
    }
    add_reach();
    add_pds();
    add_children();
    add_memory();
    add_interrupts();
    add_channels();
    for (const std::string& warning : system_.warnings) {
      text_ += fmt::format("\nWarning: {}\n", warning);
    }
    return std::move(text_);
  }

 private:
  void heading(const std::string& words) {
    text_ += colour_ ? fmt::format("\n\x1b[1m{}\x1b[0m\n", words) : fmt::format("\n{}\n", words);
  }

  static std::string range(std::uint64_t address, std::uint64_t size) {
    return fmt::format("{:#010x} to {:#010x}", address,
                       address + std::max<std::uint64_t>(size, 1) - 1);
  }

  static std::string limit(const Schedule& schedule) {
    return schedule.budget_us == schedule.period_us
               ? "no limit"
               : fmt::format("{} in {}", format_duration_us(schedule.budget_us),
                             format_duration_us(schedule.period_us));
  }

  void add_guest(const Guest& guest) {
    heading(fmt::format("VM {}: what the guest finds", guest.name));

    struct Row {
      std::uint64_t address;
      std::vector<std::string> cells;
    };

    std::vector<Row> rows;
    rows.push_back(
        {guest.ram_address,
         {range(guest.ram_address, guest.ram_size), format_size(guest.ram_size), "memory", ""}});
    for (const GuestDevice& device : guest.devices) {
      rows.push_back({device.address,
                      {range(device.address, device.size), format_size(device.size), device.kind,
                       device.intid == 0 ? "" : fmt::format("INTID {}", device.intid)}});
    }
    for (const GuestImagePlace& image : guest.images) {
      const std::string file = image.file.empty() ? "" : image.file.string() + ", ";
      const std::string note = image.note.empty() ? "" : fmt::format("{}", image.note);
      std::string words = file + note;
      if (words.ends_with(", ")) {
        words.resize(words.size() - 2);
      }
      rows.push_back(
          {image.address,
           {range(image.address, image.size), format_size(image.size), "  " + image.kind, words}});
    }
    std::ranges::stable_sort(rows, {}, &Row::address);
    TextTable table({"guest-physical", "size", "what", ""});
    for (Row& row : rows) {
      table.add(std::move(row.cells));
    }
    text_ += table.render();
    text_ += fmt::format("  starts at {:#x}; command line: {}\n", guest.entry,
                         guest.cmdline.empty() ? "none" : guest.cmdline);
    if (!guest.virtio.empty()) {
      text_ += virtio_table(guest);
    }
  }

  void add_reach() {
    if (!system_.disks.empty()) {
      heading("Who can reach which disk");
      text_ += disks_table(system_);
    }
    if (!system_.networks.empty()) {
      heading("Who can reach whom on a network");
      text_ += networks_table(system_);
    }
    if (!devices_of(system_, config::VirtioKind::socket).empty()) {
      heading("Who can reach whom with sockets (vsock)");
      text_ += sockets_table(system_);
    }
  }

  void add_pds() {
    heading("Who runs: protection domains and their VMs, the highest priority first");

    struct Row {
      std::uint32_t priority;
      std::vector<std::string> cells;
    };

    std::vector<Row> rows;
    for (const ProtectionDomain& pd : system_.pds) {
      rows.push_back({pd.schedule.priority,
                      {fmt::format("{}", pd.schedule.priority), pd.name, program_file_name(pd),
                       limit(pd.schedule)}});
      if (pd.vm) {
        rows.push_back({pd.vm->schedule.priority,
                        {fmt::format("{}", pd.vm->schedule.priority), pd.vm->name,
                         fmt::format("VM, {} vCPU", pd.vm->vcpu_count), limit(pd.vm->schedule)}});
      }
    }
    std::ranges::stable_sort(rows, std::greater(), &Row::priority);
    TextTable table({"priority", "name", "program", "CPU time"});
    for (Row& row : rows) {
      table.add(std::move(row.cells));
    }
    text_ += table.render();
  }

  void add_children() {
    TextTable table({"name", "by"});
    bool any = false;
    for (const ProtectionDomain& pd : system_.pds) {
      if (pd.parent) {
        any = true;
        table.add({pd.name, system_.pds[pd.parent->pd].name});
      }
    }
    if (any) {
      heading("Who is started again when it crashes, and by whom");
      text_ += table.render();
    }
  }

  void add_memory() {
    heading("Who may access what: memory regions");
    TextTable table({"region", "size", "physical", "who", "rights", "at"});
    for (std::size_t i = 0; i < system_.regions.size(); ++i) {
      const MemoryRegion& region = system_.regions[i];
      std::vector<std::string> start{
          region.name, format_size(region.size),
          region.physical ? fmt::format("{:#010x}", *region.physical) : "anywhere"};
      const auto add = [&](const std::string& who, const std::vector<Mapping>& mappings) {
        for (const Mapping& mapping : mappings) {
          if (mapping.region != i) {
            continue;
          }
          std::vector<std::string> row = start;
          row.push_back(who);
          row.push_back(access_letters(mapping.access));
          row.push_back(fmt::format("{:#x}", mapping.address));
          table.add(std::move(row));
          start = {"", "", ""};
        }
      };
      for (const ProtectionDomain& pd : system_.pds) {
        add(pd.name, pd.mappings);
        if (pd.vm) {
          add("VM " + pd.vm->name, pd.vm->mappings);
        }
      }
    }
    text_ += table.render();
  }

  void add_interrupts() {
    heading("Who gets which interrupt");
    TextTable table({"INTID", "trigger", "of", "goes to", "channel"});
    for (const ProtectionDomain& pd : system_.pds) {
      for (const Interrupt& interrupt : pd.interrupts) {
        table.add({fmt::format("{}", interrupt.intid), trigger_name(interrupt.trigger),
                   interrupt.what, pd.name, fmt::format("{}", interrupt.channel)});
      }
    }
    text_ += table.render();
  }

  [[nodiscard]] std::string end_name(const ChannelEnd& end) const {
    return fmt::format("{} {}", system_.pds[end.pd].name, end.id);
  }

  static std::string rights(const ChannelEnd& end) {
    return end.may_notify && end.may_call ? "calls, notifies"
           : end.may_call                 ? "calls"
           : end.may_notify               ? "notifies"
                                          : "listens";
  }

  void add_channels() {
    heading("Who may talk to whom: channels");
    TextTable table({"one end", "may", "other end", "may", "for"});
    for (const Channel& channel : system_.channels) {
      table.add({end_name(channel.a), rights(channel.a), end_name(channel.b), rights(channel.b),
                 channel.what});
    }
    text_ += table.render();
  }

  const ResolvedSystem& system_;
  bool colour_;
  std::string text_;
};

}  // namespace

std::string explain_text(const ResolvedSystem& system, bool colour) {
  return TextExplainer(system, colour).explain();
}

std::string access_letters(unsigned access) {
  const auto letter = [access](Access right, char name) {
    return (access & static_cast<unsigned>(right)) != 0 ? name : '-';
  };
  return {letter(Access::read, 'r'), letter(Access::write, 'w'), letter(Access::execute, 'x')};
}

std::string trigger_name(config::Trigger trigger) {
  return trigger == config::Trigger::edge ? "edge" : "level";
}

}  // namespace serai::tool
