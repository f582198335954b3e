// SPDX-License-Identifier: BSD-2-Clause
#include "devices/pl011/pl011.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "base/bits.hpp"

namespace serai::pl011 {
namespace {

// No firmware runs before the guest, and boot code such as Linux's earlycon relies on firmware
// having enabled the UART.
constexpr std::uint32_t cr_at_reset = cr::uarten | cr::txe | cr::rxe;

constexpr std::uint32_t modem_interrupts =
    interrupt::ri | interrupt::cts | interrupt::dcd | interrupt::dsr;

struct ErrorBit {
  std::uint32_t dr;
  std::uint32_t interrupt;
};

constexpr std::array<ErrorBit, 3> character_errors = {{
    {.dr = dr::framing_error, .interrupt = interrupt::framing},
    {.dr = dr::parity_error, .interrupt = interrupt::parity},
    {.dr = dr::break_error, .interrupt = interrupt::break_},
}};

/// FIFO level that UARTIFLS selects: 1/8, 1/4, 1/2, 3/4, 7/8; reserved values act as 1/2.
constexpr std::size_t level(std::uint32_t selection) noexcept {
  constexpr std::array<std::uint8_t, 8> eighths = {1, 2, 4, 6, 7, 4, 4, 4};
  return fifo_depth * std::size_t{eighths[selection]} / 8;
}

/// Moves each of `from`'s bits that `pairs` names to its partner.
constexpr std::uint32_t map_bits(
    std::uint32_t from, const std::array<std::array<std::uint32_t, 2>, 4>& pairs) noexcept {
  std::uint32_t to = 0;
  for (const auto& [source, target] : pairs) {
    to |= (from & source) != 0 ? target : 0;
  }
  return to;
}

}  // namespace

Pl011::Pl011(SerialBackend& backend, IrqLine line) noexcept : backend_(backend), line_(line) {
  reset();
}

void Pl011::reset() noexcept {
  received_.clear();
  to_transmit_.clear();
  overrun_ = false;
  rsr_ = 0;
  ilpr_ = 0;
  ibrd_ = 0;
  fbrd_ = 0;
  lcr_h_ = 0;
  cr_ = cr_at_reset;
  ifls_ = ifls_at_reset;
  imsc_ = 0;
  ris_ = 0;
  dmacr_ = 0;
  update_line();
}

void Pl011::on_backend_ready() noexcept {
  transmit();
  refill();
  update_line();
}

bool Pl011::may_transmit() const noexcept {
  return (cr_ & (cr::uarten | cr::txe)) == (cr::uarten | cr::txe);
}

bool Pl011::may_receive() const noexcept {
  return (cr_ & (cr::uarten | cr::rxe)) == (cr::uarten | cr::rxe);
}

std::size_t Pl011::receive_trigger() const noexcept {
  return fifos_enabled() ? level((ifls_ >> 3) & 7) : 1;
}

std::size_t Pl011::transmit_trigger() const noexcept {
  return fifos_enabled() ? level(ifls_ & 7) : 0;
}

std::uint32_t Pl011::modem_inputs() const noexcept {
  if (!in_loopback()) {
    return fr::cts | fr::dsr | fr::dcd;
  }
  // Section 2.4.3: the modem outputs are fed back to the inputs.
  return map_bits(
      cr_, {{{cr::rts, fr::cts}, {cr::dtr, fr::dsr}, {cr::out1, fr::dcd}, {cr::out2, fr::ri}}});
}

std::uint32_t Pl011::flags() const noexcept {
  std::uint32_t flags = modem_inputs();
  flags |= received_.empty() ? fr::rxfe : 0;
  flags |= received_.size() >= depth() ? fr::rxff : 0;
  flags |= to_transmit_.empty() ? fr::txfe : fr::busy;
  flags |= to_transmit_.size() >= depth() ? fr::txff : 0;
  return flags;
}

std::uint32_t Pl011::take_received() noexcept {
  if (received_.empty()) {
    return 0;
  }
  const std::uint32_t character = received_.pop();
  rsr_ = (character >> 8) & 0xf;
  if (received_.size() < receive_trigger()) {
    ris_ &= ~interrupt::receive;
  }
  if (received_.empty()) {
    ris_ &= ~interrupt::receive_timeout;
    refill();
  }
  update_line();
  return character;
}

void Pl011::queue_to_transmit(std::uint32_t value) noexcept {
  if (to_transmit_.size() >= depth()) {
    return;  // UARTFR.TXFF told the guest that it would be lost
  }
  to_transmit_.push(static_cast<std::byte>(value & dr::data_mask));
  if (to_transmit_.size() > transmit_trigger()) {
    ris_ &= ~interrupt::transmit;
  }
  transmit();
  update_line();
}

void Pl011::set_line_control(std::uint32_t value) noexcept {
  const std::uint32_t before = lcr_h_;
  lcr_h_ = value & lcr_h::implemented;
  const bool fifos_switched_off = (before & ~lcr_h_ & lcr_h::fen) != 0;
  if (fifos_switched_off) {
    // Section 3.3.8: this is how software flushes the FIFOs.
    to_transmit_.clear();
    received_.clear();
    ris_ &= ~(interrupt::receive | interrupt::receive_timeout);
  }
  const bool break_begins = (lcr_h_ & ~before & lcr_h::brk) != 0;
  if (break_begins && in_loopback() && may_transmit() && may_receive()) {
    receive_one(dr::break_error);
    note_received();
  }
  refill();
  update_line();
}

void Pl011::set_control(std::uint32_t value) noexcept {
  const std::uint32_t modem_before = modem_inputs();
  cr_ = value & cr::implemented;
  ris_ |= map_bits(modem_before ^ modem_inputs(), {{{fr::cts, interrupt::cts},
                                                    {fr::dsr, interrupt::dsr},
                                                    {fr::dcd, interrupt::dcd},
                                                    {fr::ri, interrupt::ri}}}) &
          modem_interrupts;
  transmit();
  refill();
  update_line();
}

void Pl011::transmit() noexcept {
  if (to_transmit_.empty() || !may_transmit()) {
    return;
  }
  const std::size_t before = to_transmit_.size();
  if (in_loopback()) {
    loop_back();
  } else {
    transmit_to_backend();
  }
  const bool drained = to_transmit_.size() < before;
  if (drained && to_transmit_.size() <= transmit_trigger()) {
    ris_ |= interrupt::transmit;
  }
}

void Pl011::transmit_to_backend() noexcept {
  while (!to_transmit_.empty()) {
    const std::span<const std::byte> characters = to_transmit_.oldest();
    const std::size_t sent = backend_.send(characters);
    to_transmit_.drop(std::min(sent, characters.size()));
    if (sent < characters.size()) {
      return;
    }
  }
}

void Pl011::loop_back() noexcept {
  while (!to_transmit_.empty()) {
    const auto character = static_cast<std::uint32_t>(to_transmit_.pop());
    if (may_receive()) {
      receive_one(character);
    }
  }
  note_received();
}

void Pl011::refill() noexcept {
  if (!may_receive() || in_loopback()) {
    return;
  }
  std::array<std::byte, fifo_depth> characters{};
  const std::size_t room = depth() - std::min(depth(), received_.size());
  const std::size_t count =
      room == 0 ? 0 : std::min(room, backend_.receive(std::span(characters).first(room)));
  for (const std::byte character : std::span(characters).first(count)) {
    receive_one(static_cast<std::uint32_t>(character));
  }
  if (count != 0) {
    note_received();
  }
}

void Pl011::receive_one(std::uint32_t character) noexcept {
  if (received_.size() >= depth()) {
    overrun_ = true;
    rsr_ |= dr::overrun_error >> 8;
    ris_ |= interrupt::overrun;
    return;
  }
  if (overrun_) {
    character |= dr::overrun_error;
    overrun_ = false;
  }
  for (const ErrorBit& error : character_errors) {
    ris_ |= (character & error.dr) != 0 ? error.interrupt : 0;
  }
  received_.push(static_cast<std::uint16_t>(character));
}

void Pl011::note_received() noexcept {
  if (received_.size() >= receive_trigger()) {
    ris_ |= interrupt::receive;
  }
  if (!received_.empty()) {
    ris_ |= interrupt::receive_timeout;
  }
}

void Pl011::update_line() noexcept {
  line_.set((ris_ & imsc_) != 0);
}

}  // namespace serai::pl011
