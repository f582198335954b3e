// SPDX-License-Identifier: BSD-2-Clause
#include "pds/block/block_server.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace serai::block {
namespace {

using sddf::BlockResult;

constexpr std::uint64_t reply_bad_request = 1;
constexpr std::uint32_t sectors_per_block = sddf::block_bytes / sector_bytes;

using Line = Text<160>;

std::string_view reason_of(Error error) noexcept {
  switch (error) {
    case Error::not_found:
      return "there is no disk, or it cannot be read";
    case Error::unsupported:
      return "it is of a kind that is not supported";
    case Error::no_space:
      return "there is too little memory for it";
    case Error::overlap:
      return "the partition table contradicts itself";
    case Error::out_of_range:
      return "the partition table names places outside";
    default:
      return "it is damaged";
  }
}

std::uint16_t best_blocks(const DiskFacts& facts) noexcept {
  const std::uint32_t blocks = facts.best_bytes / sddf::block_bytes;
  return static_cast<std::uint16_t>(std::clamp<std::uint32_t>(blocks, 1, 0xffff));
}

}  // namespace

void BlockServer::bring_up(drivers::DmaMemory& memory) noexcept {
  auto done = disk_.start(memory);
  if (done.has_value()) {
    done = survey_.start(disk_.facts(), memory);
  }
  if (!done.has_value()) {
    Line line;
    line << "disk: cannot be used: " << reason_of(done.error());
    fail_disk(line.view());
    return;
  }
  for (std::uint32_t slot = 0; slot < disk_.slots(); ++slot) {
    free_slots_.push(slot);
  }
}

Result<void> BlockServer::add_client(const BlockClient::Options& options) noexcept {
  if (client_count_ == clients_.size()) {
    return fail(Error::no_space);
  }
  clients_[client_count_++].emplace(options);
  return {};
}

void BlockServer::start() noexcept {
  // An interrupt that an earlier life of this PD took and did not acknowledge would be the last.
  signals_.acknowledge_irq(device_channel_);
  if (state_ == State::failed) {
    close_clients();
  } else {
    go_on_with_survey();
  }
  pump();
}

void BlockServer::notified(ChannelId channel) noexcept {
  if (channel == device_channel_) {
    // Both before the queue is drained, or an interrupt for what ends meanwhile would be lost.
    disk_.take_interrupts();
    signals_.acknowledge_irq(channel);
  }
  pump();
}

Message BlockServer::called(ChannelId /*channel*/, const Message& /*message*/) noexcept {
  return {.label = reply_bad_request};
}

std::uint32_t BlockServer::share() const noexcept {
  const auto count = static_cast<std::uint32_t>(std::max<std::size_t>(client_count_, 1));
  return std::max<std::uint32_t>(disk_.slots() / count, 1);
}

void BlockServer::pump() noexcept {
  for (auto& client : clients()) {
    client->begin_event();
  }
  bool more = state_ != State::failed;
  while (more) {
    drain();
    fetch();
    disk_.publish();
    more = disk_.want_interrupt();
  }
  if (state_ != State::failed && disk_.has_failed()) {
    fail_disk("disk: broke a rule; stopped");
  }
  if (state_ == State::failed) {
    refuse_all();
  }
  notify_clients();
}

void BlockServer::drain() noexcept {
  while (const auto completion = disk_.next_completion()) {
    finish(*completion);
  }
}

void BlockServer::finish(const DiskCompletion& completion) noexcept {
  Flight& flight = flights_[completion.slot];
  flight.active = false;
  free_slots_.push(completion.slot);
  if (flight.client == survey) {
    survey_.complete(completion.ok);
    go_on_with_survey();
    return;
  }
  if (crash_ != nullptr && answers_left_-- == 0) {
    crash_();
  }
  clients_[flight.client]->complete(flight.job,
                                    completion.ok ? BlockResult::ok : BlockResult::io_error);
}

void BlockServer::submit(std::size_t client, const Work& work) noexcept {
  const std::uint32_t slot = free_slots_.pop();
  flights_[slot] = {.job = work.job, .client = client, .active = true};
  disk_.submit(slot, work.request);
}

void BlockServer::fetch() noexcept {
  if (state_ != State::serving) {
    return;
  }
  std::size_t idle = 0;
  while (idle < client_count_ && !free_slots_.empty()) {
    idle = fetch_from(next_client_) ? 0 : idle + 1;
    next_client_ = next_client_ + 1 < client_count_ ? next_client_ + 1 : 0;
  }
}

bool BlockServer::fetch_from(std::size_t index) noexcept {
  BlockClient& client = *clients_[index];
  if (client.in_flight() >= share()) {
    return false;
  }
  const auto work = client.next();
  if (work.has_value()) {
    submit(index, *work);
  }
  return work.has_value();
}

void BlockServer::go_on_with_survey() noexcept {
  const auto request = survey_.next();
  if (request.has_value()) {
    submit(survey, {.job = {}, .request = *request});
    return;
  }
  open_clients();
}

void BlockServer::open_clients() noexcept {
  state_ = State::serving;
  const DiskFacts& facts = disk_.facts();
  Line line;
  line << "disk: " << facts.sectors << " sectors of 512 bytes"
       << (facts.read_only ? ", read-only" : "")
       << (facts.has_flush ? "" : ", without a cache to flush");
  log_.write_line(line.view());
  const auto table = survey_.read_table(table_);
  for (auto& client : clients()) {
    open(*client, table);
    signals_.notify(client->options().channel);
  }
}

void BlockServer::open(BlockClient& client, const Result<void>& table) noexcept {
  const DiskFacts& facts = disk_.facts();
  Partition part{.sectors = facts.sectors};
  if (client.options().partition != 0) {
    const auto found = table.has_value() ? table_.find(client.options().partition)
                                         : Result<Partition>(fail(table.error()));
    if (!found.has_value()) {
      client.close();
      report(client, table.has_value() ? "there is no such partition, or it is an extended one"
                                       : reason_of(table.error()));
      return;
    }
    part = *found;
  }
  const Window window{.first_sector = part.first_sector,
                      .blocks = part.sectors / sectors_per_block,
                      .read_only = facts.read_only || client.options().read_only};
  const std::string_view serial = survey_.serial();
  client.open(window, facts.has_flush,
              {.sector_bytes = static_cast<std::uint16_t>(facts.logical_bytes),
               .best_blocks = best_blocks(facts),
               .serial = serial.empty() ? client.options().name : serial});
  report_window(client, window, part.sectors);
}

void BlockServer::fail_disk(std::string_view why) noexcept {
  state_ = State::failed;
  log_.write_line(why);
  // First, so that nothing is answered whose memory the disk might still use.
  disk_.stop();
  for (Flight& flight : flights_) {
    if (flight.active && flight.client != survey) {
      clients_[flight.client]->complete(flight.job, BlockResult::io_error);
    }
    flight.active = false;
  }
  close_clients();
}

void BlockServer::close_clients() noexcept {
  for (auto& client : clients()) {
    client->close();
    signals_.notify(client->options().channel);
  }
}

void BlockServer::refuse_all() noexcept {
  for (auto& client : clients()) {
    static_cast<void>(client->next());  // which has no work where there is no disk
  }
}

void BlockServer::notify_clients() noexcept {
  for (auto& client : clients()) {
    if (client->take_notification()) {
      signals_.notify(client->options().channel);
    }
  }
}

void BlockServer::report(const BlockClient& client, std::string_view what) noexcept {
  Line line;
  line << "disk: " << client.options().name << " has no partition " << client.options().partition
       << ": " << what;
  log_.write_line(line.view());
}

void BlockServer::report_window(const BlockClient& client, const Window& window,
                                std::uint64_t sectors) noexcept {
  Line line;
  line << "disk: " << client.options().name << " has " << window.blocks
       << " blocks of 4096 bytes from sector " << window.first_sector;
  if (window.read_only) {
    line << ", read-only";
  }
  const std::uint64_t left_over = sectors % sectors_per_block;
  if (left_over != 0) {
    line << "; the last " << left_over << " sectors are no whole block";
  }
  log_.write_line(line.view());
}

}  // namespace serai::block
