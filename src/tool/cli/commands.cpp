// SPDX-License-Identifier: BSD-2-Clause
#include "tool/cli/commands.hpp"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <unistd.h>

#include "tool/cli/explain.hpp"
#include "tool/cli/init.hpp"
#include "tool/cli/picture.hpp"
#include "tool/cli/report.hpp"
#include "tool/model/share.hpp"
#include "tool/model/temporary_folder.hpp"
#include "tool/resolve/load.hpp"
#include "tool/run/run.hpp"
#include "tool/run/terminal.hpp"

namespace serai::tool {

namespace {

namespace fs = std::filesystem;

bool use_colour(const Options& options, int descriptor) {
  if (options.colour != "auto") {
    return options.colour == "always";
  }
  const char* no_colour = std::getenv("NO_COLOR");
  return isatty(descriptor) != 0 && (no_colour == nullptr || *no_colour == '\0');
}

int say(const std::string& message, int status) {
  std::cerr << "serai: " << message << "\n";
  return status;
}

/// The system file that FILE means.
fs::path system_file(const Options& options) {
  const fs::path path = options.file;
  std::error_code error;
  return fs::is_directory(path, error) ? (path / "system.toml").lexically_normal() : path;
}

/// Loads the system of the command line. Tells everything about it on standard error, or as JSON
/// on standard output for `check --json`.
std::optional<ResolvedSystem> load(const Options& options, const ResolveOptions& resolve_options,
                                   bool findings_as_json = false) {
  const auto share = share_directory();
  if (!share) {
    say(share.error(), failure);
    return std::nullopt;
  }
  Diagnostics diagnostics;
  auto system = load_system(system_file(options), *share, resolve_options, diagnostics);
  if (findings_as_json) {
    std::cout << findings_json(diagnostics);
  } else {
    std::cerr << findings_text(diagnostics, use_colour(options, STDERR_FILENO));
  }
  return system;
}

/// What `build` and `run` have in common; nothing, and a message, where it cannot be right.
std::optional<BuildOptions> build_options(const Options& options) {
  BuildOptions build;
  const char* sdk = std::getenv("MICROKIT_SDK");
  build.sdk = !options.sdk.empty() ? options.sdk : sdk != nullptr ? sdk : "";
  build.platform = !options.platform.empty() ? options.platform
                   : build.sdk.empty()       ? "testbed"
                                             : "sel4";
  build.config = options.config;
  build.output = options.output;
  if (build.platform == "sel4" && build.sdk.empty()) {
    say("--platform sel4 needs a Microkit SDK: name its folder with --sdk or in MICROKIT_SDK; "
        "https://github.com/seL4/microkit/releases has it",
        bad_input);
    return std::nullopt;
  }
  return build;
}

}  // namespace

int check_command(const Options& options) {
  const auto system = load(options, {}, options.json);
  if (!system) {
    return bad_input;
  }
  if (!options.json) {
    std::cout << fmt::format("{}: nothing is wrong; {} VM{} on {}\n", system_file(options).string(),
                             system->guests.size(), system->guests.size() == 1 ? "" : "s",
                             system->board.name);
  }
  return success;
}

int build_command(const Options& options) {
  auto build = build_options(options);
  if (!build) {
    return bad_input;
  }
  // What is built must not depend on where the messages go, so only a wish counts here.
  const auto system = load(options, {.colour = options.colour == "always"});
  if (!system) {
    return bad_input;
  }
  build->colour = use_colour(options, STDERR_FILENO);
  if (build->output.empty()) {
    build->output = "serai-build";
  }
  return build_system(*system, *build, std::cerr);
}

int run_command(const Options& options) {
  auto build = build_options(options);
  if (!build) {
    return bad_input;
  }
  const bool colour = use_colour(options, STDOUT_FILENO);
  const TerminalSize size = terminal_size(STDIN_FILENO);
  const auto system = load(options, {.colour = colour, .columns = size.columns, .rows = size.rows});
  if (!system) {
    return bad_input;
  }
  build->colour = colour;
  const TemporaryFolder folder;
  if (build->output.empty()) {
    if (folder.path().empty()) {
      return say("no temporary folder can be made; name one with --output", failure);
    }
    build->output = folder.path();
  }
  RunOptions run;
  run.build = std::move(*build);
  if (!options.until.empty()) {
    run.until = options.until;
  }
  if (options.timeout_seconds != 0) {
    run.timeout_seconds = options.timeout_seconds;
  }
  run.icount = options.icount;
  run.qemu_args = options.qemu_args;
  return run_system(*system, run);
}

int explain_command(const Options& options) {
  const auto system = load(options, {});
  if (!system) {
    return bad_input;
  }
  if (options.svg) {
    const auto picture = draw_svg(explain_dot(*system));
    if (!picture) {
      return say(picture.error(), failure);
    }
    std::cout << *picture;
  } else if (options.dot) {
    std::cout << explain_dot(*system);
  } else if (options.json) {
    std::cout << explain_json(*system);
  } else {
    std::cout << explain_text(*system, use_colour(options, STDOUT_FILENO));
  }
  return std::cout.flush() ? success : failure;
}

int init_command(const Options& options) {
  const auto written = write_initial_system(options.folder);
  if (!written) {
    return say(written.error(), bad_input);
  }
  std::cout << fmt::format("wrote {0}; put a kernel beside it, then: serai check {0}\n",
                           written->lexically_normal().string());
  return success;
}

}  // namespace serai::tool
