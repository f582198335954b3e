// SPDX-License-Identifier: BSD-2-Clause
#include <array>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/check/checks.hpp"
#include "tool/model/temporary_folder.hpp"

namespace serai::tool {

namespace {

namespace fs = std::filesystem;

constexpr std::array tree_magic{std::byte{0xd0}, std::byte{0x0d}, std::byte{0xfe}, std::byte{0xed}};

bool is_compiled(const std::vector<std::byte>& bytes) {
  return bytes.size() >= tree_magic.size() &&
         std::memcmp(bytes.data(), tree_magic.data(), tree_magic.size()) == 0;
}

/// Runs `dtc`, its messages going to `messages`. Its exit status, or nothing where there is no dtc.
std::optional<int> run_dtc(const fs::path& source, const fs::path& output,
                           const fs::path& messages) {
  constexpr int could_not_start = 127;
  std::array<std::string, 9> words{
      "dtc", "-q", "-@", "-I", "dts", "-O", "dtb", "-o" + output.string(), source.string()};
  std::array<char*, words.size() + 1> arguments{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    arguments[i] = words[i].data();
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, messages.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  pid_t child = 0;
  const int error =
      posix_spawnp(&child, words[0].c_str(), &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  if (error != 0 || waitpid(child, &status, 0) != child) {
    return std::nullopt;
  }
  const int result = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
  return result == could_not_start ? std::nullopt : std::optional(result);
}

std::string first_line(const fs::path& file) {
  std::ifstream stream(file);
  std::string line;
  std::getline(stream, line);
  return line;
}

}  // namespace

std::optional<std::vector<std::byte>> compile_overlay(const InputFile& file,
                                                      Diagnostics& diagnostics) {
  if (is_compiled(file.bytes)) {
    return file.bytes;
  }
  const TemporaryFolder folder;
  const fs::path output = folder.path() / "overlay.dtbo";
  const fs::path messages = folder.path() / "messages";
  const auto status = folder.path().empty() ? std::nullopt : run_dtc(file.path, output, messages);
  if (!status) {
    diagnostics.error("E0405", file.where,
                      fmt::format("the overlay \"{}\" is source text, and dtc, which compiles it, "
                                  "cannot be run",
                                  file.path.string()),
                      "apt install device-tree-compiler");
    return std::nullopt;
  }
  const auto bytes = *status == 0 ? read_file(output) : std::unexpected(ImageError{});
  if (!bytes) {
    diagnostics.error("E0406", file.where,
                      fmt::format("the overlay does not compile: {}", first_line(messages)),
                      "write device tree source with /plugin/;, or name a compiled .dtbo file");
    return std::nullopt;
  }
  return *bytes;
}

}  // namespace serai::tool
