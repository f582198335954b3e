// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/ring.hpp"
#include "core/irq_line.hpp"
#include "core/mmio_device.hpp"
#include "core/serial_backend.hpp"
#include "devices/pl011/registers.hpp"

namespace serai::pl011 {

/// ARM's PL011 UART, revision r1p5 (ARM DDI 0183), as its one window of 4 KiB.
///
/// What the guest transmits goes to the backend at once; where that is full, it stays in the
/// transmit FIFO and the flags say so. Received characters leave the backend only when the receive
/// FIFO has room, so that reception never overruns outside of loopback.
///
/// Differences from the specification, because no firmware ran before the guest and no wire exists:
/// UARTCR.UARTEN is set at reset; a line takes no time, so that the baud rate changes nothing and
/// the receive timeout elapses as soon as nothing more has arrived; the modem's inputs say that a
/// terminal is connected; there is no IrDA and no DMA.
///
/// Does not own the backend. After each event that may have touched this device, call
/// `SerialBackend::flush` once (`end_of_event`).
class Pl011 final : public MmioDevice {
 public:
  static constexpr std::size_t window_bytes = 0x1000;

  Pl011(SerialBackend& backend, IrqLine line) noexcept;

  [[nodiscard]] Result<std::uint64_t> read(std::uint64_t offset, AccessSize size) noexcept override;

  [[nodiscard]] Result<void> write(std::uint64_t offset, AccessSize size,
                                   std::uint64_t value) noexcept override;

  void reset() noexcept override;

  /// The backend has room again or characters have arrived.
  void on_backend_ready() noexcept;

  /// Passes on what the event produced, in one notification at most.
  void end_of_event() noexcept { backend_.flush(); }

 private:
  friend struct RegisterFunctions;

  [[nodiscard]] bool fifos_enabled() const noexcept { return (lcr_h_ & lcr_h::fen) != 0; }

  [[nodiscard]] bool in_loopback() const noexcept { return (cr_ & cr::lbe) != 0; }

  [[nodiscard]] bool may_transmit() const noexcept;
  [[nodiscard]] bool may_receive() const noexcept;

  [[nodiscard]] std::size_t depth() const noexcept { return fifos_enabled() ? fifo_depth : 1; }

  [[nodiscard]] std::size_t receive_trigger() const noexcept;
  [[nodiscard]] std::size_t transmit_trigger() const noexcept;
  [[nodiscard]] std::uint32_t flags() const noexcept;
  [[nodiscard]] std::uint32_t modem_inputs() const noexcept;

  [[nodiscard]] std::uint32_t take_received() noexcept;
  void queue_to_transmit(std::uint32_t value) noexcept;
  void set_line_control(std::uint32_t value) noexcept;
  void set_control(std::uint32_t value) noexcept;

  void transmit() noexcept;
  void transmit_to_backend() noexcept;
  void loop_back() noexcept;
  void refill() noexcept;
  void receive_one(std::uint32_t character) noexcept;
  void note_received() noexcept;
  void update_line() noexcept;

  SerialBackend& backend_;
  IrqLine line_;
  Ring<std::uint16_t, fifo_depth> received_;  ///< UARTDR as it will be read
  Ring<std::byte, fifo_depth> to_transmit_;
  bool overrun_ = false;  ///< the next character received carries the overrun error
  std::uint32_t rsr_ = 0;
  std::uint32_t ilpr_ = 0;
  std::uint32_t ibrd_ = 0;
  std::uint32_t fbrd_ = 0;
  std::uint32_t lcr_h_ = 0;
  std::uint32_t cr_ = 0;
  std::uint32_t ifls_ = 0;
  std::uint32_t imsc_ = 0;
  std::uint32_t ris_ = 0;
  std::uint32_t dmacr_ = 0;
};

}  // namespace serai::pl011
