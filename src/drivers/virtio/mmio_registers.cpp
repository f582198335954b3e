// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/virtio/mmio_registers.hpp"

#include "drivers/virtio/specification.hpp"

namespace serai::drivers {
namespace {

template <class T>
volatile T& at(std::uint64_t address) noexcept {
  // Safety: the checked configuration says that the device's registers are mapped here, as device
  // memory and for this PD alone. Volatile, because each access has effects.
  return *reinterpret_cast<volatile T*>(address);
}

}  // namespace

std::uint32_t MmioRegisters::read(std::uint32_t offset) noexcept {
  return at<std::uint32_t>(address_ + offset);
}

void MmioRegisters::write(std::uint32_t offset, std::uint32_t value) noexcept {
  at<std::uint32_t>(address_ + offset) = value;
}

std::uint32_t MmioRegisters::read_config(std::uint32_t offset, std::uint32_t bytes) noexcept {
  const std::uint64_t address = address_ + reg::config + offset;
  if (bytes == sizeof(std::uint8_t)) {
    return at<std::uint8_t>(address);
  }
  if (bytes == sizeof(std::uint16_t)) {
    return at<std::uint16_t>(address);
  }
  return at<std::uint32_t>(address);
}

}  // namespace serai::drivers
