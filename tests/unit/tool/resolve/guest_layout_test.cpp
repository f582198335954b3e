// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/guest_layout.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "resolved.hpp"

namespace serai::tool {
namespace {

constexpr std::uint64_t ram = 0x4000'0000;
constexpr std::uint64_t mebibyte = 1 << 20;

Board board() {
  Diagnostics diagnostics;
  const auto file = std::make_shared<const SourceFile>("s", source, "");
  return *find_board({"qemu-virt-aarch64", {file, 0, 0, 1}}, source, diagnostics);
}

/// A VM with a Linux kernel of `image_size` bytes of RAM, of which one is in the file.
CheckedVm linux_vm(std::uint64_t memory, std::uint64_t image_size, std::uint64_t text_offset = 0) {
  CheckedVm vm;
  vm.name = "linux";
  vm.memory = memory;
  vm.kernel.format = KernelFormat::linux_image;
  vm.kernel.text_offset = text_offset;
  vm.kernel.image_size = image_size;
  vm.kernel.segments.push_back({0, std::vector<std::byte>(1), 1});
  return vm;
}

void add_initrd(CheckedVm& vm, std::size_t size) {
  vm.initrd = InputFile{"initrd", {}, std::vector<std::byte>(size)};
}

TEST(GuestLayout, PutsALinuxKernelAtItsTextOffset) {
  Diagnostics diagnostics;
  const auto plain = lay_out(linux_vm(64 * mebibyte, mebibyte), board(), diagnostics);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->entry, ram);
  const auto old = lay_out(linux_vm(64 * mebibyte, mebibyte, 0x80000), board(), diagnostics);
  ASSERT_TRUE(old);
  EXPECT_EQ(old->entry, ram + 0x80000);
}

TEST(GuestLayout, PutsTheInitrdAtTheTopAndTheTreeBeneath) {
  Diagnostics diagnostics;
  CheckedVm vm = linux_vm(64 * mebibyte, mebibyte);
  add_initrd(vm, 0x12345);
  const auto layout = lay_out(vm, board(), diagnostics);
  ASSERT_TRUE(layout);
  ASSERT_EQ(layout->images.size(), 3U);
  EXPECT_EQ(layout->images[1].address, ram + 64 * mebibyte - 0x20000);
  EXPECT_EQ(layout->images[2].address, ram + 64 * mebibyte - 0x30000);
  EXPECT_EQ(layout->boot_argument, layout->images[2].address);
}

TEST(GuestLayout, GoesAroundSegmentsAtTheTop) {
  Diagnostics diagnostics;
  CheckedVm vm = linux_vm(4 * mebibyte, 0);
  vm.kernel.format = KernelFormat::elf;
  vm.kernel.entry = ram;
  vm.kernel.segments = {{ram, std::vector<std::byte>(8), 0x1000},
                        {ram + 3 * mebibyte, std::vector<std::byte>(8), mebibyte}};
  const auto layout = lay_out(vm, board(), diagnostics);
  ASSERT_TRUE(layout);
  EXPECT_EQ(layout->boot_argument, ram + 3 * mebibyte - 0x10000);
  EXPECT_EQ(layout->images[1].zero_bytes, mebibyte - 8);
}

TEST(GuestLayout, SaysHowMuchMemoryTheImagesNeed) {
  EXPECT_TRUE(rc::check([] {
    const std::uint64_t memory = 2 * mebibyte * *rc::gen::inRange<std::uint64_t>(1, 64);
    CheckedVm vm = linux_vm(memory, *rc::gen::inRange<std::uint64_t>(1, 80 * mebibyte));
    if (*rc::gen::arbitrary<bool>()) {
      add_initrd(vm, *rc::gen::inRange<std::size_t>(1, 30 * mebibyte));
    }
    Diagnostics diagnostics;
    const auto layout = lay_out(vm, board(), diagnostics);
    RC_TAG(layout.has_value());
    if (!layout) {
      RC_ASSERT(diagnostics.sorted().at(0).code == "E0410");
      return;
    }
    std::uint64_t used = 0;
    for (const PlacedImage& image : layout->images) {
      RC_ASSERT(image.address >= ram);
      RC_ASSERT(image.address + image.room <= ram + memory);
      used += image.room;
      for (const PlacedImage& other : layout->images) {
        RC_ASSERT(&image == &other || image.address + image.room <= other.address ||
                  other.address + other.room <= image.address);
      }
    }
    RC_ASSERT(used <= memory);
  }));
}

TEST(GuestLayout, TheMemoryThatItAsksForIsEnough) {
  EXPECT_TRUE(rc::check([] {
    CheckedVm vm = linux_vm(2 * mebibyte, *rc::gen::inRange<std::uint64_t>(3, 80) * mebibyte / 2);
    add_initrd(vm, *rc::gen::inRange<std::size_t>(1, 30 * mebibyte));
    for (int attempt = 0; attempt < 3; ++attempt) {
      Diagnostics diagnostics;
      if (lay_out(vm, board(), diagnostics)) {
        return;
      }
      const std::string hint = diagnostics.sorted().at(0).hint;
      const std::size_t start = hint.find('"') + 1;
      const std::uint64_t wanted = std::stoull(hint.substr(start)) * mebibyte;
      RC_ASSERT(wanted > vm.memory);
      vm.memory = wanted;
    }
    // One answer may know of the kernel only; the next of the initrd; then of the tree.
    Diagnostics diagnostics;
    RC_ASSERT(lay_out(vm, board(), diagnostics).has_value());
  }));
}

TEST(GuestLayout, RefusesASegmentThatWraps) {
  Diagnostics diagnostics;
  CheckedVm vm = linux_vm(4 * mebibyte, 0);
  vm.kernel.format = KernelFormat::elf;
  vm.kernel.entry = ram;
  vm.kernel.segments = {{ram + mebibyte, std::vector<std::byte>(8), ~std::uint64_t{0}}};
  EXPECT_FALSE(lay_out(vm, board(), diagnostics));
}

}  // namespace
}  // namespace serai::tool
