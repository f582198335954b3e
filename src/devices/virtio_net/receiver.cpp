// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_net/receiver.hpp"

#include <algorithm>
#include <utility>

#include "base/bits.hpp"
#include "net/ethernet.hpp"

namespace serai::virtio_net {
namespace {

/// Far more than wait in any queue: an event ends also if the other side never stops sending.
constexpr unsigned most_packets = 8192;

/// How much of a frame the filter looks at.
constexpr std::size_t filter_bytes = net::ethernet_bytes + net::vlan_tag_bytes;
/// And how much the flow is found by.
constexpr std::size_t flow_bytes = 128;

constexpr std::uint16_t udp_checksum_place = 6;

constexpr std::uint32_t queue_bit(std::uint16_t queue) noexcept {
  return std::uint32_t{1} << queue;
}

}  // namespace

void Receiver::start(std::span<virtio::Queue> queues, const Terms& terms) noexcept {
  queues_ = queues;
  terms_ = terms;
  for (std::size_t queue = 0; queue < queues.size(); queue += 2) {
    // Buffers are of interest when a frame waits for one, not before.
    queues_[queue].suppress_notifications();
  }
  for (unsigned i = 0; i < most_packets && reader_.remaining() != 0; ++i) {
    reader_.drop();
    ++counters_.receive_stale;
  }
}

void Receiver::stop() noexcept {
  if (!held_.empty()) {
    held_.abandon(queues_[held_.queue()]);
  }
  drop_frame();
  is_waiting_ = false;
  queues_ = {};
}

void Receiver::drop_frame() noexcept {
  if (frame_) {
    reader_.drop();
    frame_.reset();
  }
}

void Receiver::abandon(std::uint16_t queue) noexcept {
  if (!held_.empty() && held_.queue() == queue) {
    held_.abandon(queues_[queue]);
  }
}

std::uint32_t Receiver::settings_changed(const Settings& settings) noexcept {
  used_queues_ = 0;
  if (!held_.empty() && held_.queue() >= 2 * settings.pairs) {
    release_held();
  }
  if (!frame_) {
    return used_queues_;
  }
  if (frame_->is_passed_on() && !settings.receives.cover(net::needs_of(frame_->header))) {
    drop_frame();
    return used_queues_;
  }
  frame_->limit_claims(settings.receives);
  if (frame_->queue >= 2 * settings.pairs) {
    frame_->queue = 0;
  }
  return used_queues_;
}

void Receiver::release_held() noexcept {
  used_queues_ |= queue_bit(held_.queue());
  held_.complete_empty(queues_[held_.queue()]);
}

std::uint32_t Receiver::pump(const Settings& settings, const Steering& flows) noexcept {
  used_queues_ = 0;
  is_waiting_ = false;
  for (unsigned i = 0; i < most_packets; ++i) {
    if (!frame_ && !open(settings, flows)) {
      backend_.want_arrivals(true);
      if (reader_.remaining() == 0) {
        break;
      }
      continue;
    }
    if (deliver() == Delivery::waits) {
      is_waiting_ = true;
      // The driver says when to go on; what else arrives cannot.
      backend_.want_arrivals(false);
      break;
    }
  }
  return used_queues_;
}

/// Finds the next frame that the driver wants, drops those that it does not; false when there is
/// none.
bool Receiver::open(const Settings& settings, const Steering& flows) noexcept {
  for (unsigned i = 0; i < most_packets; ++i) {
    const std::uint32_t packet_bytes = reader_.remaining();
    if (packet_bytes == 0) {
      return false;
    }
    if (judge(settings, flows, packet_bytes)) {
      return true;
    }
    frame_.reset();
    reader_.drop();
  }
  return false;
}

// Guest-controlled: all of the packet, by the other side. Its start is copied once and then looked
// at; `packet_bytes` was checked by the back end.
bool Receiver::judge(const Settings& settings, const Steering& flows,
                     std::uint32_t packet_bytes) noexcept {
  std::array<std::byte, net::header_bytes + filter_bytes> bytes{};
  const std::uint32_t prefix = extended_ ? std::uint32_t{net::header_bytes} : 0;
  const auto known =
      std::span(bytes).first(reader_.look(std::span(bytes).first(prefix + filter_bytes)));
  if (known.size() < prefix + net::ethernet_bytes ||
      packet_bytes - prefix > net::most_frame_bytes) {
    ++counters_.receive_malformed;
    return false;
  }
  Frame frame;
  frame.bytes = packet_bytes - prefix;
  if (extended_) {
    const auto header = net::checked(net::header_from(known.first<net::header_bytes>()),
                                     frame.bytes, net::Offloads::all());
    if (!header) {
      ++counters_.receive_malformed;
      return false;
    }
    frame.header = *header;
  }
  if (!settings.filter.accepts(known.subspan(prefix))) {
    ++counters_.receive_filtered;
    return false;
  }
  frame.most_plain_bytes = most_plain_bytes(known.subspan(prefix));
  if (!frame.header.is_gso() && frame.bytes > frame.most_plain_bytes) {
    ++counters_.receive_too_long;
    return false;
  }
  if (settings.pairs > 1) {
    frame.queue = queue_for(settings, flows, prefix);
  }
  frame_ = frame;
  return prepare_offloads(settings.receives, prefix);
}

/// How long a frame that begins so may be, unless it is several segments (5.1.4.1). A tag belongs
/// to Ethernet's header, which the MTU does not count.
std::uint32_t Receiver::most_plain_bytes(std::span<const std::byte> start) const noexcept {
  if (terms_.mtu == 0) {
    return net::most_frame_bytes;
  }
  const std::uint32_t tag_bytes = net::vlan_of(start) ? net::vlan_tag_bytes : 0;
  return terms_.mtu + net::ethernet_bytes + tag_bytes;
}

std::uint16_t Receiver::queue_for(const Settings& settings, const Steering& flows,
                                  std::uint32_t prefix) noexcept {
  std::array<std::byte, net::header_bytes + flow_bytes> bytes{};
  const std::size_t count = reader_.look(bytes);
  const auto start = std::span(bytes).first(count).subspan(std::min<std::size_t>(prefix, count));
  return static_cast<std::uint16_t>(2 * flows.pair_for(net::flow_of(start), settings.pairs));
}

/// Decides what to do in software and passes over what is not copied as it is; false where it
/// cannot be done.
bool Receiver::prepare_offloads(net::Offloads can, std::uint32_t prefix) noexcept {
  if (can.cover(net::needs_of(frame_->header))) {
    frame_->limit_claims(can);
    pass_over(prefix);
    return true;
  }
  if (!frame_->header.is_gso()) {
    frame_->completes_checksum = true;
    pass_over(prefix);
    return true;
  }
  std::array<std::byte, net::header_bytes + net::Segmenter::most_header_bytes> bytes{};
  const std::size_t count = reader_.look(bytes);
  const auto segmenter = net::Segmenter::make(
      frame_->header, frame_->bytes,
      std::span(bytes).first(count).subspan(std::min<std::size_t>(prefix, count)));
  if (!segmenter) {
    ++counters_.receive_malformed;
    return false;
  }
  if (segmenter->frame_header_bytes() + segmenter->payload_bytes() > frame_->most_plain_bytes) {
    ++counters_.receive_too_long;
    return false;
  }
  frame_->is_split = true;
  segmenter_ = *segmenter;
  pass_over(prefix + segmenter_->frame_header_bytes());
  return true;
}

/// These bytes lie in the first piece, where they were looked at.
void Receiver::pass_over(std::uint32_t bytes) noexcept {
  if (bytes != 0) {
    reader_.advance(bytes);
  }
}

Receiver::Delivery Receiver::deliver() noexcept {
  Delivery delivery = Delivery::dropped;
  if (find_queue()) {
    delivery = frame_->is_split ? deliver_segments() : deliver_whole();
  }
  if (delivery == Delivery::waits) {
    return delivery;
  }
  if (delivery == Delivery::dropped) {
    ++counters_.receive_no_fit;
    reader_.drop();
  } else {
    ++counters_.received;
  }
  frame_.reset();
  return delivery;
}

/// Makes sure that the frame's queue is one that the driver set up; the first pair is the refuge of
/// frames whose own is not.
bool Receiver::find_queue() noexcept {
  if (!queues_[frame_->queue].is_enabled()) {
    frame_->queue = 0;
  }
  if (!held_.empty() && held_.queue() != frame_->queue) {
    release_held();
  }
  return queues_[frame_->queue].is_enabled();
}

Receiver::Delivery Receiver::gather(std::uint64_t bytes) noexcept {
  while (held_.bytes() < bytes) {
    const bool is_limit = terms_.mergeable ? held_.full() : !held_.empty();
    if (is_limit) {
      return Delivery::dropped;
    }
    auto chain = pop_or_ask();
    if (!chain) {
      used_queues_ |= queue_bit(frame_->queue);
      // What is held may be the very reason why another does not fit in memory.
      const bool never_fits = chain.error() == Error::no_space && !held_.empty();
      return never_fits ? Delivery::dropped : Delivery::waits;
    }
    held_.add(std::move(*chain), frame_->queue);
  }
  return Delivery::done;
}

/// The next buffer of the driver, or a notification when there is one.
Result<virtio::Chain> Receiver::pop_or_ask() noexcept {
  virtio::Queue& queue = queues_[frame_->queue];
  auto chain = queue.pop();
  if (!chain && queue.allow_notifications()) {
    chain = queue.pop();
  }
  if (chain) {
    queue.suppress_notifications();
  }
  return chain;
}

Receiver::Delivery Receiver::deliver_whole() noexcept {
  const std::uint64_t bytes = net::header_bytes + frame_->bytes;
  const Delivery gathered = gather(bytes);
  if (gathered != Delivery::done) {
    return gathered;
  }
  net::Header header = frame_->header;
  if (frame_->completes_checksum) {
    header = {};
  }
  write_header(header, bytes);
  net::Checksum sum;
  const std::uint32_t sum_from =
      frame_->completes_checksum ? frame_->header.csum_start : frame_->bytes;
  if (!copy(sum_from, nullptr) || !copy(frame_->bytes - sum_from, &sum)) {
    return Delivery::dropped;
  }
  if (frame_->completes_checksum) {
    const std::uint32_t place =
        std::uint32_t{frame_->header.csum_start} + frame_->header.csum_offset;
    const bool is_udp = frame_->header.csum_offset == udp_checksum_place;
    held_.seek(net::header_bytes + place);
    held_.write(is_udp ? sum.udp_value() : sum.value());
    ++counters_.checksums;
  }
  complete(bytes);
  return Delivery::done;
}

Receiver::Delivery Receiver::deliver_segments() noexcept {
  while (segmenter_->payload_bytes() != 0) {
    const std::uint32_t payload = segmenter_->payload_bytes();
    const std::uint64_t before = net::header_bytes + segmenter_->frame_header_bytes();
    const Delivery gathered = gather(before + payload);
    if (gathered != Delivery::done) {
      return gathered;
    }
    net::Checksum sum;
    held_.seek(before);
    if (!copy(payload, &sum)) {
      return Delivery::dropped;
    }
    write_header({}, before + payload);
    held_.write(segmenter_->finish(sum));
    complete(before + payload);
    ++counters_.segments;
  }
  return Delivery::done;
}

void Receiver::write_header(net::Header header, std::uint64_t bytes) noexcept {
  header.num_buffers = static_cast<std::uint16_t>(held_.chains_for(bytes));
  std::array<std::byte, net::header_bytes> raw{};
  net::write_header(header, raw);
  held_.seek(0);
  held_.write(raw);
}

/// Copies the next bytes of the frame into what is held; false if the other side took them away.
bool Receiver::copy(std::uint32_t bytes, net::Checksum* sum) noexcept {
  while (bytes != 0) {
    const std::span<const std::byte> piece = reader_.next(bytes);
    if (piece.empty()) {
      return false;
    }
    held_.write(piece);
    if (sum != nullptr) {
      sum->add(piece);
    }
    bytes -= static_cast<std::uint32_t>(piece.size());
    reader_.advance(piece.size());
  }
  return true;
}

void Receiver::complete(std::uint64_t bytes) noexcept {
  used_queues_ |= queue_bit(frame_->queue);
  held_.complete(queues_[frame_->queue], bytes);
}

}  // namespace serai::virtio_net
