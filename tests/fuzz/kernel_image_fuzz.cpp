// SPDX-License-Identifier: BSD-2-Clause
//
// Any bytes as a kernel file: a kernel whose pieces keep their promises, or a sentence.
#include <span>

#include "base/assert.hpp"
#include "tool/image/kernel_formats.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  const auto kernel = serai::tool::read_kernel({bytes.begin(), bytes.end()});
  if (!kernel) {
    SERAI_ASSERT(!kernel.error().what.empty() && !kernel.error().hint.empty());
    return 0;
  }
  SERAI_ASSERT(!kernel->segments.empty() && kernel->image_size > 0);
  for (const serai::tool::LoadSegment& segment : kernel->segments) {
    SERAI_ASSERT(segment.bytes.size() <= segment.memory_size);
    SERAI_ASSERT(segment.memory_size <= kernel->image_size);
  }
  return 0;
}
