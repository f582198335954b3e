// SPDX-License-Identifier: BSD-2-Clause
#include <fmt/format.h>
#include <utility>

#include "base/bits.hpp"
#include "tool/emit/config_blob.hpp"
#include "tool/resolve/parts.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t page = 0x1000;

void attach_configuration(ProtectionDomain& pd, std::vector<std::byte> bytes) {
  pd.attachments.push_back({"configuration", config::blob_address, std::move(bytes)});
}

}  // namespace

MemoryRegion device_region(const BoardDevice& device) {
  MemoryRegion region;
  region.name = region_name(device.name) + "_registers";
  region.physical = align_down(device.address, page);
  region.size = align_up(device.address + device.size, page) - *region.physical;
  region.what = fmt::format("registers of {}", device.name);
  return region;
}

void finish_console(SystemBuilder& builder, const Board& board, const ConsolePart& console,
                    const ResolveOptions& options) {
  const BoardDevice& uart = *board.find_device(board.console_device);
  ConsoleConfiguration configuration;
  configuration.name = builder.pd(console.pd).name;
  configuration.clients = console.clients;
  config::ConsoleBlob& blob = configuration.fixed;
  blob.uart_channel = builder.add_interrupt(console.pd, uart.intid, uart.trigger, uart.name);
  blob.uart_address =
      builder.map_device(console.pd, builder.add_region(device_region(uart))) + uart.address % page;
  blob.columns = options.columns;
  blob.rows = options.rows;
  if (options.colour) {
    blob.flags |= static_cast<std::uint32_t>(config::ConsoleFlag::colour);
  }
  if (console.clients.size() > 1) {
    blob.flags |= static_cast<std::uint32_t>(config::ConsoleFlag::prefix);
  }
  attach_configuration(builder.pd(console.pd), compile(configuration));
}

void finish_timer(SystemBuilder& builder, const CheckedSystem& system, std::size_t pd,
                  std::uint32_t client_count) {
  const Board& board = system.board;
  TimerConfiguration configuration;
  configuration.name = builder.pd(pd).name;
  config::TimerBlob& blob = configuration.fixed;
  blob.client_count = client_count;
  blob.timer_channel =
      builder.add_interrupt(pd, board.timer_intid, board.timer_trigger, "physical timer");
  blob.backstop_channel = config::no_channel;
  const BoardDevice* backstop = board.find_device(board.timer_backstop);
  if (backstop != nullptr && !system.is_passed_through(backstop->name)) {
    blob.backstop_channel =
        builder.add_interrupt(pd, backstop->intid, backstop->trigger, backstop->name);
    blob.backstop_address = builder.map_device(pd, builder.add_region(device_region(*backstop))) +
                            backstop->address % page;
  }
  attach_configuration(builder.pd(pd), compile(configuration));
}

}  // namespace serai::tool
