// SPDX-License-Identifier: BSD-2-Clause
#include "el2/gic.hpp"

namespace serai::testbed::gic {
namespace {

constexpr std::uintptr_t control = distributor;
constexpr std::uintptr_t type = distributor + 0x004;
constexpr std::uintptr_t disable = distributor + 0x180;
constexpr std::uintptr_t clear_pending = distributor + 0x280;
constexpr std::uintptr_t clear_active = distributor + 0x380;
constexpr std::uintptr_t priority = distributor + 0x400;
constexpr std::uintptr_t targets = distributor + 0x800;
constexpr std::uintptr_t configuration = distributor + 0xc00;

constexpr std::uintptr_t cpu_control = cpu_interface;
constexpr std::uintptr_t priority_mask = cpu_interface + 0x04;

}  // namespace

void start() noexcept {
  at(control) = 0;
  const std::uintptr_t words = (at(type) & 0x1f) + 1;
  for (std::uintptr_t word = 0; word < words; ++word) {
    at(disable + 4 * word) = ~0U;
    at(clear_pending + 4 * word) = ~0U;
    at(clear_active + 4 * word) = ~0U;
  }
  constexpr std::uint32_t middle_priority = 0x8080'8080;
  constexpr std::uint32_t first_cpu = 0x0101'0101;
  for (std::uintptr_t word = 0; word < 8 * words; ++word) {
    at(priority + 4 * word) = middle_priority;
    if (word >= 8) {
      at(targets + 4 * word) = first_cpu;
    }
  }
  at(control) = 1;
  at(priority_mask) = 0xf0;
  at(cpu_control) = 1;
  set_virtual_enabled(true);
  unmask(maintenance_intid);
  unmask(timer_intid);
  unmask(virtual_timer_intid);
}

void set_trigger(std::uint32_t intid, config::Trigger trigger) noexcept {
  volatile std::uint32_t& word = at(configuration + 4 * std::uintptr_t{intid / 16});
  const std::uint32_t edge = 2U << (2 * (intid % 16));
  word = trigger == config::Trigger::edge ? word | edge : word & ~edge;
}

}  // namespace serai::testbed::gic
