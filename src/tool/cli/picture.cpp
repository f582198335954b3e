// SPDX-License-Identifier: BSD-2-Clause
#include "tool/cli/picture.hpp"

#include <array>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/model/temporary_folder.hpp"

namespace serai::tool {

namespace {

constexpr const char* no_graphviz =
    "graphviz, which draws the picture, cannot be run: apt install graphviz (or use --dot)";

/// Runs `dot`; its exit status, or -1 where it cannot be run.
int run_dot(const std::string& input, const std::string& output) {
  std::array<std::string, 4> words{"dot", "-Tsvg", "-o" + output, input};
  std::array<char*, words.size() + 1> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    arguments[i] = words[i].data();
  }
  pid_t child = 0;
  int status = 0;
  if (posix_spawnp(&child, words[0].c_str(), nullptr, nullptr, arguments.data(), environ) != 0 ||
      waitpid(child, &status, 0) != child || !WIFEXITED(status)) {
    return -1;
  }
  return WEXITSTATUS(status);
}

}  // namespace

std::expected<std::string, std::string> draw_svg(const std::string& dot) {
  const TemporaryFolder folder;
  if (folder.path().empty()) {
    return std::unexpected("no temporary folder can be made");
  }
  const std::string input = folder.path() / "system.dot";
  const std::string output = folder.path() / "system.svg";
  std::ofstream(input) << dot;
  const int status = run_dot(input, output);
  std::ifstream stream(output);
  if (status < 0 || !stream) {
    return std::unexpected(no_graphviz);
  }
  std::ostringstream text;
  text << stream.rdbuf();
  if (status != 0 || text.view().empty()) {
    return std::unexpected("graphviz could not draw the picture");
  }
  return std::move(text).str();
}

}  // namespace serai::tool
