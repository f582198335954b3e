// SPDX-License-Identifier: BSD-2-Clause
//
// The PL011's registers, ARM DDI 0183 (r1p5), table 3-1.
#include <array>
#include <cstdint>

#include "core/register_access.hpp"
#include "core/register_map.hpp"
#include "devices/pl011/pl011.hpp"

namespace serai::pl011 {

/// Reads and writes of the single registers.
struct RegisterFunctions {
  /// A register that only keeps the bits in `Mask`.
  template <std::uint32_t Pl011::* Member>
  static std::uint32_t read_plain(Pl011& device, std::uint32_t) noexcept {
    return device.*Member;
  }

  template <std::uint32_t Pl011::* Member, std::uint32_t Mask>
  static void write_plain(Pl011& device, std::uint32_t, std::uint32_t value) noexcept {
    device.*Member = value & Mask;
  }

  static std::uint32_t read_dr(Pl011& device, std::uint32_t) noexcept {
    return device.take_received();
  }

  static void write_dr(Pl011& device, std::uint32_t, std::uint32_t value) noexcept {
    device.queue_to_transmit(value);
  }

  static void write_ecr(Pl011& device, std::uint32_t, std::uint32_t) noexcept { device.rsr_ = 0; }

  static std::uint32_t read_fr(Pl011& device, std::uint32_t) noexcept { return device.flags(); }

  static void write_lcr_h(Pl011& device, std::uint32_t, std::uint32_t value) noexcept {
    device.set_line_control(value);
  }

  static void write_cr(Pl011& device, std::uint32_t, std::uint32_t value) noexcept {
    device.set_control(value);
  }

  static void write_imsc(Pl011& device, std::uint32_t, std::uint32_t value) noexcept {
    device.imsc_ = value & interrupt::implemented;
    device.update_line();
  }

  static std::uint32_t read_mis(Pl011& device, std::uint32_t) noexcept {
    return device.ris_ & device.imsc_;
  }

  static void write_icr(Pl011& device, std::uint32_t, std::uint32_t value) noexcept {
    device.ris_ &= ~value;
    device.update_line();
  }

  static std::uint32_t read_peripheral_id(Pl011&, std::uint32_t index) noexcept {
    return peripheral_id[index];
  }

  static std::uint32_t read_cell_id(Pl011&, std::uint32_t index) noexcept { return cell_id[index]; }

  static consteval auto table() {
    constexpr WidthMask any = 1 | 2 | 4;
    using P = Pl011;
    return make_register_map<P, P::window_bytes>(std::to_array<Register<P>>({
        {"UARTDR", 0x000, 1, read_dr, write_dr, any},
        {"UARTRSR/UARTECR", 0x004, 1, read_plain<&P::rsr_>, write_ecr, any},
        {"UARTFR", 0x018, 1, read_fr, nullptr, any},
        {"UARTILPR", 0x020, 1, read_plain<&P::ilpr_>, write_plain<&P::ilpr_, ilpr_implemented>,
         any},
        {"UARTIBRD", 0x024, 1, read_plain<&P::ibrd_>, write_plain<&P::ibrd_, ibrd_implemented>,
         any},
        {"UARTFBRD", 0x028, 1, read_plain<&P::fbrd_>, write_plain<&P::fbrd_, fbrd_implemented>,
         any},
        {"UARTLCR_H", 0x02c, 1, read_plain<&P::lcr_h_>, write_lcr_h, any},
        {"UARTCR", 0x030, 1, read_plain<&P::cr_>, write_cr, any},
        {"UARTIFLS", 0x034, 1, read_plain<&P::ifls_>, write_plain<&P::ifls_, ifls_implemented>,
         any},
        {"UARTIMSC", 0x038, 1, read_plain<&P::imsc_>, write_imsc, any},
        {"UARTRIS", 0x03c, 1, read_plain<&P::ris_>, nullptr, any},
        {"UARTMIS", 0x040, 1, read_mis, nullptr, any},
        {"UARTICR", 0x044, 1, nullptr, write_icr, any},
        {"UARTDMACR", 0x048, 1, read_plain<&P::dmacr_>, write_plain<&P::dmacr_, dmacr_implemented>,
         any},
        {"UARTPeriphID", 0xfe0, 4, read_peripheral_id, nullptr, any},
        {"UARTPCellID", 0xff0, 4, read_cell_id, nullptr, any},
    }));
  }
};

namespace {

constexpr auto registers = RegisterFunctions::table();

}  // namespace

Result<std::uint64_t> Pl011::read(std::uint64_t offset, AccessSize size) noexcept {
  return read_register(registers, *this, offset, size);
}

Result<void> Pl011::write(std::uint64_t offset, AccessSize size, std::uint64_t value) noexcept {
  return write_register(registers, *this, offset, size, value);
}

}  // namespace serai::pl011
