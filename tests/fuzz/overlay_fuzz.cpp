// SPDX-License-Identifier: BSD-2-Clause
//
// Any bytes as a device tree overlay: merged into a tree that is still well-formed, or refused.
#include <libfdt.h>
#include <span>

#include "base/assert.hpp"
#include "tool/emit/device_tree.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  serai::tool::TreeInput input;
  input.ram_address = 0x4000'0000;
  input.ram_size = 0x1000'0000;
  input.overlay.assign(bytes.begin(), bytes.end());
  const auto tree = serai::tool::device_tree(input);
  if (tree) {
    SERAI_ASSERT(fdt_check_full(tree->data(), tree->size()) == 0);
  } else {
    SERAI_ASSERT(!tree.error().empty());
  }
  return 0;
}
