// SPDX-License-Identifier: BSD-2-Clause
#include "pds/entropy/entropy_server.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"

namespace serai::entropy {
namespace {

constexpr std::uint64_t reply_bad_request = 1;
constexpr std::uint16_t request_queue = 0;
constexpr std::uint16_t most_queue_size = 4;
constexpr std::size_t line_bytes = 64;

}  // namespace

void EntropyServer::bring_up(drivers::DmaMemory& memory) noexcept {
  if (!set_up(memory).has_value()) {
    fail_device("entropy: the device cannot be used");
  }
}

Result<void> EntropyServer::set_up(drivers::DmaMemory& memory) noexcept {
  using drivers::DriverQueue;
  if (const auto greeted = device_.begin(drivers::DeviceType::entropy); !greeted.has_value()) {
    return greeted;
  }
  const auto features = device_.negotiate(drivers::feature::event_idx);
  if (!features.has_value()) {
    return fail(features.error());
  }
  const std::uint16_t size = device_.queue_size(request_queue, most_queue_size);
  const auto rings = memory.take(DriverQueue::memory_bytes(size), DriverQueue::alignment);
  const auto piece = memory.take(piece_bytes, line_bytes);
  if (!rings.has_value() || !piece.has_value()) {
    return fail(Error::no_space);
  }
  piece_ = *piece;
  const bool event_index = (*features & drivers::feature::event_idx) != 0;
  if (const auto started = queue_.start(*rings, size, event_index); !started.has_value()) {
    return started;
  }
  if (const auto enabled = device_.enable(request_queue, queue_.addresses());
      !enabled.has_value()) {
    return enabled;
  }
  device_.finish();
  return {};
}

Result<void> EntropyServer::add_client(sddf::SerialQueueMemory queue, ChannelId channel) noexcept {
  if (client_count_ == clients_.size()) {
    return fail(Error::no_space);
  }
  auto& client = clients_[client_count_++].emplace(
      Client{.queue = sddf::SerialProducer(queue), .channel = channel});
  client.queue.resume();
  return {};
}

void EntropyServer::start() noexcept {
  // An interrupt that an earlier life of this PD took and did not acknowledge would be the last.
  signals_.acknowledge_irq(device_channel_);
  pump();
}

void EntropyServer::notified(ChannelId channel) noexcept {
  if (channel == device_channel_) {
    // Both before the queue is drained, or an interrupt for what comes meanwhile would be lost.
    const std::uint32_t reasons = device_.take_interrupts();
    signals_.acknowledge_irq(channel);
    if ((reasons & drivers::interrupt::configuration) != 0 && device_.needs_reset()) {
      fail_device("entropy: the device asks for a reset; stopped");
    }
  }
  pump();
}

Message EntropyServer::called(ChannelId /*channel*/, const Message& /*message*/) noexcept {
  return {.label = reply_bad_request};
}

void EntropyServer::pump() noexcept {
  bool more = !failed_;
  while (more) {
    take_piece();
    ask();
    notify_clients();
    more = queue_.want_interrupt();
  }
  if (!failed_ && queue_.is_broken()) {
    fail_device("entropy: the device broke a rule; stopped");
  }
}

void EntropyServer::take_piece() noexcept {
  const auto used = queue_.next_used();
  if (!used.has_value()) {
    return;
  }
  if (used->bytes == 0) {
    return fail_device("entropy: the device has nothing; stopped");
  }
  hand_out(piece_.bytes.first(used->bytes));
  std::memset(piece_.bytes.data(), 0, piece_.bytes.size());
}

void EntropyServer::hand_out(std::span<const std::byte> bytes) noexcept {
  for (std::size_t turn = 0; turn < client_count_ && !bytes.empty(); ++turn) {
    bytes = bytes.subspan(clients_[next_client_]->queue.write(bytes));
    next_client_ = next_client_ + 1 < client_count_ ? next_client_ + 1 : 0;
  }
}

std::uint32_t EntropyServer::wanted_bytes() noexcept {
  std::size_t room = 0;
  for (auto& client : clients()) {
    if (client->queue.room() == 0) {
      client->queue.request_signal();
    }
    room += client->queue.room();
  }
  return static_cast<std::uint32_t>(std::min<std::size_t>(room, piece_bytes));
}

void EntropyServer::ask() noexcept {
  if (failed_ || queue_.in_flight() != 0) {
    return;
  }
  const std::uint32_t bytes = wanted_bytes();
  if (bytes == 0) {
    return;
  }
  const drivers::Buffer buffer{.physical = piece_.physical, .bytes = bytes, .device_writes = true};
  const auto added = queue_.add(std::span(&buffer, 1), 0);
  SERAI_ASSERT(added.has_value() || queue_.is_broken());
  if (queue_.publish()) {
    device_.notify(request_queue);
  }
}

void EntropyServer::notify_clients() noexcept {
  for (auto& client : clients()) {
    if (client->queue.take_notification()) {
      signals_.notify(client->channel);
    }
  }
}

void EntropyServer::fail_device(std::string_view why) noexcept {
  failed_ = true;
  log_.write_line(why);
  device_.give_up();
}

}  // namespace serai::entropy
