// SPDX-License-Identifier: BSD-2-Clause
//
// The interrupt controller as a guest sees it (ARM IHI 0048, GICv2).
#include "runtime/cpu.hpp"
#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"

namespace {

using namespace probe;

constexpr std::uint32_t spare_spi = 72;
constexpr std::uint64_t quiet_us = 5'000;

constexpr std::uint64_t uart_imsc = uart_address + 0x38;
constexpr std::uint64_t uart_ris = uart_address + 0x3c;
constexpr std::uint64_t uart_icr = uart_address + 0x44;
constexpr std::uint32_t uart_transmit = 1U << 5;

bool stays_at(unsigned count) {
  return !gic::wait_for(count + 1, quiet_us) && gic::recorded() == count;
}

void sgi_to_self() {
  gic::record_interrupts();
  gic::enable(3);
  gic::send_to_self(3);
  const bool came = gic::wait_for(1);
  check("vgic.sgi", came && gic::recorded_intid(0) == 3, "SGI 3 did not arrive");
  check("vgic.sgi-once", stays_at(1), "it arrived more than once");
}

void priority_order() {
  gic::record_interrupts();
  gic::set_priority(1, 0xc0);
  gic::set_priority(2, 0x40);
  gic::set_priority(3, 0x80);
  for (std::uint32_t sgi = 1; sgi <= 3; ++sgi) {
    gic::enable(sgi);
    gic::send_to_self(sgi);
  }
  const bool came = gic::wait_for(3);
  const bool ordered =
      gic::recorded_intid(0) == 2 && gic::recorded_intid(1) == 3 && gic::recorded_intid(2) == 1;
  check("vgic.priorities", came && ordered, "not in the order of their priorities");
}

void priority_mask() {
  gic::record_interrupts();
  write32(gic::gicc_pmr, 0x80);
  gic::set_priority(4, 0xa0);
  gic::enable(4);
  gic::send_to_self(4);
  check("vgic.priority-mask", stays_at(0), "it passed the mask");
  write32(gic::gicc_pmr, 0xff);
  check("vgic.priority-mask-lifted", gic::wait_for(1), "it was lost");
}

void disabled_interrupt_waits() {
  // SGIs may be enabled for ever (section 4.3.5), SPIs not.
  gic::record_interrupts();
  gic::disable(spare_spi);
  gic::set_pending(spare_spi);
  check("vgic.disabled", stays_at(0), "a disabled interrupt arrived");
  check("vgic.disabled-pends", gic::is_pending(spare_spi), "it is not pending");
  gic::enable(spare_spi);
  check("vgic.enabled-later", gic::wait_for(1), "it was lost");
}

void disabled_distributor_waits() {
  gic::record_interrupts();
  gic::enable(6);
  write32(gic::gicd_ctlr, 0);
  gic::send_to_self(6);
  gic::enable(spare_spi);
  gic::set_pending(spare_spi);
  check("vgic.distributor-off", stays_at(0), "an interrupt arrived");
  write32(gic::gicd_ctlr, 1);
  // An SGI sent while the distributor is off may be dropped (section 3.1.2); an SPI may not.
  const bool came = gic::wait_for(1);
  check("vgic.distributor-on", came, "the SPI was lost");
  static_cast<void>(gic::wait_for(2, quiet_us));
}

/// Whether they came by priority, but for interrupts that were handed to list registers before the
/// more urgent ones came: nothing can tell whether the guest has not already taken those.
bool is_ordered(std::uint32_t count, std::uint32_t list_registers) {
  std::uint32_t last = count;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint32_t sgi = gic::recorded_intid(i);
    if (sgi < list_registers) {
      continue;
    }
    if (sgi >= last) {
      return false;
    }
    last = sgi;
  }
  return true;
}

void more_than_the_list_registers() {
  constexpr std::uint32_t count = 12;
  constexpr std::uint32_t most_list_registers = 4;  // of QEMU's and most GICv2
  gic::record_interrupts();
  for (std::uint32_t sgi = 0; sgi < count; ++sgi) {
    gic::set_priority(sgi, static_cast<std::uint8_t>(0xf0 - 0x10 * sgi));
    gic::enable(sgi);
    gic::send_to_self(sgi);
  }
  check("vgic.many", gic::wait_for(count), "some were lost");
  std::uint32_t seen = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    seen |= 1U << gic::recorded_intid(i) % 32;
  }
  check_equal("vgic.many-each-once", seen, (1U << count) - 1);
  check("vgic.many-ordered", is_ordered(count, most_list_registers),
        "not in the order of their priorities");
  check("vgic.many-no-more", stays_at(count), "one arrived twice");
}

void withdrawn_interrupt() {
  gic::record_interrupts();
  gic::disable(7);
  gic::send_to_self(7);
  write8(gic::gicd_cpendsgir + 7, 1);
  check("vgic.sgi-cleared", !gic::is_pending(7), "still pending");
  gic::enable(7);
  check("vgic.sgi-cleared-is-gone", stays_at(0), "it arrived all the same");
}

void software_pending() {
  gic::record_interrupts();
  const std::uint64_t config = gic::gicd_icfgr + std::uint64_t{4} * (spare_spi / 16);
  write32(config, read32(config) | 2U << spare_spi % 16 * 2);
  gic::disable(spare_spi);
  gic::set_pending(spare_spi);
  check("vgic.ispendr", gic::is_pending(spare_spi), "not pending");
  gic::clear_pending(spare_spi);
  check("vgic.icpendr", !gic::is_pending(spare_spi), "still pending");
  gic::set_pending(spare_spi);
  gic::enable(spare_spi);
  check("vgic.edge", gic::wait_for(1) && gic::recorded_intid(0) == spare_spi, "it did not arrive");
  check("vgic.edge-once", stays_at(1), "it arrived more than once");
}

void quiet_uart_the_second_time(std::uint32_t intid) {
  if (intid == gic::uart_intid && gic::recorded() >= 2) {
    write32(uart_icr, uart_transmit);
    synchronize();
  }
}

void level_line() {
  gic::record_interrupts(quiet_uart_the_second_time);
  // The line that this prints has raised the transmit interrupt.
  print_line("(a line for the UART's transmit interrupt)");
  check("vgic.uart-raw", (read32(uart_ris) & uart_transmit) != 0, "UARTRIS.TXRIS is clear");
  gic::enable(gic::uart_intid);
  check("vgic.level-masked", stays_at(0), "a masked device interrupted");
  // No output from here until the interrupt is masked again: it would raise it anew.
  write32(uart_imsc, uart_transmit);
  synchronize();
  const bool came_twice = gic::wait_for(2);
  const bool stopped = stays_at(2);
  write32(uart_imsc, 0);
  check("vgic.level", came_twice && gic::recorded_intid(1) == gic::uart_intid,
        "not delivered again while the line was high");
  check("vgic.level-lowered", stopped, "delivered again after the line was lowered");
}

void level_line_lost_while_disabled() {
  gic::record_interrupts();
  gic::disable(gic::uart_intid);
  print_line("(a line for the UART's transmit interrupt)");
  write32(uart_imsc, uart_transmit);
  const bool pends = gic::is_pending(gic::uart_intid);
  write32(uart_icr, uart_transmit);
  const bool still = gic::is_pending(gic::uart_intid);
  gic::enable(gic::uart_intid);
  const bool quiet = stays_at(0);
  write32(uart_imsc, 0);
  check("vgic.level-pends", pends, "ISPENDR does not show the line");
  check("vgic.level-unpends", !still, "ISPENDR still shows the line");
  check("vgic.level-withdrawn", quiet, "an interrupt without a cause arrived");
}

void spurious_acknowledge() {
  check_equal("vgic.spurious", read32(gic::gicc_iar) & 0x3ff, gic::spurious);
}

void banked_bytes() {
  write8(gic::gicd_ipriorityr + 33, 0x50);
  check_equal("vgic.priority-byte", read8(gic::gicd_ipriorityr + 33), 0x50);
  write32(gic::gicd_ipriorityr + 36, 0xa0b0c0d0);
  check_equal("vgic.priority-word", read32(gic::gicd_ipriorityr + 36), 0xa0b0c0d0);
  check_equal("vgic.priority-of-word", read8(gic::gicd_ipriorityr + 38), 0xb0);
}

}  // namespace

void probe_main() {
  gic::start();
  spurious_acknowledge();
  banked_bytes();
  sgi_to_self();
  priority_order();
  priority_mask();
  disabled_interrupt_waits();
  disabled_distributor_waits();
  more_than_the_list_registers();
  withdrawn_interrupt();
  software_pending();
  level_line();
  level_line_lost_while_disabled();
}
