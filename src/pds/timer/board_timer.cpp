// SPDX-License-Identifier: BSD-2-Clause
#include "pds/timer/board_timer.hpp"

#include <cstddef>

#include "platform/microkit/physical_timer.hpp"

namespace serai::timer {
namespace {

// Word offsets of the PL031's registers, ARM DDI 0224, table 3-1.
constexpr std::size_t rtcdr = 0x00 / 4;
constexpr std::size_t rtcmr = 0x04 / 4;
constexpr std::size_t rtccr = 0x0c / 4;
constexpr std::size_t rtcimsc = 0x10 / 4;
constexpr std::size_t rtcicr = 0x1c / 4;

// The next second may begin at once, so that one second ahead might already be past.
constexpr std::uint32_t seconds_ahead = 2;

}  // namespace

BoardTimer::BoardTimer(std::uint64_t backstop_address) noexcept
    // Safety: the checked configuration says that a PL031's registers are mapped here, as device
    // memory and for this PD alone.
    : backstop_(reinterpret_cast<volatile std::uint32_t*>(backstop_address)) {
  if (backstop_ != nullptr) {
    backstop_[rtcimsc] = 0;
    backstop_[rtccr] = 1;
  }
}

std::uint64_t BoardTimer::counter() noexcept {
  return microkit::PhysicalTimer::counter();
}

std::uint64_t BoardTimer::frequency_hz() noexcept {
  return microkit::PhysicalTimer::frequency_hz();
}

void BoardTimer::arm(std::uint64_t deadline) noexcept {
  microkit::PhysicalTimer::arm(deadline);
}

void BoardTimer::disarm() noexcept {
  microkit::PhysicalTimer::disarm();
}

void BoardTimer::arm_backstop() noexcept {
  if (backstop_ != nullptr) {
    backstop_[rtcmr] = backstop_[rtcdr] + seconds_ahead;
    backstop_[rtcimsc] = 1;
  }
}

void BoardTimer::clear_backstop() noexcept {
  if (backstop_ != nullptr) {
    backstop_[rtcimsc] = 0;
    backstop_[rtcicr] = 1;
  }
}

}  // namespace serai::timer
