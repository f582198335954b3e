// SPDX-License-Identifier: BSD-2-Clause
#include "virtqueue_fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  serai::test::VirtqueueFuzzer(true, std::span(data, size)).run();
  return 0;
}
