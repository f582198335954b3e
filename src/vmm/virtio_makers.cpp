// SPDX-License-Identifier: BSD-2-Clause
//
// One function for each kind of VirtIO device: its options from the configuration, its back end,
// the device itself.
#include <algorithm>
#include <array>

#include "devices/virtio_block/block.hpp"
#include "devices/virtio_console/console.hpp"
#include "devices/virtio_entropy/entropy.hpp"
#include "devices/virtio_net/net.hpp"
#include "devices/virtio_socket/socket.hpp"
#include "vmm/port_name.hpp"
#include "vmm/virtio_devices.hpp"

namespace serai::vmm {

using config::VirtioFlag;
using config::VmmView;

Result<virtio::Device*> VirtioDevices::make_block(
    const Context& context, const config::VirtioDevice& description) noexcept {
  BackEnds back_ends(context.configuration, context.signals, context.storage);
  const std::string_view name = VmmView::name_of(description);
  const auto connected =
      description.is_ram_disk != 0
          ? back_ends.ram_disk(description.back_end)
          : back_ends.block_queue(description.back_end, {.log = &context.log, .name = name});
  if (!connected) {
    return fail(connected.error());
  }
  virtio_block::Options options{.read_only = VmmView::has(description, VirtioFlag::read_only),
                                .queues = static_cast<std::uint16_t>(description.queues),
                                .queue_size = static_cast<std::uint16_t>(description.queue_size)};
  const std::string_view serial = name.substr(0, options.serial.size());
  std::ranges::copy(serial, options.serial.begin());
  auto* const disk = context.storage.create<virtio_block::Block>(*connected->back_end, options);
  if (disk == nullptr) {
    return fail(Error::no_space);
  }
  Result<void> noted = watched_.push_back(disk);
  if (noted) {
    noted = listen(connected->channel, *disk);
  }
  return noted ? Result<virtio::Device*>(disk) : fail(noted.error());
}

namespace {

/// "hvc0.1": a port beside the first one; nothing where there is no room for a name.
std::string_view name_of_port(DeviceMemory& storage, std::string_view first, std::size_t port) {
  auto* const name = storage.create<PortName>();
  if (name == nullptr) {
    return {};
  }
  *name << first << '.' << port;
  return name->view();
}

}  // namespace

Result<virtio::Device*> VirtioDevices::make_console(
    const Context& context, const config::VirtioDevice& description) noexcept {
  using virtio_console::Console;
  const std::size_t count = std::clamp<std::size_t>(description.queues, 1, Console::most_ports);
  std::array<Console::PortOptions, Console::most_ports> ports;
  StaticVector<ChannelId, 2 * Console::most_ports> channels;
  const std::string_view name = VmmView::name_of(description);
  BackEnds back_ends(context.configuration, context.signals, context.storage);
  for (std::size_t i = 0; i < count; ++i) {
    // Ports follow each other in the table of queues, if they lead anywhere.
    const std::uint32_t index = description.back_end == config::no_channel
                                    ? config::no_channel
                                    : description.back_end + static_cast<std::uint32_t>(i);
    const auto connected = back_ends.serial(index);
    if (!connected) {
      return fail(connected.error());
    }
    for (const ChannelId channel : {connected->channel, connected->other_channel}) {
      const bool is_new = std::ranges::find(channels, channel) == channels.end();
      if (const auto noted = is_new ? channels.push_back(channel) : Result<void>(); !noted) {
        return fail(noted.error());
      }
    }
    ports[i] = {.back_end = connected->back_end,
                .name = i == 0 ? name : name_of_port(context.storage, name, i),
                .is_console = i == 0};
  }
  auto* const console = context.storage.create<Console>(std::span(ports).first(count));
  if (console == nullptr) {
    return fail(Error::no_space);
  }
  for (const ChannelId channel : channels) {
    if (const auto noted = listen(channel, *console); !noted) {
      return fail(noted.error());
    }
  }
  if (const auto noted = watched_.push_back(console); !noted) {
    return fail(noted.error());
  }
  return console;
}

Result<virtio::Device*> VirtioDevices::make_entropy(
    const Context& context, const config::VirtioDevice& description) noexcept {
  const auto connected = BackEnds(context.configuration, context.signals, context.storage)
                             .serial(description.back_end);
  if (!connected) {
    return fail(connected.error());
  }
  auto* const entropy = context.storage.create<virtio_entropy::Entropy>(*connected->back_end);
  if (entropy == nullptr) {
    return fail(Error::no_space);
  }
  const auto noted = listen_to(*connected, *entropy);
  return noted ? Result<virtio::Device*>(entropy) : fail(noted.error());
}

Result<virtio::Device*> VirtioDevices::make_network(
    const Context& context, const config::VirtioDevice& description) noexcept {
  const auto connected = BackEnds(context.configuration, context.signals, context.storage)
                             .packets(description.back_end);
  if (!connected) {
    return fail(connected.error());
  }
  const virtio_net::Net::Options options{
      .mac = net::MacAddress{description.mac},
      .mtu = static_cast<std::uint16_t>(description.mtu),
      .queue_pairs = static_cast<std::uint16_t>(description.queues),
      .queue_size = static_cast<std::uint16_t>(description.queue_size),
      .offloads = !VmmView::has(description, VirtioFlag::no_offloads)};
  auto* const network = context.storage.create<virtio_net::Net>(*connected->back_end, options);
  if (network == nullptr) {
    return fail(Error::no_space);
  }
  const auto noted = listen_to(*connected, *network);
  return noted ? Result<virtio::Device*>(network) : fail(noted.error());
}

Result<virtio::Device*> VirtioDevices::make_socket(
    const Context& context, const config::VirtioDevice& description) noexcept {
  const auto connected = BackEnds(context.configuration, context.signals, context.storage)
                             .packets(description.back_end);
  if (!connected) {
    return fail(connected.error());
  }
  auto* const socket =
      context.storage.create<virtio_socket::Socket>(*connected->back_end, description.context_id);
  if (socket == nullptr) {
    return fail(Error::no_space);
  }
  const auto noted = listen_to(*connected, *socket);
  return noted ? Result<virtio::Device*>(socket) : fail(noted.error());
}

}  // namespace serai::vmm
