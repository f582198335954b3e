// SPDX-License-Identifier: BSD-2-Clause
#include "config/blob.hpp"
#include "config/view.hpp"

namespace serai::config {

namespace {

constexpr std::uint32_t all_flags = static_cast<std::uint32_t>(ConsoleFlag::colour) |
                                    static_cast<std::uint32_t>(ConsoleFlag::prefix);

/// One VM's console and log may share a channel; two VMs may not.
Result<void> check_client(const ConsoleClient& client, ChannelSet& channels) noexcept {
  if (!is_valid_name(client.name)) {
    return fail(Error::bad_value);
  }
  ChannelSet own;
  return check_all([&] { return check_queue(client.console); },
                   [&] { return check_queue(client.log); },
                   [&] { return channels.take_shared(client.console.channel, own); },
                   [&] { return channels.take_shared(client.log.channel, own); });
}

Result<void> check_contents(const ConsoleView& view) noexcept {
  const ConsoleBlob& blob = view.blob();
  if (blob.uart_address == 0 || (blob.flags & ~all_flags) != 0) {
    return fail(Error::bad_value);
  }
  if (!is_aligned(blob.uart_address, alignof(std::uint64_t))) {
    return fail(Error::misaligned);
  }
  ChannelSet channels;
  return check_all([&] { return channels.take(blob.uart_channel); },
                   [&] {
                     return check_each(view.clients(), [&](const ConsoleClient& client) {
                       return check_client(client, channels);
                     });
                   });
}

}  // namespace

Result<ConsoleView> ConsoleView::open(std::span<const std::byte> bytes) noexcept {
  const auto whole = open_blob(bytes, BlobKind::console, sizeof(ConsoleBlob));
  if (!whole.has_value()) {
    return fail(whole.error());
  }
  const auto& blob = blob_at<ConsoleBlob>(*whole);
  const ConsoleView view(blob);
  const auto checked = check_all([&] { return check_table<ConsoleClient>(*whole, blob.clients); },
                                 [&] { return check_contents(view); });
  if (!checked.has_value()) {
    return fail(checked.error());
  }
  return view;
}

std::span<const ConsoleClient> ConsoleView::clients() const noexcept {
  // Safety: the bytes of an object may be looked at; its table lies behind it in the same blob.
  return entries_of<ConsoleClient>(reinterpret_cast<const std::byte*>(blob_), blob_->clients);
}

std::string_view ConsoleView::name_of(const ConsoleClient& client) noexcept {
  return name_text(client.name);
}

}  // namespace serai::config
