// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tool/image/guest_image.hpp"
#include "tool/model/board.hpp"
#include "tool/model/system.hpp"

namespace serai::tool {

/// A file that a VM names, read.
struct InputFile {
  std::filesystem::path path;
  Span where;
  std::vector<std::byte> bytes;
};

/// A VM with every default filled in and every file read.
struct CheckedVm {
  std::string name;
  Span heading;
  std::filesystem::path kernel_path;
  Span kernel_where;
  GuestKernel kernel;
  std::optional<InputFile> initrd;
  std::optional<InputFile> overlay;  ///< compiled
  std::string cmdline;
  std::uint64_t memory = 0;
  Span memory_where;
  std::uint32_t vcpus = 1;
  std::uint32_t priority = 0;  ///< 1 to 100
  std::uint64_t budget_us = 0;
  std::uint64_t period_us = 0;
  bool pl011 = false;
  bool pl031 = false;
  std::uint64_t epoch_seconds = 0;    ///< what the clock shows at start, since 1970
  std::optional<std::uint64_t> load;  ///< raw kernels: guest-physical
  Span load_where;
  config::UnclaimedPolicy unclaimed = config::UnclaimedPolicy::inject_abort;
  std::vector<BoardDevice> passthrough;
};

/// A system whose parts are all there and in order; what `resolve` begins with.
struct CheckedSystem {
  std::shared_ptr<const SourceFile> file;
  Board board;
  std::vector<CheckedVm> vms;  ///< in the order of the file

  /// Whether a device of the board belongs to a VM.
  [[nodiscard]] bool is_passed_through(std::string_view device) const;
};

}  // namespace serai::tool
