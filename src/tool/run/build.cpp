// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/build.hpp"

#include <array>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <span>
#include <string_view>

#include "tool/image/guest_image.hpp"
#include "tool/model/share.hpp"
#include "tool/run/output_folder.hpp"

namespace serai::tool {

namespace {

namespace fs = std::filesystem;

using Bytes = std::vector<std::byte>;

constexpr std::string_view testbed_platform = "testbed";
constexpr std::string_view sel4_platform = "sel4";
constexpr const char* manifest_name = "manifest.json";
constexpr const char* testbed_image_name = "testbed.img";
constexpr const char* loader_image_name = "loader.img";

std::string program_file(Program program) {
  return program_name(program) + ".elf";
}

std::expected<Bytes, Failure> read_program(const fs::path& file) {
  auto bytes = read_file(file);
  if (!bytes) {
    return failure(fmt::format("{}: {}", file.string(), bytes.error().what),
                   "Serai's programs for this platform are not built: run ./dev build (for seL4, "
                   "with MICROKIT_SDK set)");
  }
  return *std::move(bytes);
}

/// The folder of Serai's programs for a platform.
std::expected<fs::path, Failure> programs_folder(const BuildOptions& options) {
  const auto share = share_directory();
  if (!share) {
    return failure(share.error(), "");
  }
  return *share / (options.platform == sel4_platform ? fmt::format("sel4-{}", options.config)
                                                     : std::string(testbed_platform));
}

std::string mebibytes(std::size_t bytes) {
  constexpr double mebibyte = 1 << 20;
  return fmt::format("{:.1f} MiB", static_cast<double>(bytes) / mebibyte);
}

/// What is written, and which of it boots.
struct Written {
  std::vector<fs::path> files;
  std::string image;
};

std::expected<Written, Failure> write_testbed(const ResolvedSystem& system,
                                              const std::vector<Bytes>& programs,
                                              const fs::path& programs_from, OutputFolder& folder,
                                              std::ostream& progress) {
  const auto testbed = read_program(programs_from / "testbed.bin");
  if (!testbed) {
    return std::unexpected(testbed.error());
  }
  const auto image = testbed_image(system, *testbed, programs);
  if (!image) {
    return failure(image.error().what, image.error().hint);
  }
  progress << fmt::format("building {} for the testbed, {}\n", testbed_image_name,
                          mebibytes(image->size()));
  if (auto written = folder.write(testbed_image_name, *image); !written) {
    return std::unexpected(written.error());
  }
  return Written{.files = {folder.path() / testbed_image_name}, .image = testbed_image_name};
}

std::expected<Written, Failure> write_sel4(const ResolvedSystem& system,
                                           const std::vector<Bytes>& programs,
                                           const BuildOptions& options, OutputFolder& folder,
                                           std::ostream& progress) {
  Written written;
  const auto add = [&](const std::string& name, std::span<const std::byte> bytes) {
    written.files.push_back(folder.path() / name);
    return folder.write(name, bytes);
  };
  const std::string description = microkit_system(system);
  auto done = add("system.system", std::as_bytes(std::span(description)));
  for (std::size_t i = 0; done && i < programs.size(); ++i) {
    done = add(system.pds[i].name + ".elf", programs[i]);
  }
  if (done) {
    progress << fmt::format("building {} for seL4, {} kernel\n", loader_image_name, options.config);
    progress.flush();
    done = run_microkit_tool(system, options, folder.path());
  }
  if (!done) {
    return std::unexpected(done.error());
  }
  written.files.push_back(folder.path() / "report.txt");
  written.files.push_back(folder.path() / loader_image_name);
  written.image = loader_image_name;
  return written;
}

std::expected<Written, Failure> write_all(const ResolvedSystem& system, const BuildOptions& options,
                                          OutputFolder& folder, std::ostream& progress) {
  const auto from = programs_folder(options);
  if (!from) {
    return std::unexpected(from.error());
  }
  const auto programs = attached_programs(system, *from);
  if (!programs) {
    return std::unexpected(programs.error());
  }
  auto written = options.platform == sel4_platform
                     ? write_sel4(system, *programs, options, folder, progress)
                     : write_testbed(system, *programs, *from, folder, progress);
  if (!written) {
    return written;
  }
  const std::string text = manifest(system, options.platform, written->files);
  if (auto done = folder.write(manifest_name, std::as_bytes(std::span(text))); !done) {
    return std::unexpected(done.error());
  }
  return written;
}

std::expected<void, Failure> check_options(const ResolvedSystem& system,
                                           const BuildOptions& options) {
  if (options.platform == testbed_platform) {
    return {};
  }
  if (options.platform != sel4_platform) {
    return bad_option(fmt::format("there is no platform '{}'", options.platform),
                      "choose testbed or sel4");
  }
  // Before minutes of work, not after.
  const auto tool = find_microkit_tool(system, options);
  return tool ? std::expected<void, Failure>() : std::unexpected(tool.error());
}

}  // namespace

std::expected<std::vector<Bytes>, Failure> attached_programs(const ResolvedSystem& system,
                                                             const fs::path& programs) {
  std::vector<Bytes> attached;
  for (const ProtectionDomain& pd : system.pds) {
    if (pd.program == Program::external) {
      auto external = read_file(pd.program_file);
      if (!external) {
        return failure(fmt::format("{}: {}", pd.program_file.string(), external.error().what), "");
      }
      attached.push_back(*std::move(external));
      continue;
    }
    auto program = read_program(programs / program_file(pd.program));
    if (!program) {
      return std::unexpected(program.error());
    }
    auto whole = attach(*std::move(program), pd.attachments);
    if (!whole) {
      return failure(
          fmt::format("{} of '{}': {}", program_file(pd.program), pd.name, whole.error().what),
          whole.error().hint);
    }
    attached.push_back(*std::move(whole));
  }
  return attached;
}

std::expected<fs::path, Failure> build_image(const ResolvedSystem& system,
                                             const BuildOptions& options, std::ostream& progress) {
  if (auto good = check_options(system, options); !good) {
    return std::unexpected(good.error());
  }
  auto folder = OutputFolder::make(options.output);
  if (!folder) {
    return std::unexpected(folder.error());
  }
  const auto written = write_all(system, options, *folder, progress);
  if (!written) {
    return std::unexpected(written.error());
  }
  const std::string obsolete =
      written->image == loader_image_name ? testbed_image_name : loader_image_name;
  if (auto published = folder->publish(manifest_name, {obsolete}); !published) {
    return std::unexpected(published.error());
  }
  return options.output / written->image;
}

int build_system(const ResolvedSystem& system, const BuildOptions& options,
                 std::ostream& progress) {
  const auto image = build_image(system, options, progress);
  if (!image) {
    return report(image.error(), options.colour);
  }
  progress << fmt::format("built {}\n", image->string());
  if (const auto devices = qemu_device_arguments(system, FileNames::whole); !devices.empty()) {
    progress << fmt::format("its devices in QEMU: {}\n", fmt::join(devices, " "));
  }
  return status_success;
}

}  // namespace serai::tool
