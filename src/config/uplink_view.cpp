// SPDX-License-Identifier: BSD-2-Clause
#include "config/queue_checks.hpp"
#include "config/view.hpp"

namespace serai::config {

namespace {

/// The device reads and writes the client's data itself.
Result<void> check_reach(const PacketQueue& queue) noexcept {
  const bool reaches = queue.transmit_physical != 0 && queue.receive_physical != 0;
  return reaches ? Result<void>() : fail(Error::bad_value);
}

Result<void> check_contents(const UplinkBlob& blob) noexcept {
  ChannelSet channels;
  return check_all([&] { return check_device(blob.device, channels); },
                   [&] { return check_queue(blob.client, Side::provider); },
                   [&] { return check_reach(blob.client); },
                   [&] { return take_channels(blob.client, channels); });
}

}  // namespace

Result<UplinkView> UplinkView::open(std::span<const std::byte> bytes) noexcept {
  const auto whole = open_blob(bytes, BlobKind::uplink, sizeof(UplinkBlob));
  if (!whole.has_value()) {
    return fail(whole.error());
  }
  const auto& blob = blob_at<UplinkBlob>(*whole);
  if (const auto checked = check_contents(blob); !checked.has_value()) {
    return fail(checked.error());
  }
  return UplinkView(blob);
}

}  // namespace serai::config
