// SPDX-License-Identifier: BSD-2-Clause
#include "devices/pl031/pl031.hpp"

#include <array>

#include "core/clock_units.hpp"
#include "core/register_access.hpp"
#include "core/register_map.hpp"

namespace serai::pl031 {

/// Reads and writes of the single registers (ARM DDI 0224, table 3-1).
struct RegisterFunctions {
  using P = Pl031;

  static std::uint32_t read_dr(P& device, std::uint32_t) noexcept { return device.seconds(); }

  static std::uint32_t read_mr(P& device, std::uint32_t) noexcept { return device.match_; }

  static void write_mr(P& device, std::uint32_t, std::uint32_t value) noexcept {
    device.set_match(value);
  }

  static std::uint32_t read_lr(P& device, std::uint32_t) noexcept { return device.loaded_; }

  static void write_lr(P& device, std::uint32_t, std::uint32_t value) noexcept {
    device.load(value);
  }

  // It was started before the guest was, and only a reset can stop it.
  static std::uint32_t read_cr(P&, std::uint32_t) noexcept { return 1; }

  static std::uint32_t read_imsc(P& device, std::uint32_t) noexcept {
    return device.interrupt_mask_ ? 1 : 0;
  }

  static void write_imsc(P& device, std::uint32_t, std::uint32_t value) noexcept {
    device.interrupt_mask_ = (value & 1) != 0;
    device.poll();
  }

  static std::uint32_t read_ris(P& device, std::uint32_t) noexcept {
    device.poll();
    return device.raised_ ? 1 : 0;
  }

  static std::uint32_t read_mis(P& device, std::uint32_t) noexcept {
    device.poll();
    return device.raised_ && device.interrupt_mask_ ? 1 : 0;
  }

  static void write_icr(P& device, std::uint32_t, std::uint32_t value) noexcept {
    device.poll();
    if ((value & 1) != 0) {
      device.raised_ = false;
    }
    device.update_line();
  }

  static std::uint32_t read_peripheral_id(P&, std::uint32_t index) noexcept {
    // Part 0x031, designer 0x41, revision 0.
    constexpr std::array<std::uint32_t, 4> id = {0x31, 0x10, 0x04, 0x00};
    return id[index];
  }

  static std::uint32_t read_cell_id(P&, std::uint32_t index) noexcept {
    constexpr std::array<std::uint32_t, 4> id = {0x0d, 0xf0, 0x05, 0xb1};
    return id[index];
  }

  static consteval auto table() {
    constexpr WidthMask any = 1 | 2 | 4;
    return make_register_map<P, P::window_bytes>(std::to_array<Register<P>>({
        {"RTCDR", 0x000, 1, read_dr, nullptr, any},
        {"RTCMR", 0x004, 1, read_mr, write_mr, any},
        {"RTCLR", 0x008, 1, read_lr, write_lr, any},
        {"RTCCR", 0x00c, 1, read_cr, nullptr, any},
        {"RTCIMSC", 0x010, 1, read_imsc, write_imsc, any},
        {"RTCRIS", 0x014, 1, read_ris, nullptr, any},
        {"RTCMIS", 0x018, 1, read_mis, nullptr, any},
        {"RTCICR", 0x01c, 1, nullptr, write_icr, any},
        {"RTCPeriphID", 0xfe0, 4, read_peripheral_id, nullptr, any},
        {"RTCPCellID", 0xff0, 4, read_cell_id, nullptr, any},
    }));
  }
};

namespace {

constexpr auto registers = RegisterFunctions::table();

}  // namespace

Pl031::Pl031(ClockPort& clock, std::uint64_t epoch_seconds, IrqLine line) noexcept
    : clock_(clock), epoch_seconds_(epoch_seconds), line_(line) {
  reset();
}

void Pl031::reset() noexcept {
  offset_ = 0;
  match_ = 0;
  loaded_ = 0;
  interrupt_mask_ = false;
  raised_ = false;
  match_ns_.reset();
  update_line();
}

Result<std::uint64_t> Pl031::read(std::uint64_t offset, AccessSize size) noexcept {
  return read_register(registers, *this, offset, size);
}

Result<void> Pl031::write(std::uint64_t offset, AccessSize size, std::uint64_t value) noexcept {
  return write_register(registers, *this, offset, size, value);
}

std::uint32_t Pl031::seconds() const noexcept {
  const std::uint64_t host = epoch_seconds_ + clock_.now_ns() / ns_per_second;
  return static_cast<std::uint32_t>(host + offset_);
}

void Pl031::load(std::uint32_t value) noexcept {
  poll();
  loaded_ = value;
  offset_ += value - seconds();
  find_match();
}

void Pl031::set_match(std::uint32_t value) noexcept {
  poll();
  match_ = value;
  find_match();
}

void Pl031::find_match() noexcept {
  const std::uint32_t ahead = match_ - seconds();
  const std::uint64_t second = clock_.now_ns() / ns_per_second + ahead;
  match_ns_ = second * ns_per_second;
  poll();
}

std::optional<std::uint64_t> Pl031::next_deadline_ns() const noexcept {
  return interrupt_mask_ && !raised_ ? match_ns_ : std::nullopt;
}

void Pl031::poll() noexcept {
  if (match_ns_ && clock_.now_ns() >= *match_ns_) {
    raised_ = true;
    // The counter is equal again when it has run through all of its 32 bits.
    *match_ns_ += ns_per_second << 32;
  }
  update_line();
}

void Pl031::update_line() noexcept {
  line_.set(raised_ && interrupt_mask_);
}

}  // namespace serai::pl031
