// SPDX-License-Identifier: BSD-2-Clause
//
// The testbed's reading of an image and of the ELF files in it: whatever the bytes, what it accepts
// lies inside them.
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "policy/elf.hpp"
#include "policy/image.hpp"

namespace serai::testbed {
namespace {

void check_elf(std::span<const std::byte> file) {
  const auto program = read_elf(file);
  if (!program) {
    return;
  }
  for (const Segment& segment : program->segments) {
    SERAI_ASSERT(segment.offset <= file.size());
    SERAI_ASSERT(segment.file_size <= file.size() - segment.offset);
    SERAI_ASSERT(segment.file_size <= segment.memory_size);
    SERAI_ASSERT(segment.address + segment.memory_size <= std::uint64_t{1} << 40);
  }
}

void check_image(std::span<const std::byte> image) {
  SystemDescription system;
  if (!read_image(image, 8, system).empty()) {
    SERAI_ASSERT(system.pds.empty());
    return;
  }
  const std::byte* const end = image.data() + image.size();
  for (const config::TestbedPd& pd : system.pds) {
    SERAI_ASSERT(reinterpret_cast<const std::byte*>(&pd + 1) <= end);
    SERAI_ASSERT(pd.elf_offset <= system.size && pd.elf_size <= system.size - pd.elf_offset);
  }
  for (const config::TestbedMapping& mapping : system.mappings) {
    SERAI_ASSERT(mapping.region < system.regions.size());
  }
}

}  // namespace
}  // namespace serai::testbed

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  // The tables need the alignment that the image's place in memory gives them.
  std::vector<std::uint64_t> aligned(size / sizeof(std::uint64_t) + 1);
  std::memcpy(aligned.data(), data, size);
  const std::span bytes(reinterpret_cast<const std::byte*>(aligned.data()), size);
  serai::testbed::check_image(bytes);
  serai::testbed::check_elf(bytes);
  return 0;
}
