// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/format.h>

#include "tool/check/checks.hpp"
#include "tool/model/quantity.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t default_memory = 256ULL << 20;
constexpr std::uint64_t default_priority = 50;
/// seL4 refuses budgets of which a context switch would take a good part.
constexpr std::uint64_t least_us = 100;
constexpr std::uint64_t most_us = 10'000'000;
/// Equal budget and period: no limit, and the same values Microkit gives a PD that says nothing.
constexpr std::uint64_t unlimited_us = 1000;

void check_memory(const Located<std::uint64_t>& memory, const Board& board,
                  Diagnostics& diagnostics) {
  const std::uint64_t bytes = memory.value;
  if (bytes == 0) {
    diagnostics.error(
        "E0301", memory.where, "a VM with no memory cannot run",
        fmt::format("write for example: memory = \"{}\"", size_literal(default_memory)));
  } else if (bytes % large_page != 0) {
    const std::uint64_t below = bytes / large_page * large_page;
    const std::string above = size_literal(below + large_page);
    diagnostics.error(
        "E0302", memory.where,
        fmt::format("{} is not a multiple of 2 MiB, the size of the pages", format_size(bytes)),
        below == 0 ? fmt::format("write \"{}\"", above)
                   : fmt::format("write \"{}\" or \"{}\"", size_literal(below), above));
  } else if (bytes > board.usable_memory()) {
    diagnostics.error("E0303", memory.where,
                      fmt::format("{} is more than the {} that {} has for VMs", format_size(bytes),
                                  format_size(board.usable_memory()), board.name),
                      fmt::format("write at most \"{}\"", size_literal(board.usable_memory())));
  }
}

void check_duration(const char* what, const std::optional<Located<std::uint64_t>>& duration,
                    Diagnostics& diagnostics) {
  if (duration && (duration->value < least_us || duration->value > most_us)) {
    diagnostics.error(
        "E0308", duration->where,
        fmt::format("a {} of {} is not possible", what, format_duration_us(duration->value)),
        "write a duration from \"100us\" to \"10s\"");
  }
}

void check_schedule(const VmModel& model, CheckedVm& vm, Diagnostics& diagnostics) {
  check_duration("budget", model.budget_us, diagnostics);
  check_duration("period", model.period_us, diagnostics);
  if (model.budget_us && !model.period_us) {
    diagnostics.error("E0307", model.budget_us->where, "a budget means nothing without a period",
                      "add for example: period = \"10ms\"");
  } else if (model.budget_us && model.budget_us->value > model.period_us->value) {
    diagnostics.error("E0306", model.budget_us->where,
                      fmt::format("the budget of {} is longer than the period of {}",
                                  format_duration_us(model.budget_us->value),
                                  format_duration_us(model.period_us->value)),
                      "the budget is the part of each period in which the VM may run");
  }
  vm.period_us = model.period_us ? model.period_us->value : unlimited_us;
  vm.budget_us = model.budget_us ? model.budget_us->value : vm.period_us;
}

}  // namespace

void check_resources(const VmModel& model, const Board& board, CheckedVm& vm,
                     Diagnostics& diagnostics) {
  const auto memory = model.memory.value_or(Located{default_memory, model.heading});
  check_memory(memory, board, diagnostics);
  vm.memory = memory.value;
  vm.memory_where = memory.where;
  if (model.vcpus && model.vcpus->value != 1) {
    diagnostics.error("E0305", model.vcpus->where,
                      fmt::format("{} vCPUs are not possible", model.vcpus->value),
                      "this version of Serai gives each VM one vCPU: write 1 or leave it out");
  }
  vm.vcpus = 1;
  vm.priority =
      static_cast<std::uint32_t>(model.priority ? model.priority->value : default_priority);
  check_schedule(model, vm, diagnostics);
}

}  // namespace serai::tool
