// SPDX-License-Identifier: BSD-2-Clause
//
// How a VirtIO function presents itself in its configuration space (VirtIO 1.2, 4.1.2 and 4.1.4).
#include <algorithm>
#include <array>

#include "base/assert.hpp"
#include "base/bits.hpp"
#include "virtio/transport/pci.hpp"

namespace serai::virtio {
namespace {

using namespace pci_layout;

/// Bytes of a capability's body, put together word by word.
class Body {
 public:
  void half(std::uint32_t value) noexcept {
    for (unsigned i = 0; i < 2; ++i, value >>= 8) {
      bytes_[count_++] = static_cast<std::uint8_t>(value);
    }
  }

  void word(std::uint32_t value) noexcept {
    half(value & 0xffff);
    half(value >> 16);
  }

  [[nodiscard]] std::span<const std::uint8_t> bytes() const noexcept {
    return std::span(bytes_).first(count_);
  }

 private:
  std::array<std::uint8_t, 24> bytes_{};
  std::size_t count_ = 0;
};

constexpr std::uint32_t virtio_cap_bytes = 16;

}  // namespace

void PciTransport::add_structure(Structure structure, std::uint32_t offset, std::uint32_t bytes,
                                 std::span<const std::uint32_t> more) noexcept {
  const auto length = static_cast<std::uint32_t>(virtio_cap_bytes + 4 * more.size());
  Body body;
  body.half(static_cast<std::uint32_t>(structure) << 8 | length);  // cap_len, cfg_type
  body.word(structures_bar);                                       // bar, id, padding
  body.word(offset);
  body.word(bytes);
  for (const std::uint32_t word : more) {
    body.word(word);
  }
  const std::uint8_t start = config_.add_capability(pci::capability::vendor, body.bytes());
  if (structure == Structure::access) {
    access_capability_ = start;
  }
}

void PciTransport::add_msix() noexcept {
  Body body;
  body.half(msix_.count() - 1);
  body.word(msix_bar);
  body.word(static_cast<std::uint32_t>(pci::MsixTable::pending_offset) | msix_bar);
  msix_capability_ = config_.add_capability(pci::capability::msix, body.bytes());
  config_.allow_writes(msix_capability_ + pci::msix_control::offset,
                       pci::msix_control::function_mask | pci::msix_control::enable);
}

void PciTransport::add_capabilities() noexcept {
  const DeviceTraits& traits = state_.traits();
  SERAI_ASSERT(traits.config_bytes <= most_config_bytes);
  // A structure of no bytes is none to a driver, not even where the device has no configuration.
  const std::uint32_t device_bytes =
      std::max(4U, static_cast<std::uint32_t>(align_up(traits.config_bytes, 4)));
  constexpr std::array multiplier = {notify_multiplier};
  constexpr std::array access_words = {std::uint32_t{0}};
  add_structure(Structure::common, common_offset, common_bytes, {});
  add_structure(Structure::notify, notify_offset, notify_multiplier * traits.queue_count,
                multiplier);
  add_structure(Structure::isr, isr_offset, 4, {});
  add_structure(Structure::device, device_offset, device_bytes, {});
  add_structure(Structure::access, 0, 0, access_words);
  config_.allow_writes(access_capability_ + access_bar, 0xff);
  config_.allow_writes(access_capability_ + access_offset, ~0U);
  config_.allow_writes(access_capability_ + access_length, ~0U);
  config_.allow_writes(access_capability_ + access_data, ~0U);
  add_msix();
  config_.add_bar(structures_bar, structures_bytes);
  config_.add_bar(msix_bar, pci::MsixTable::window_bytes);
  config_.add_interrupt_pin();
}

}  // namespace serai::virtio
