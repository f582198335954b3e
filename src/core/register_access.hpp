// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.hpp"
#include "core/access.hpp"
#include "core/register_map.hpp"

namespace serai {

/// Whether an access may reach the 32-bit registers of a peripheral on a narrow bus: at most four
/// bytes, starting at a register's own address.
// Guest-controlled: offset, size.
[[nodiscard]] constexpr Result<void> check_register_access(std::uint64_t offset,
                                                           AccessSize size) noexcept {
  if (size == AccessSize::double_word) {
    return fail(Error::unsupported);
  }
  if (offset % 4 != 0) {
    return fail(Error::misaligned);
  }
  return {};
}

/// Reads a register of a peripheral on a narrow bus, as such a bus does: an access starts at a
/// register's own address and a narrow one sees the low bits. Reserved addresses read as zero.
/// Errors: `misaligned`, `unsupported` for a width that the register does not take.
// Guest-controlled: offset, size.
template <class Device, std::size_t Count, std::size_t Bytes>
[[nodiscard]] Result<std::uint64_t> read_register(const RegisterMap<Device, Count, Bytes>& map,
                                                  Device& device, std::uint64_t offset,
                                                  AccessSize size) noexcept {
  if (const auto allowed = check_register_access(offset, size); !allowed) {
    return fail(allowed.error());
  }
  const Register<Device>* const reg = map.find(offset);
  if (reg == nullptr) {
    return 0;
  }
  if ((reg->widths & bytes_of(size)) == 0) {
    return fail(Error::unsupported);
  }
  if (reg->read == nullptr) {
    return 0;
  }
  const auto index = static_cast<std::uint32_t>(offset - reg->offset) / 4;
  return truncate(reg->read(device, index), size);
}

/// Writes likewise; a narrow write sets the bits above it to zero. Writes to reserved addresses
/// vanish.
// Guest-controlled: offset, size, value.
template <class Device, std::size_t Count, std::size_t Bytes>
[[nodiscard]] Result<void> write_register(const RegisterMap<Device, Count, Bytes>& map,
                                          Device& device, std::uint64_t offset, AccessSize size,
                                          std::uint64_t value) noexcept {
  if (const auto allowed = check_register_access(offset, size); !allowed) {
    return fail(allowed.error());
  }
  const Register<Device>* const reg = map.find(offset);
  if (reg == nullptr) {
    return {};
  }
  if ((reg->widths & bytes_of(size)) == 0) {
    return fail(Error::unsupported);
  }
  if (reg->write != nullptr) {
    const auto index = static_cast<std::uint32_t>(offset - reg->offset) / 4;
    reg->write(device, index, static_cast<std::uint32_t>(truncate(value, size)));
  }
  return {};
}

}  // namespace serai
