// SPDX-License-Identifier: BSD-2-Clause
#include "runtime/gic.hpp"

#include <array>

#include "runtime/cpu.hpp"
#include "runtime/runtime.hpp"

namespace probe::gic {
namespace {

constexpr std::uint32_t intid_mask = 0x3ff;

constinit std::array<std::uint32_t, 64> intids{};
constinit unsigned count_so_far = 0;
constinit InterruptService serve = nullptr;

std::uint64_t word_of(std::uint64_t bank, std::uint32_t intid) {
  return bank + std::uint64_t{4} * (intid / 32);
}

std::uint32_t bit_of(std::uint32_t intid) {
  return 1U << intid % 32;
}

void on_interrupt() {
  const std::uint32_t acknowledged = read32(gicc_iar);
  const std::uint32_t intid = acknowledged & intid_mask;
  if (intid == spurious) {
    return;
  }
  if (count_so_far < intids.size()) {
    intids[count_so_far] = intid;
  }
  ++count_so_far;
  if (serve != nullptr) {
    serve(intid);
  }
  write32(gicc_eoir, acknowledged);
  synchronize();
}

}  // namespace

void start() {
  write32(gicd_ctlr, 0);
  const std::uint32_t words = (read32(gicd_typer) & 0x1f) + 1;
  for (std::uint32_t i = 0; i < words; ++i) {
    write32(gicd_icenabler + std::uint64_t{4} * i, ~0U);
    write32(gicd_icpendr + std::uint64_t{4} * i, ~0U);
  }
  write32(gicc_pmr, 0xff);
  write32(gicc_ctlr, 1);
  write32(gicd_ctlr, 1);
}

void enable(std::uint32_t intid) {
  if (intid >= 32) {
    write8(gicd_itargetsr + intid, 1);
  }
  write32(word_of(gicd_isenabler, intid), bit_of(intid));
  synchronize();
}

void disable(std::uint32_t intid) {
  write32(word_of(gicd_icenabler, intid), bit_of(intid));
  synchronize();
}

bool is_pending(std::uint32_t intid) {
  return (read32(word_of(gicd_ispendr, intid)) & bit_of(intid)) != 0;
}

void set_pending(std::uint32_t intid) {
  write32(word_of(gicd_ispendr, intid), bit_of(intid));
  synchronize();
}

void clear_pending(std::uint32_t intid) {
  write32(word_of(gicd_icpendr, intid), bit_of(intid));
  synchronize();
}

void set_priority(std::uint32_t intid, std::uint8_t priority) {
  write8(gicd_ipriorityr + intid, priority);
}

void send_to_self(std::uint32_t sgi) {
  constexpr std::uint32_t to_self = 2U << 24;
  write32(gicd_sgir, to_self | sgi);
  synchronize();
}

void record_interrupts(InterruptService served) {
  forbid_interrupts();
  serve = served;
  count_so_far = 0;
  set_interrupt_handler(on_interrupt);
}

unsigned recorded() {
  return *const_cast<volatile unsigned*>(&count_so_far);
}

std::uint32_t recorded_intid(unsigned index) {
  return intids[index];
}

bool wait_for(unsigned count, std::uint64_t microseconds) {
  const std::uint64_t end = virtual_counter() + counter_frequency() / 1'000'000 * microseconds;
  allow_interrupts();
  while (recorded() < count && virtual_counter() < end) {
  }
  forbid_interrupts();
  return recorded() >= count;
}

}  // namespace probe::gic
