// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/guest_layout.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "base/bits.hpp"
#include "tool/model/quantity.hpp"
#include "tool/resolve/guest_tree.hpp"

namespace serai::tool {

namespace {

/// Images begin on the largest page a guest kernel may use.
constexpr std::uint64_t image_alignment = 0x1'0000;
constexpr std::uint64_t memory_granule = 0x20'0000;
constexpr std::uint64_t instruction_bytes = 4;

/// Places images in the RAM of one guest.
class Placer {
 public:
  Placer(const CheckedVm& vm, const Board& board, Diagnostics& diagnostics)
      : vm_(vm),
        start_(board.guest_ram),
        end_(board.guest_ram + vm.memory),
        diagnostics_(diagnostics) {}

  /// Puts `image` where it says it goes.
  bool place_fixed(PlacedImage image) {
    const bool inside =
        image.address >= start_ && image.address <= end_ && image.room <= end_ - image.address;
    if (!inside) {
      report_outside(image);
      return false;
    }
    images_.push_back(std::move(image));
    return true;
  }

  /// Puts `image` as high as there is room below `ceiling`.
  std::optional<std::uint64_t> place_high(PlacedImage image) {
    std::uint64_t ceiling = end_;
    while (image.room <= ceiling - start_) {
      const std::uint64_t address = align_down(ceiling - image.room, image_alignment);
      const PlacedImage* other = address < start_ ? nullptr : overlapping(address, image.room);
      if (address < start_) {
        break;
      }
      if (other == nullptr) {
        image.address = address;
        images_.push_back(std::move(image));
        return address;
      }
      ceiling = other->address;
    }
    report_too_small(image);
    return std::nullopt;
  }

  std::vector<PlacedImage> take() { return std::move(images_); }

 private:
  [[nodiscard]] const PlacedImage* overlapping(std::uint64_t address, std::uint64_t size) const {
    for (const PlacedImage& image : images_) {
      if (address < image.address + image.room && image.address < address + size) {
        return &image;
      }
    }
    return nullptr;
  }

  void report_outside(const PlacedImage& image) {
    if (image.address >= start_ && image.address <= end_) {
      report_too_small(image);
      return;
    }
    diagnostics_.error(
        "E0411", vm_.kernel_where,
        fmt::format("the kernel wants to be at {:#x}, where the VM has no memory", image.address),
        fmt::format("link it for addresses from {:#x} to {:#x}", start_, end_ - 1));
  }

  void report_too_small(const PlacedImage& image) {
    std::uint64_t needed = align_up(image.room, image_alignment);
    std::string list;
    for (const PlacedImage& other : images_) {
      needed = std::max(needed, other.address - start_) + align_up(other.room, image_alignment);
      list += fmt::format("{} {}, ", other.name, format_size(other.room));
    }
    if (image.address >= start_) {
      needed = std::max(needed, image.address - start_ + image.room);
    }
    diagnostics_.error(
        "E0410", vm_.memory_where,
        fmt::format("{} of memory is too little for this VM's images: {}{} {}",
                    format_size(vm_.memory), list, image.name, format_size(image.room)),
        fmt::format("the images alone need \"{}\", and the guest wants memory to work with",
                    size_literal(align_up(needed, memory_granule))));
  }

  const CheckedVm& vm_;
  std::uint64_t start_;
  std::uint64_t end_;
  Diagnostics& diagnostics_;
  std::vector<PlacedImage> images_;
};

/// The address that a segment's offset counts from.
std::uint64_t load_address(const CheckedVm& vm, const Board& board) {
  switch (vm.kernel.format) {
    case KernelFormat::linux_image:
      // RAM starts on a 2 MiB boundary, as text_offset wants.
      return board.guest_ram + vm.kernel.text_offset;
    case KernelFormat::raw:
      return vm.load.value_or(board.guest_ram);
    case KernelFormat::elf:
      break;
  }
  return 0;
}

std::string kernel_note(const GuestKernel& kernel) {
  const char* format = kernel.format == KernelFormat::linux_image ? "Linux"
                       : kernel.format == KernelFormat::elf       ? "ELF"
                                                                  : "raw";
  return kernel.compression.empty()
             ? format
             : fmt::format("{}, unpacked from {}", format, kernel.compression);
}

bool place_kernel(const CheckedVm& vm, std::uint64_t base, Placer& placer) {
  const bool several = vm.kernel.segments.size() > 1;
  std::size_t number = 0;
  for (const LoadSegment& segment : vm.kernel.segments) {
    PlacedImage image;
    image.kind = config::ImageKind::kernel;
    image.name = several ? fmt::format("kernel segment {}", ++number) : "kernel";
    image.address = base + segment.offset;
    image.bytes = segment.bytes;
    image.zero_bytes = segment.memory_size - segment.bytes.size();
    image.room =
        several ? segment.memory_size : std::max(segment.memory_size, vm.kernel.image_size);
    image.file = vm.kernel_path;
    image.note = kernel_note(vm.kernel);
    if (!placer.place_fixed(std::move(image))) {
      return false;
    }
  }
  return true;
}

bool check_entry(const CheckedVm& vm, std::uint64_t entry, Diagnostics& diagnostics) {
  if (entry % instruction_bytes == 0) {
    return true;
  }
  diagnostics.error("E0412", vm.kernel_where,
                    fmt::format("the kernel's entry point {:#x} is not a multiple of 4", entry),
                    "A64 instructions are; check how it was linked");
  return false;
}

}  // namespace

std::optional<GuestLayout> lay_out(const CheckedVm& vm, const Board& board,
                                   Diagnostics& diagnostics) {
  GuestLayout layout;
  Placer placer(vm, board, diagnostics);
  const std::uint64_t base = load_address(vm, board);
  layout.entry = base + vm.kernel.entry;
  if (!check_entry(vm, layout.entry, diagnostics) || !place_kernel(vm, base, placer)) {
    return std::nullopt;
  }
  std::optional<std::pair<std::uint64_t, std::uint64_t>> initrd_place;
  if (vm.initrd) {
    PlacedImage initrd;
    initrd.kind = config::ImageKind::initrd;
    initrd.name = "initrd";
    initrd.bytes = vm.initrd->bytes;
    initrd.room = initrd.bytes.size();
    initrd.file = vm.initrd->path;
    const std::uint64_t size = initrd.room;
    const auto address = placer.place_high(std::move(initrd));
    if (!address) {
      return std::nullopt;
    }
    initrd_place.emplace(*address, size);
  }
  auto tree = device_tree(describe(vm, board, initrd_place));
  if (!tree) {
    diagnostics.error("E0407", vm.overlay ? vm.overlay->where : vm.heading,
                      fmt::format("the device tree cannot be made: {}", tree.error()),
                      "refer to nodes of the guest's tree by their path, for example &{/chosen}");
    return std::nullopt;
  }
  PlacedImage image;
  image.kind = config::ImageKind::device_tree;
  image.name = "device tree";
  image.bytes = std::move(*tree);
  image.room = image.bytes.size();
  image.note = vm.overlay ? "made by Serai, with the overlay" : "made by Serai";
  const auto address = placer.place_high(std::move(image));
  if (!address) {
    return std::nullopt;
  }
  layout.boot_argument = *address;
  layout.images = placer.take();
  return layout;
}

}  // namespace serai::tool
