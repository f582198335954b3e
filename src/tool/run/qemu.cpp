// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/qemu.hpp"

#include <fmt/core.h>

#include "tool/emit/emit.hpp"

namespace serai::tool {

std::vector<std::string> qemu_command(const ResolvedSystem& system,
                                      const std::filesystem::path& image,
                                      const RunOptions& options) {
  const BoardFacts& board = system.board;
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
  const auto devices = qemu_device_arguments(system, FileNames::whole);
  command.insert(command.end(), devices.begin(), devices.end());
  if (options.icount) {
    command.insert(command.end(), {"-icount", "shift=0,sleep=off"});
  }
  command.insert(command.end(), options.qemu_args.begin(), options.qemu_args.end());
  return command;
}

}  // namespace serai::tool
