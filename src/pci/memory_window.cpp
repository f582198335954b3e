// SPDX-License-Identifier: BSD-2-Clause
#include "pci/memory_window.hpp"

namespace serai::pci {

Result<std::uint64_t> MemoryWindow::read(std::uint64_t offset, AccessSize size) noexcept {
  const std::uint64_t ones = truncate(~std::uint64_t{0}, size);
  const std::uint64_t address = start_ + offset;
  const AddressDecoder::Target* const target = decoder_.find(address, size);
  if (target == nullptr) {
    return ones;
  }
  return target->function->read_bar(target->bar, address - target->start, size).value_or(ones);
}

Result<void> MemoryWindow::write(std::uint64_t offset, AccessSize size,
                                 std::uint64_t value) noexcept {
  const std::uint64_t address = start_ + offset;
  if (const AddressDecoder::Target* const target = decoder_.find(address, size)) {
    const auto written =
        target->function->write_bar(target->bar, address - target->start, size, value);
    static_cast<void>(written);  // what is refused vanishes
  }
  return {};
}

bool MemoryWindow::ring(std::uint64_t offset, AccessSize size) noexcept {
  const std::uint64_t address = start_ + offset;
  const AddressDecoder::Target* const target = decoder_.find(address, size);
  if (target == nullptr) {
    return true;  // the store vanishes, whatever it carries
  }
  return target->function->ring_bar(target->bar, address - target->start, size);
}

Doorbell MemoryWindow::doorbell(std::uint64_t offset, AccessSize size) noexcept {
  const std::uint64_t address = start_ + offset;
  const AddressDecoder::Target* const target = decoder_.find(address, size);
  if (target == nullptr) {
    return {};
  }
  Doorbell doorbell = target->function->doorbell_of_bar(target->bar, address - target->start);
  doorbell.now = &decoder_.version();
  doorbell.then = decoder_.version();
  return doorbell;
}

}  // namespace serai::pci
