// SPDX-License-Identifier: BSD-2-Clause
//
// The configuration space of a VirtIO function: what a guest's writes to it set off.
#include "base/bits.hpp"
#include "pci/registers.hpp"
#include "virtio/transport/pci.hpp"

namespace serai::virtio {
namespace {

using namespace pci_layout;

}  // namespace

std::uint32_t PciTransport::read_config(std::uint32_t offset, AccessSize size) noexcept {
  if (offset == access_capability_ + access_data) {
    read_through_window();
  }
  return config_.read(offset, size);
}

void PciTransport::write_config(std::uint32_t offset, AccessSize size,
                                std::uint32_t value) noexcept {
  config_.write(offset, size, value);
  if (offset == access_capability_ + access_data) {
    write_through_window();
    return;
  }
  const bool may_concern_interrupts =
      align_down(offset, 4) == pci::header::command || align_down(offset, 4) == msix_capability_;
  if (may_concern_interrupts) {
    const std::uint32_t control =
        config_.read(msix_capability_ + pci::msix_control::offset, AccessSize::half);
    msix_.set_control((control & pci::msix_control::enable) != 0,
                      (control & pci::msix_control::function_mask) != 0);
    update_pin();
  }
}

pci::Function::Region PciTransport::region(unsigned bar) const noexcept {
  if (!config_.decodes_memory()) {
    return {};
  }
  switch (bar) {
    case structures_bar:
      return {.address = config_.bar_address(bar), .size = structures_bytes};
    case msix_bar:
      return {.address = config_.bar_address(bar), .size = pci::MsixTable::window_bytes};
    default:
      return {};
  }
}

PciTransport::Window PciTransport::access_window() const noexcept {
  // Guest-controlled: all of it (4.1.4.9).
  const std::uint32_t bar = config_.read(access_capability_ + access_bar, AccessSize::byte);
  const std::uint32_t offset = config_.read(access_capability_ + access_offset, AccessSize::word);
  const std::uint32_t length = config_.read(access_capability_ + access_length, AccessSize::word);
  const std::uint64_t bar_bytes = bar == structures_bar ? structures_bytes
                                  : bar == msix_bar     ? pci::MsixTable::window_bytes
                                                        : 0;
  const bool valid = (length == 1 || length == 2 || length == 4) && is_aligned(offset, length) &&
                     offset < bar_bytes;
  if (!valid) {
    return {};
  }
  return {.bar = bar, .offset = offset, .size = static_cast<AccessSize>(length), .valid = true};
}

void PciTransport::read_through_window() noexcept {
  const Window window = access_window();
  if (!window.valid) {
    return;
  }
  const std::uint64_t ones = truncate(~std::uint64_t{0}, window.size);
  const std::uint64_t value = read_bar(window.bar, window.offset, window.size).value_or(ones);
  config_.set(access_capability_ + access_data, window.size, static_cast<std::uint32_t>(value));
}

void PciTransport::write_through_window() noexcept {
  const Window window = access_window();
  if (window.valid) {
    const std::uint32_t value = config_.read(access_capability_ + access_data, window.size);
    const auto written = write_bar(window.bar, window.offset, window.size, value);
    static_cast<void>(written);  // what is refused vanishes
  }
}

}  // namespace serai::virtio
