// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/format.h>

#include "tool/check/checks.hpp"
#include "tool/check/files.hpp"

namespace serai::tool {

namespace {

/// The kernel's own buffer (COMMAND_LINE_SIZE on arm64) with its closing NUL.
constexpr std::size_t command_line_bytes = 2048;

void check_kernel(const VmModel& model, CheckedVm& vm, Diagnostics& diagnostics) {
  const auto path = find_file(*model.kernel, "kernel", diagnostics);
  if (!path) {
    return;
  }
  vm.kernel_path = *path;
  vm.kernel_where = model.kernel->where;
  auto kernel = load_kernel(*path, model.raw && model.raw->value);
  if (!kernel) {
    diagnostics.error(
        "E0402", model.kernel->where,
        fmt::format("\"{}\" cannot be a kernel: {}", model.kernel->value, kernel.error().what),
        kernel.error().hint);
    return;
  }
  vm.kernel = std::move(*kernel);
}

void check_load(const VmModel& model, const Board& board, CheckedVm& vm, Diagnostics& diagnostics) {
  if (!model.load) {
    return;
  }
  vm.load = model.load->value;
  vm.load_where = model.load->where;
  if (!model.raw || !model.raw->value) {
    diagnostics.error("E0310", model.load->where,
                      "a load address is for raw kernels only; this one says itself where it goes",
                      "leave `load` out, or add: format = \"raw\"");
  } else if (*vm.load % small_page != 0) {
    diagnostics.error(
        "E0311", model.load->where,
        fmt::format("the load address {:#x} is not a multiple of 4 KiB", *vm.load),
        fmt::format("write for example: load = {:#x}", *vm.load / small_page * small_page));
  } else if (*vm.load < board.guest_ram || *vm.load - board.guest_ram >= vm.memory) {
    diagnostics.error("E0312", model.load->where,
                      fmt::format("the load address {:#x} is not in the VM's memory", *vm.load),
                      fmt::format("the memory is {:#x} to {:#x}", board.guest_ram,
                                  board.guest_ram + std::max<std::uint64_t>(vm.memory, 1) - 1));
  }
}

void check_command_line(const VmModel& model, CheckedVm& vm, Diagnostics& diagnostics) {
  if (!model.cmdline) {
    return;
  }
  vm.cmdline = model.cmdline->value;
  const auto is_control = [](char byte) { return static_cast<unsigned char>(byte) < 0x20; };
  if (vm.cmdline.size() >= command_line_bytes) {
    diagnostics.error("E0309", model.cmdline->where,
                      fmt::format("the command line has {} bytes; a kernel takes {}",
                                  vm.cmdline.size(), command_line_bytes - 1),
                      "what is longer would be cut off without a word");
  } else if (std::ranges::any_of(vm.cmdline, is_control)) {
    diagnostics.error("E0313", model.cmdline->where,
                      "there is a line end or another control character in the command line",
                      "write it on one line, its words separated by blanks");
  }
}

}  // namespace

void check_inputs(const VmModel& model, const Board& board, CheckedVm& vm,
                  Diagnostics& diagnostics) {
  if (model.kernel) {
    check_kernel(model, vm, diagnostics);
  }
  check_load(model, board, vm, diagnostics);
  if (model.initrd) {
    vm.initrd = read_input(*model.initrd, "initrd", diagnostics);
  }
  if (model.dtb_overlay) {
    vm.overlay = read_input(*model.dtb_overlay, "overlay", diagnostics);
    if (vm.overlay) {
      vm.overlay->bytes =
          compile_overlay(*vm.overlay, diagnostics).value_or(std::vector<std::byte>());
    }
  }
  check_command_line(model, vm, diagnostics);
}

}  // namespace serai::tool
