// SPDX-License-Identifier: BSD-2-Clause
#include "pci/config_space.hpp"

#include "base/assert.hpp"
#include "base/bits.hpp"
#include "pci/function.hpp"

namespace serai::pci {

ConfigSpace::ConfigSpace(const Identity& identity) noexcept {
  set(header::vendor_id, AccessSize::half, identity.vendor);
  set(header::device_id, AccessSize::half, identity.device);
  // Revision and class code are one word.
  set(header::revision_id, AccessSize::word, identity.class_code << 8 | identity.revision);
  set(header::subsystem_vendor_id, AccessSize::half, identity.subsystem_vendor);
  set(header::subsystem_id, AccessSize::half, identity.subsystem);
  allow_writes(header::command,
               command::memory_space | command::bus_master | command::interrupt_disable);
}

void ConfigSpace::add_bar(unsigned bar, std::uint64_t size) noexcept {
  SERAI_ASSERT(bar + 1 < Function::most_bars && is_power_of_two(size) && size >= 4096);
  const std::uint32_t offset = header::bars + 4 * bar;
  set(offset, AccessSize::word, bar_memory_64);
  // The bits below the size cannot be set: so the guest learns it by writing ones (6.2.5.1).
  allow_writes(offset, static_cast<std::uint32_t>(~(size - 1)));
  allow_writes(offset + 4, static_cast<std::uint32_t>(~(size - 1) >> 32));
}

void ConfigSpace::add_interrupt_pin() noexcept {
  set(header::interrupt_pin, AccessSize::byte, 1);
  allow_writes(header::interrupt_line, 0xff);
}

std::uint8_t ConfigSpace::add_capability(std::uint8_t id,
                                         std::span<const std::uint8_t> body) noexcept {
  const std::uint32_t start = next_capability_;
  SERAI_ASSERT(start + 2 + body.size() <= own_bytes);
  bytes_[link_] = static_cast<std::uint8_t>(start);
  bytes_[header::status] |= status::capabilities_list;
  bytes_[start] = id;
  for (std::uint32_t i = 0; i < body.size(); ++i) {
    bytes_[start + 2 + i] = body[i];
  }
  link_ = start + 1;
  next_capability_ = static_cast<std::uint32_t>(align_up(start + 2 + body.size(), 4));
  return static_cast<std::uint8_t>(start);
}

void ConfigSpace::allow_writes(std::uint32_t offset, std::uint32_t mask) noexcept {
  for (; mask != 0; mask >>= 8, ++offset) {
    writable_[offset] |= static_cast<std::uint8_t>(mask);
  }
}

std::uint32_t ConfigSpace::read(std::uint32_t offset, AccessSize size) const noexcept {
  if (offset >= own_bytes) {
    return 0;
  }
  std::uint32_t value = 0;
  for (unsigned i = bytes_of(size); i-- > 0;) {
    value = value << 8 | bytes_[offset + i];
  }
  return value;
}

void ConfigSpace::write(std::uint32_t offset, AccessSize size, std::uint32_t value) noexcept {
  if (offset >= own_bytes) {
    return;
  }
  for (unsigned i = 0; i < bytes_of(size); ++i, value >>= 8) {
    const std::uint8_t mask = writable_[offset + i];
    std::uint8_t& byte = bytes_[offset + i];
    byte = static_cast<std::uint8_t>((byte & ~mask) | (value & mask));
  }
}

std::uint64_t ConfigSpace::bar_address(unsigned bar) const noexcept {
  const std::uint32_t offset = header::bars + 4 * bar;
  const std::uint64_t high = read(offset + 4, AccessSize::word);
  return high << 32 | (read(offset, AccessSize::word) & ~bar_type_bits);
}

bool ConfigSpace::decodes_memory() const noexcept {
  return (read(header::command, AccessSize::half) & command::memory_space) != 0;
}

bool ConfigSpace::intx_disabled() const noexcept {
  return (read(header::command, AccessSize::half) & command::interrupt_disable) != 0;
}

void ConfigSpace::show_interrupt(bool pending) noexcept {
  const std::uint32_t others = bytes_[header::status] & ~status::interrupt;
  set(header::status, AccessSize::byte, others | (pending ? status::interrupt : 0));
}

void ConfigSpace::set(std::uint32_t offset, AccessSize size, std::uint32_t value) noexcept {
  for (unsigned i = 0; i < bytes_of(size); ++i, value >>= 8) {
    bytes_[offset + i] = static_cast<std::uint8_t>(value);
  }
}

void ConfigSpace::reset() noexcept {
  for (std::uint32_t i = 0; i < own_bytes; ++i) {
    bytes_[i] = static_cast<std::uint8_t>(bytes_[i] & ~writable_[i]);
  }
  show_interrupt(false);
}

}  // namespace serai::pci
