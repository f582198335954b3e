// SPDX-License-Identifier: BSD-2-Clause
#include <cstring>
#include <fmt/core.h>
#include <sstream>
#include <unistd.h>

#include "tool/run/build.hpp"
#include "tool/run/child.hpp"

namespace serai::tool {

namespace {

namespace fs = std::filesystem;

std::string indented(const std::string& text) {
  std::istringstream lines(text);
  std::string result;
  for (std::string line; std::getline(lines, line);) {
    result += "\n    " + line;
  }
  return result;
}

}  // namespace

std::expected<fs::path, Failure> find_microkit_tool(const ResolvedSystem& system,
                                                    const BuildOptions& options) {
  if (options.sdk.empty()) {
    return bad_option("seL4 needs a Microkit SDK, and none is given",
                      "set MICROKIT_SDK or --sdk to the folder of an SDK, version 2.0.1 or later; "
                      "they are at https://github.com/seL4/microkit/releases");
  }
  const fs::path sdk = fs::absolute(options.sdk);
  const fs::path tool = sdk / "bin" / "microkit";
  if (access(tool.c_str(), X_OK) != 0) {
    return bad_option(fmt::format("{} is no Microkit SDK: bin/microkit is not there", sdk.string()),
                      "set MICROKIT_SDK or --sdk to the folder that the SDK's archive unpacks to");
  }
  std::error_code error;
  if (!fs::is_directory(sdk / "board" / system.board.microkit_name / options.config, error)) {
    return bad_option(fmt::format("the SDK in {} has no kernel '{}' for the board {}", sdk.string(),
                                  options.config, system.board.microkit_name),
                      "its folder board/ shows what it has");
  }
  return tool;
}

std::expected<void, Failure> run_microkit_tool(const ResolvedSystem& system,
                                               const BuildOptions& options,
                                               const fs::path& folder) {
  const auto tool = find_microkit_tool(system, options);
  if (!tool) {
    return std::unexpected(tool.error());
  }
  const auto finished = run_to_end({
      .command = {tool->string(), "system.system", "--search-path", ".", "--board",
                  system.board.microkit_name, "--config", options.config, "-o", "loader.img", "-r",
                  "report.txt"},
      .folder = folder,
  });
  if (!finished) {
    return failure(
        fmt::format("cannot start {}: {}", tool->string(), std::strerror(finished.error())),
        "use an SDK for this machine's architecture");
  }
  if (finished->status != 0) {
    return failure(fmt::format("the SDK's tool refuses the system (status {}):{}", finished->status,
                               indented(finished->output)),
                   "this system passed Serai's own checks: please report what the tool says");
  }
  return {};
}

}  // namespace serai::tool
