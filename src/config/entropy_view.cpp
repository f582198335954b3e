// SPDX-License-Identifier: BSD-2-Clause
#include "config/queue_checks.hpp"
#include "config/view.hpp"

namespace serai::config {

namespace {

Result<void> check_client(const EntropyClient& client, ChannelSet& channels) noexcept {
  if (!is_valid_name(client.name) || client.queue.transmit_capacity == 0) {
    return fail(Error::bad_value);
  }
  return check_all([&] { return check_queue(client.queue); },
                   [&] { return channels.take(client.queue.channel); });
}

Result<void> check_contents(const EntropyBlob& blob,
                            std::span<const EntropyClient> clients) noexcept {
  ChannelSet channels;
  return check_all([&] { return check_device(blob.device, channels); },
                   [&] {
                     return check_each(clients, [&](const EntropyClient& client) {
                       return check_client(client, channels);
                     });
                   });
}

}  // namespace

Result<EntropyView> EntropyView::open(std::span<const std::byte> bytes) noexcept {
  const auto blob = open_with_table<EntropyBlob, EntropyClient>(
      bytes, BlobKind::entropy, &EntropyBlob::clients, check_contents);
  if (!blob.has_value()) {
    return fail(blob.error());
  }
  return EntropyView(**blob);
}

std::span<const EntropyClient> EntropyView::clients() const noexcept {
  return table_of<EntropyClient>(*blob_, blob_->clients);
}

std::string_view EntropyView::name_of(const EntropyClient& client) noexcept {
  return name_text(client.name);
}

}  // namespace serai::config
