// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/crash_report.hpp"

#include <array>

#include "arch/aarch64/exit/describe.hpp"
#include "base/text.hpp"

namespace serai::vmm {
namespace {

using Line = Text<120>;
constexpr unsigned word_digits = 16;
constexpr unsigned general_registers = 31;
constexpr unsigned registers_per_line = 4;

constexpr std::array<std::string_view, 7> exit_names = {
    "none", "memory", "trap", "maintenance", "private interrupt", "hypervisor call", "other",
};

void report_state(LogPort& log, aarch64::Vcpu& vcpu) noexcept {
  Line line;
  line << "  pc " << Hex{vcpu.pc(), word_digits} << "  sp "
       << Hex{vcpu.word(aarch64::slot::sp), word_digits} << "  spsr "
       << Hex{vcpu.word(aarch64::slot::spsr)};
  log.write_line(line.view());
}

void report_registers(LogPort& log, aarch64::Vcpu& vcpu) noexcept {
  Line line;
  for (unsigned number = 0; number < general_registers; ++number) {
    line << "  x" << number << (number < 10 ? "  " : " ") << Hex{vcpu.x(number), word_digits};
    if (number % registers_per_line == registers_per_line - 1) {
      log.write_line(line.view());
      line.clear();
    }
  }
  log.write_line(line.view());
}

void report_history(LogPort& log, const ExitHistory& history) noexcept {
  log.write_line("  last exits, newest first:");
  for (std::size_t age = 0; age < ExitHistory::length && age < history.count(); ++age) {
    const ExitRecord& exit = history.recent(age);
    Line line;
    line << "    " << exit_names[static_cast<std::size_t>(exit.kind)] << " at pc " << Hex{exit.pc}
         << ", esr " << Hex{exit.esr} << ", " << Hex{exit.detail};
    log.write_line(line.view());
  }
}

}  // namespace

void report_crash(LogPort& log, const Fatal& fatal, aarch64::Vcpu& vcpu,
                  const ExitHistory& history) noexcept {
  Line line;
  line << "stopped: " << fatal.reason;
  log.write_line(line.view());
  line.clear();
  line << "  exit " << aarch64::describe(fatal.esr).view();
  log.write_line(line.view());
  line.clear();
  line << "  address " << Hex{fatal.address};
  log.write_line(line.view());
  report_state(log, vcpu);
  report_registers(log, vcpu);
  report_history(log, history);
}

}  // namespace serai::vmm
