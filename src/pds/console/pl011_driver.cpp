// SPDX-License-Identifier: BSD-2-Clause
#include "pds/console/pl011_driver.hpp"

namespace serai::console {
namespace {

// Word offsets and bits of the registers, ARM DDI 0183, table 3-1 and section 3.3.
constexpr std::size_t uartdr = 0x00 / 4;
constexpr std::size_t uartfr = 0x18 / 4;
constexpr std::size_t uartlcr_h = 0x2c / 4;
constexpr std::size_t uartcr = 0x30 / 4;
constexpr std::size_t uartimsc = 0x38 / 4;
constexpr std::size_t uarticr = 0x44 / 4;

constexpr std::uint32_t dr_break_error = 1U << 10;
constexpr std::uint32_t fr_busy = 1U << 3;
constexpr std::uint32_t fr_rxfe = 1U << 4;
constexpr std::uint32_t fr_txff = 1U << 5;
constexpr std::uint32_t lcr_h_eight_bits_fifos = 0x70;
constexpr std::uint32_t cr_uarten_txe_rxe = 0x301;
constexpr std::uint32_t receive_interrupts = 1U << 4 | 1U << 6;  // level and timeout
constexpr std::uint32_t transmit_interrupt = 1U << 5;
constexpr std::uint32_t all_interrupts = 0x7ff;

// A whole FIFO at 1200 baud takes less than this many looks at the flags.
constexpr unsigned most_looks = 1'000'000;

}  // namespace

Pl011Driver::Pl011Driver(std::uint64_t address) noexcept
    // Safety: the checked configuration says that a PL011's registers are mapped here, as device
    // memory and for this PD alone. Volatile, because each access has effects.
    : registers_(reinterpret_cast<volatile std::uint32_t*>(address)) {
  // What the boot loader or the kernel is still sending must leave before the line changes.
  for (unsigned look = 0; look < most_looks && (registers_[uartfr] & fr_busy) != 0; ++look) {
  }
  const std::uint32_t control = registers_[uartcr];
  registers_[uartcr] = 0;
  registers_[uartlcr_h] = lcr_h_eight_bits_fifos;
  registers_[uarticr] = all_interrupts;
  registers_[uartimsc] = receive_interrupts;
  registers_[uartcr] = control | cr_uarten_txe_rxe;
}

std::size_t Pl011Driver::write(std::span<const std::byte> characters) noexcept {
  std::size_t count = 0;
  while (count < characters.size() && (registers_[uartfr] & fr_txff) == 0) {
    registers_[uartdr] = static_cast<std::uint32_t>(characters[count]);
    ++count;
  }
  return count;
}

std::size_t Pl011Driver::read(std::span<std::byte> to) noexcept {
  std::size_t count = 0;
  while (count < to.size() && (registers_[uartfr] & fr_rxfe) == 0) {
    const std::uint32_t character = registers_[uartdr];
    if ((character & dr_break_error) == 0) {
      to[count] = static_cast<std::byte>(character & 0xff);
      ++count;
    }
  }
  return count;
}

void Pl011Driver::set_transmit_interrupt(bool enabled) noexcept {
  registers_[uartimsc] = receive_interrupts | (enabled ? transmit_interrupt : 0);
}

void Pl011Driver::acknowledge() noexcept {
  registers_[uarticr] = all_interrupts;
}

}  // namespace serai::console
