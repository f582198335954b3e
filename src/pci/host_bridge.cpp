// SPDX-License-Identifier: BSD-2-Clause
#include "pci/host_bridge.hpp"

#include "base/assert.hpp"
#include "base/bits.hpp"
#include "pci/registers.hpp"

namespace serai::pci {
namespace {

// An ECAM address: bus in bits 27:20, device in 19:15, function in 14:12, register in 11:0.
constexpr unsigned bus_shift = 20;
constexpr unsigned slot_shift = 15;
constexpr unsigned function_shift = 12;

}  // namespace

HostBridge::HostBridge(const Place& place, InterruptController& interrupts) noexcept
    : place_(place),
      window_(decoder_, place.window.start().value()),
      high_window_(decoder_, place.high_window.start().value()) {
  functions_[0] = &self_;
  for (std::uint32_t i = 0; i < wire_count; ++i) {
    wires_[i].line = IrqLine(interrupts, place.first_intx_intid + i);
  }
}

Result<void> HostBridge::add(std::uint8_t slot, Function& function) noexcept {
  if (slot == 0 || slot >= most_slots) {
    return fail(Error::out_of_range);
  }
  if (functions_[slot] != nullptr) {
    return fail(Error::overlap);
  }
  functions_[slot] = &function;
  update_decoder();
  return {};
}

void HostBridge::set_intx(std::uint8_t slot, bool high) noexcept {
  SERAI_ASSERT(slot < most_slots);
  Wire& wire = wires_[slot % wire_count];
  wire.slots = static_cast<std::uint32_t>(deposit(wire.slots, slot, 1, high ? 1 : 0));
  wire.line.set(wire.slots != 0);
}

void HostBridge::decode(Function& function, unsigned bar) noexcept {
  // Guest-controlled: where the region lies.
  const Function::Region region = function.region(bar);
  const GuestAddress start(region.address);
  const bool inside = region.size != 0 && (place_.window.contains(start, region.size) ||
                                           place_.high_window.contains(start, region.size));
  if (inside) {
    static_cast<void>(decoder_.add(
        {.start = region.address, .size = region.size, .function = &function, .bar = bar}));
  }
}

void HostBridge::update_decoder() noexcept {
  decoder_.clear();
  for (Function* const function : functions_) {
    if (function == nullptr) {
      continue;
    }
    for (unsigned bar = 0; bar < Function::most_bars; ++bar) {
      decode(*function, bar);
    }
  }
}

Function* HostBridge::function_at(std::uint64_t offset, AccessSize size) const noexcept {
  const bool plain = size != AccessSize::double_word && is_aligned(offset, bytes_of(size));
  const bool first_function = extract(offset, function_shift, slot_shift - function_shift) == 0;
  if (!plain || !first_function || offset >> bus_shift != 0) {
    return nullptr;
  }
  return functions_[extract(offset, slot_shift, bus_shift - slot_shift)];
}

Result<std::uint64_t> HostBridge::Ecam::read(std::uint64_t offset, AccessSize size) noexcept {
  Function* const function = bridge_.function_at(offset, size);
  if (function == nullptr) {
    return truncate(~std::uint64_t{0}, size);
  }
  const auto reg = static_cast<std::uint32_t>(offset) % Function::config_bytes;
  return truncate(function->read_config(reg, size), size);
}

Result<void> HostBridge::Ecam::write(std::uint64_t offset, AccessSize size,
                                     std::uint64_t value) noexcept {
  Function* const function = bridge_.function_at(offset, size);
  if (function == nullptr) {
    return {};
  }
  const auto reg = static_cast<std::uint32_t>(offset) % Function::config_bytes;
  function->write_config(reg, size, static_cast<std::uint32_t>(value));
  // Only the header says what is decoded; MSI-X is switched in the capabilities, and more often.
  if (reg < header::end) {
    bridge_.update_decoder();
  }
  return {};
}

void HostBridge::Ecam::reset() noexcept {
  for (Function* const function : bridge_.functions_) {
    if (function != nullptr) {
      function->reset();
    }
  }
  bridge_.update_decoder();
}

}  // namespace serai::pci
