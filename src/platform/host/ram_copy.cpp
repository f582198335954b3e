// SPDX-License-Identifier: BSD-2-Clause
#include "base/ram_copy.hpp"

#include <cstring>

// On a host all memory is ordinary.

void serai_copy_from_ram(void* to, const void* ram, std::size_t count) noexcept {
  std::memcpy(to, ram, count);
}

void serai_copy_to_ram(void* ram, const void* from, std::size_t count) noexcept {
  std::memcpy(ram, from, count);
}
