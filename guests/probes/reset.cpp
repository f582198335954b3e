// SPDX-License-Identifier: BSD-2-Clause
//
// SYSTEM_RESET starts the guest again from its pristine image, with reset devices. Boots are
// counted in RAM that belongs to no image.
#include "runtime/cpu.hpp"
#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"

namespace {

using namespace probe;

constexpr std::uint64_t counter_address = 0x4400'0000;
constexpr std::uint32_t counter_magic = 0x5eba'0000;
constexpr std::uint32_t resets = 3;
constexpr std::uint32_t pristine = 0x1234'5678;

constexpr std::uint64_t uart_imsc = uart_address + 0x38;
constexpr std::uint64_t clock_mr = clock_address + 0x04;

constinit std::uint32_t in_image = pristine;

std::uint32_t boots_before() {
  const std::uint32_t value = read32(counter_address);
  return (value & 0xffff'0000) == counter_magic ? value & 0xffff : 0;
}

void check_pristine(std::uint32_t boot) {
  const auto& variable = *const_cast<const volatile std::uint32_t*>(&in_image);
  Line name;
  name << "reset.boot-" << boot;
  print_line(name.view());
  check_equal("reset.image", variable, pristine);
  check_equal("reset.uart", read32(uart_imsc), 0);
  check_equal("reset.clock", read32(clock_mr), 0);
  check_equal("reset.distributor", read32(gic::gicd_ctlr), 0);
  check_equal("reset.enabled", read32(gic::gicd_isenabler + 4), 0);
  check_equal("reset.timer", virtual_timer_control() & 3, 0);
}

void disturb_everything() {
  *const_cast<volatile std::uint32_t*>(&in_image) = 0;
  write32(clock_mr, 77);
  gic::start();
  gic::enable(gic::uart_intid);
  gic::enable(gic::virtual_timer_intid);
  set_virtual_timer(virtual_counter() + counter_frequency() / 1000, 1);
  write32(uart_imsc, 0x7ff);
}

}  // namespace

void probe_main() {
  const std::uint32_t boot = boots_before();
  check_pristine(boot);
  if (boot == resets) {
    write32(counter_address, 0);
    check("reset.count", true, "");
    return;
  }
  write32(counter_address, counter_magic | (boot + 1));
  disturb_everything();
  secure_call(psci_system_reset);
  check("reset.returns", false, "SYSTEM_RESET came back");
}
