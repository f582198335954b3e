// SPDX-License-Identifier: BSD-2-Clause
#include "config/queue_checks.hpp"
#include "config/view.hpp"

namespace serai::config {

namespace {

constexpr std::uint32_t all_flags = static_cast<std::uint32_t>(BlockFlag::read_only);

/// Whether one could write what the other sees.
bool conflict(const BlockClient& a, const BlockClient& b) noexcept {
  const bool meet = a.partition == b.partition || a.partition == 0 || b.partition == 0;
  const bool only_read =
      has_flag(a.flags, BlockFlag::read_only) && has_flag(b.flags, BlockFlag::read_only);
  return meet && !only_read;
}

Result<void> check_client(std::span<const BlockClient> before, const BlockClient& client,
                          ChannelSet& channels) noexcept {
  if (!is_valid_name(client.name) || (client.flags & ~all_flags) != 0) {
    return fail(Error::bad_value);
  }
  return check_all([&] { return check_queue(client.queue, Side::provider); },
                   [&] { return channels.take(client.queue.channel); },
                   [&] {
                     return check_each(before, [&](const BlockClient& other) {
                       return conflict(client, other) ? fail(Error::overlap) : Result<void>();
                     });
                   });
}

Result<void> check_contents(const BlockBlob& blob, std::span<const BlockClient> clients) noexcept {
  ChannelSet channels;
  std::size_t count = 0;
  return check_all([&] { return check_device(blob.device, channels); },
                   [&] {
                     return check_each(clients, [&](const BlockClient& client) {
                       return check_client(clients.first(count++), client, channels);
                     });
                   });
}

}  // namespace

Result<BlockView> BlockView::open(std::span<const std::byte> bytes) noexcept {
  const auto blob = open_with_table<BlockBlob, BlockClient>(bytes, BlobKind::block,
                                                            &BlockBlob::clients, check_contents);
  if (!blob.has_value()) {
    return fail(blob.error());
  }
  return BlockView(**blob);
}

std::span<const BlockClient> BlockView::clients() const noexcept {
  return table_of<BlockClient>(*blob_, blob_->clients);
}

std::string_view BlockView::name_of(const BlockClient& client) noexcept {
  return name_text(client.name);
}

}  // namespace serai::config
