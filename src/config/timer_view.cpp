// SPDX-License-Identifier: BSD-2-Clause
#include "config/blob.hpp"
#include "config/view.hpp"

namespace serai::config {

namespace {

Result<void> check_contents(const TimerBlob& blob) noexcept {
  if (blob.client_count > channel_count) {
    return fail(Error::out_of_range);
  }
  ChannelSet channels;
  channels.take_first(blob.client_count);
  const auto timer = channels.take(blob.timer_channel);
  if (!timer.has_value() || blob.backstop_address == 0) {
    return timer;
  }
  if (!is_aligned(blob.backstop_address, alignof(std::uint64_t))) {
    return fail(Error::misaligned);
  }
  return channels.take(blob.backstop_channel);
}

}  // namespace

Result<TimerView> TimerView::open(std::span<const std::byte> bytes) noexcept {
  const auto whole = open_blob(bytes, BlobKind::timer, sizeof(TimerBlob));
  if (!whole.has_value()) {
    return fail(whole.error());
  }
  const auto& blob = blob_at<TimerBlob>(*whole);
  if (const auto checked = check_contents(blob); !checked.has_value()) {
    return fail(checked.error());
  }
  return TimerView(blob);
}

}  // namespace serai::config
