// SPDX-License-Identifier: BSD-2-Clause
#include "hostile/machine.hpp"

namespace probe::virtio {
namespace {

constinit std::uint64_t access_count = 0;

void count(std::uint64_t address) {
  access_count += address < ram_start || address >= ram_end ? 1 : 0;
}

// Safety: the addresses of this probe are devices' or lie in the guest's own RAM.
template <class Word>
volatile Word& at(std::uint64_t address) {
  return *reinterpret_cast<volatile Word*>(address);
}

}  // namespace

std::uint64_t load(std::uint64_t address, unsigned bytes) {
  count(address);
  switch (bytes) {
    case 1:
      return at<std::uint8_t>(address);
    case 2:
      return at<std::uint16_t>(address);
    case 4:
      return at<std::uint32_t>(address);
    default:
      return at<std::uint64_t>(address);
  }
}

void store(std::uint64_t address, unsigned bytes, std::uint64_t value) {
  count(address);
  switch (bytes) {
    case 1:
      at<std::uint8_t>(address) = static_cast<std::uint8_t>(value);
      break;
    case 2:
      at<std::uint16_t>(address) = static_cast<std::uint16_t>(value);
      break;
    case 4:
      at<std::uint32_t>(address) = static_cast<std::uint32_t>(value);
      break;
    default:
      at<std::uint64_t>(address) = value;
  }
}

std::uint64_t accesses() {
  return access_count;
}

}  // namespace probe::virtio
