// SPDX-License-Identifier: BSD-2-Clause
#include "config/queue_checks.hpp"
#include "config/view.hpp"

namespace serai::config {

namespace {

Result<void> check_contents(const SupervisorBlob& blob,
                            std::span<const SupervisorChild> children) noexcept {
  ChannelSet channels;
  // Microkit numbers children as it numbers channels: each its own, below 62.
  ChannelSet ids;
  return check_all([&] { return channels.take(blob.timer_channel); },
                   [&] {
                     return check_each(children, [&](const SupervisorChild& child) {
                       return is_valid_name(child.name) ? ids.take(child.id)
                                                        : fail(Error::bad_value);
                     });
                   });
}

}  // namespace

Result<SupervisorView> SupervisorView::open(std::span<const std::byte> bytes) noexcept {
  const auto blob = open_with_table<SupervisorBlob, SupervisorChild>(
      bytes, BlobKind::supervisor, &SupervisorBlob::children, check_contents);
  if (!blob.has_value()) {
    return fail(blob.error());
  }
  return SupervisorView(**blob);
}

std::span<const SupervisorChild> SupervisorView::children() const noexcept {
  return table_of<SupervisorChild>(*blob_, blob_->children);
}

std::string_view SupervisorView::name_of(const SupervisorChild& child) noexcept {
  return name_text(child.name);
}

}  // namespace serai::config
