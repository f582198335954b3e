// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/run.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/core.h>
#include <iostream>
#include <stdlib.h>
#include <unistd.h>

#include "tool/run/build.hpp"
#include "tool/run/qemu.hpp"
#include "tool/run/session.hpp"

namespace serai::tool {

namespace {

namespace fs = std::filesystem;

/// A folder that lives as long as a run.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::error_code error;
    const fs::path above = fs::temp_directory_path(error);
    std::string name = (error ? fs::path("/tmp") : above) / "serai-run.XXXXXX";
    if (mkdtemp(name.data()) != nullptr) {
      path_ = name;
    }
  }

  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  ~TemporaryFolder() {
    if (!path_.empty()) {
      std::error_code ignored;
      fs::remove_all(path_, ignored);
    }
  }

  /// Empty where it could not be made.
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

SessionOptions session_options(const ResolvedSystem& system, const RunOptions& options,
                               const fs::path& image) {
  SessionOptions session;
  session.command = qemu_command(system, image, options);
  for (const Guest& guest : system.guests) {
    session.vms.push_back({.name = guest.name, .vmm = system.pds.at(guest.pd).name});
  }
  session.until = options.until;
  if (options.timeout_seconds) {
    session.timeout = std::chrono::seconds(*options.timeout_seconds);
  }
  return session;
}

std::expected<int, Failure> build_and_run(const ResolvedSystem& system, RunOptions options) {
  const TemporaryFolder folder;
  if (folder.path().empty()) {
    return failure(fmt::format("cannot make a temporary folder: {}", std::strerror(errno)),
                   "set TMPDIR to a folder with room for the image");
  }
  options.build.output = folder.path() / "image";
  const auto image = build_image(system, options.build, std::cerr);
  if (!image) {
    return std::unexpected(image.error());
  }
  if (isatty(STDIN_FILENO) != 0) {
    fmt::print(stderr, "starting QEMU; leave with Ctrl-A X\n");
  }
  return run_session(session_options(system, options, *image));
}

}  // namespace

int run_system(const ResolvedSystem& system, const RunOptions& options) {
  const auto status = build_and_run(system, options);
  return status ? *status : report(status.error(), options.build.colour);
}

}  // namespace serai::tool
