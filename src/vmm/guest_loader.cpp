// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/guest_loader.hpp"

namespace serai::vmm {

Result<void> load_images(const GuestMemory& memory, std::span<const config::Image> images,
                         CachePort& cache) noexcept {
  for (const config::Image& image : images) {
    // Safety: the tool attached `size` bytes to this program at `vmm_address`, read-only, and
    // config::View checked that they lie where images lie.
    const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(image.vmm_address),
                                           image.size);
    if (const auto copied = memory.write(GuestAddress(image.guest_address), bytes); !copied) {
      return copied;
    }
    const GuestAddress rest(image.guest_address + image.size);
    if (const auto cleared = memory.zero(rest, image.zero_bytes); !cleared) {
      return cleared;
    }
    const std::uint64_t touched = image.size + image.zero_bytes;
    if (const auto cleaned = memory.clean(GuestAddress(image.guest_address), touched, cache);
        !cleaned) {
      return cleaned;
    }
  }
  return {};
}

}  // namespace serai::vmm
