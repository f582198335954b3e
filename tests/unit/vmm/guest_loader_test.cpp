// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/guest_loader.hpp"

#include "unit/vmm/machine_fixture.hpp"

namespace serai::vmm {
namespace {

class GuestLoader : public testing::Test {
 protected:
  static constexpr std::uint64_t ram = 0x4000'0000;

  GuestLoader() {
    bytes.fill(std::byte{0xcc});
    EXPECT_TRUE(memory.add(GuestAddress(ram), bytes).has_value());
  }

  static config::Image image(const std::vector<std::byte>& from, std::uint64_t to,
                             std::uint64_t zeros) {
    return {config::ImageKind::other,
            0,
            reinterpret_cast<std::uintptr_t>(from.data()),
            to,
            from.size(),
            zeros};
  }

  alignas(4096) std::array<std::byte, 0x1000> bytes{};
  GuestMemory memory;
  test::RecordingCache cache;
  std::vector<std::byte> one = std::vector<std::byte>(0x10, std::byte{1});
  std::vector<std::byte> two = std::vector<std::byte>(0x10, std::byte{2});
};

TEST_F(GuestLoader, LaterImagesLieOverEarlierOnes) {
  const std::array images = {image(one, ram, 0x20), image(two, ram + 8, 0)};
  ASSERT_TRUE(load_images(memory, images, cache).has_value());
  EXPECT_EQ(bytes[7], std::byte{1});
  EXPECT_EQ(bytes[8], std::byte{2});
  EXPECT_EQ(bytes[0x17], std::byte{2});
  EXPECT_EQ(bytes[0x18], std::byte{0});
  EXPECT_EQ(bytes[0x2f], std::byte{0});
  EXPECT_EQ(bytes[0x30], std::byte{0xcc});
  ASSERT_EQ(cache.cleaned.size(), 2U);
  EXPECT_EQ(cache.cleaned[0].size(), 0x30U);
}

TEST_F(GuestLoader, FillsMemoryToItsEnd) {
  const std::array images = {image(one, ram + 0xfe0, 0x10)};
  ASSERT_TRUE(load_images(memory, images, cache).has_value());
  EXPECT_EQ(bytes[0xfff], std::byte{0});
}

TEST_F(GuestLoader, RefusesWhatDoesNotFit) {
  const std::array outside = {image(one, ram + 0xff8, 0)};
  EXPECT_EQ(load_images(memory, outside, cache).error(), Error::out_of_range);
  const std::array zeros_outside = {image(one, ram + 0xfe0, 0x11)};
  EXPECT_EQ(load_images(memory, zeros_outside, cache).error(), Error::out_of_range);
  EXPECT_TRUE(cache.cleaned.empty());
}

}  // namespace
}  // namespace serai::vmm
