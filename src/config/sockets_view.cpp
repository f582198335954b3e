// SPDX-License-Identifier: BSD-2-Clause
#include "config/queue_checks.hpp"
#include "config/view.hpp"

namespace serai::config {

namespace {

Result<void> check_port(std::span<const SocketPort> before, const SocketPort& port,
                        ChannelSet& channels) noexcept {
  if (!is_valid_name(port.name)) {
    return fail(Error::bad_value);
  }
  if (port.context_id < first_guest_cid || port.context_id > last_guest_cid) {
    return fail(Error::out_of_range);
  }
  return check_all([&] { return check_queue(port.queue, Side::provider); },
                   [&] { return take_channels(port.queue, channels); },
                   [&] {
                     return check_each(before, [&](const SocketPort& other) {
                       return other.context_id == port.context_id ? fail(Error::overlap)
                                                                  : Result<void>();
                     });
                   });
}

Result<void> check_contents(const SocketsBlob& blob, std::span<const SocketPort> ports) noexcept {
  ChannelSet channels;
  if (blob.timer_channel != no_channel) {
    if (const auto taken = channels.take(blob.timer_channel); !taken.has_value()) {
      return taken;
    }
  }
  std::size_t count = 0;
  return check_each(ports, [&](const SocketPort& port) {
    return check_port(ports.first(count++), port, channels);
  });
}

}  // namespace

Result<SocketsView> SocketsView::open(std::span<const std::byte> bytes) noexcept {
  const auto blob = open_with_table<SocketsBlob, SocketPort>(bytes, BlobKind::sockets,
                                                             &SocketsBlob::ports, check_contents);
  if (!blob.has_value()) {
    return fail(blob.error());
  }
  return SocketsView(**blob);
}

std::span<const SocketPort> SocketsView::ports() const noexcept {
  return table_of<SocketPort>(*blob_, blob_->ports);
}

std::string_view SocketsView::name_of(const SocketPort& port) noexcept {
  return name_text(port.name);
}

}  // namespace serai::config
