// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/qemu.hpp"

#include <fmt/core.h>

namespace serai::tool {

namespace {

/// QEMU ends a value of its lists of options at a comma; two stand for one.
std::string with_doubled_commas(const std::string& text) {
  std::string result;
  for (const char character : text) {
    result.append(character == ',' ? 2 : 1, character);
  }
  return result;
}

}  // namespace

std::vector<std::string> qemu_command(const BoardFacts& board, const std::filesystem::path& image,
                                      const RunOptions& options) {
  std::vector<std::string> command{
      "qemu-system-aarch64",
      "-machine",
      board.qemu_machine,
      "-cpu",
      board.qemu_cpu,
      "-m",
      fmt::format("{}M", board.qemu_memory_bytes >> 20),
      "-nodefaults",
      "-display",
      "none",
      "-monitor",
      "none",
      "-serial",
      "stdio",
      "-device",
      fmt::format("loader,file={},addr={:#x},cpu-num=0", with_doubled_commas(image.string()),
                  board.loader_address),
  };
  if (options.icount) {
    command.insert(command.end(), {"-icount", "shift=0,sleep=off"});
  }
  command.insert(command.end(), options.qemu_args.begin(), options.qemu_args.end());
  return command;
}

}  // namespace serai::tool
