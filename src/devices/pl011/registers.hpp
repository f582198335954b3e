// SPDX-License-Identifier: BSD-2-Clause
//
// Bits of the PL011's registers, ARM DDI 0183 (r1p5), chapter 3.3.
#pragma once

#include <array>
#include <cstdint>

namespace serai::pl011 {

/// UARTDR above the eight data bits, and UARTRSR shifted down by 8 (section 3.3.1).
namespace dr {
inline constexpr std::uint32_t data_mask = 0xff;
inline constexpr std::uint32_t framing_error = 1U << 8;
inline constexpr std::uint32_t parity_error = 1U << 9;
inline constexpr std::uint32_t break_error = 1U << 10;
inline constexpr std::uint32_t overrun_error = 1U << 11;
}  // namespace dr

/// UARTFR (3.3.3).
namespace fr {
inline constexpr std::uint32_t cts = 1U << 0;
inline constexpr std::uint32_t dsr = 1U << 1;
inline constexpr std::uint32_t dcd = 1U << 2;
inline constexpr std::uint32_t busy = 1U << 3;
inline constexpr std::uint32_t rxfe = 1U << 4;
inline constexpr std::uint32_t txff = 1U << 5;
inline constexpr std::uint32_t rxff = 1U << 6;
inline constexpr std::uint32_t txfe = 1U << 7;
inline constexpr std::uint32_t ri = 1U << 8;
}  // namespace fr

/// UARTLCR_H (3.3.7).
namespace lcr_h {
inline constexpr std::uint32_t brk = 1U << 0;
inline constexpr std::uint32_t fen = 1U << 4;
inline constexpr std::uint32_t implemented = 0xff;
}  // namespace lcr_h

/// UARTCR (3.3.8).
namespace cr {
inline constexpr std::uint32_t uarten = 1U << 0;
inline constexpr std::uint32_t lbe = 1U << 7;
inline constexpr std::uint32_t txe = 1U << 8;
inline constexpr std::uint32_t rxe = 1U << 9;
inline constexpr std::uint32_t dtr = 1U << 10;
inline constexpr std::uint32_t rts = 1U << 11;
inline constexpr std::uint32_t out1 = 1U << 12;
inline constexpr std::uint32_t out2 = 1U << 13;
inline constexpr std::uint32_t implemented = 0xff87;
}  // namespace cr

/// UARTIMSC, UARTRIS, UARTMIS and UARTICR (3.3.10 to 3.3.13).
namespace interrupt {
inline constexpr std::uint32_t ri = 1U << 0;
inline constexpr std::uint32_t cts = 1U << 1;
inline constexpr std::uint32_t dcd = 1U << 2;
inline constexpr std::uint32_t dsr = 1U << 3;
inline constexpr std::uint32_t receive = 1U << 4;
inline constexpr std::uint32_t transmit = 1U << 5;
inline constexpr std::uint32_t receive_timeout = 1U << 6;
inline constexpr std::uint32_t framing = 1U << 7;
inline constexpr std::uint32_t parity = 1U << 8;
inline constexpr std::uint32_t break_ = 1U << 9;
inline constexpr std::uint32_t overrun = 1U << 10;
inline constexpr std::uint32_t implemented = 0x7ff;
}  // namespace interrupt

inline constexpr std::uint32_t ilpr_implemented = 0xff;
inline constexpr std::uint32_t ibrd_implemented = 0xffff;
inline constexpr std::uint32_t fbrd_implemented = 0x3f;
inline constexpr std::uint32_t ifls_implemented = 0x3f;
inline constexpr std::uint32_t dmacr_implemented = 0x7;

/// Both trigger levels at half (3.3.9).
inline constexpr std::uint32_t ifls_at_reset = 0x12;

/// UARTPeriphID0-3: part 0x011, designer 0x41, revision 3 (r1p5, hence FIFOs of 32).
inline constexpr std::array<std::uint32_t, 4> peripheral_id = {0x11, 0x10, 0x34, 0x00};
/// UARTPCellID0-3.
inline constexpr std::array<std::uint32_t, 4> cell_id = {0x0d, 0xf0, 0x05, 0xb1};

inline constexpr unsigned fifo_depth = 32;

}  // namespace serai::pl011
