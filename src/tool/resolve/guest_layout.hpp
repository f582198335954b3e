// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/layout.hpp"
#include "tool/check/checked_system.hpp"

namespace serai::tool {

/// Bytes and their place in a guest.
struct PlacedImage {
  config::ImageKind kind = config::ImageKind::other;
  std::string name;              ///< "kernel", "initrd", "device tree"
  std::uint64_t address = 0;     ///< guest-physical
  std::vector<std::byte> bytes;  ///< may be empty where all is zero
  std::uint64_t zero_bytes = 0;  ///< behind them
  std::uint64_t room = 0;        ///< bytes of RAM that it takes, at least the two together
  std::filesystem::path file;    ///< empty for what Serai made
  std::string note;
};

/// Where a guest starts and what lies in its RAM then.
struct GuestLayout {
  std::uint64_t entry = 0;
  std::uint64_t boot_argument = 0;  ///< the device tree's address
  std::vector<PlacedImage> images;  ///< nowhere overlapping
};

/// Places kernel, initrd and device tree: the kernel where its format asks for it, the initrd at
/// the top of RAM and the tree beneath it, or as high as the kernel leaves room. Reports and
/// returns nothing where they do not fit.
std::optional<GuestLayout> lay_out(const CheckedVm& vm, const Board& board,
                                   Diagnostics& diagnostics);

}  // namespace serai::tool
