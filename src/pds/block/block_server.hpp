// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "base/result.hpp"
#include "base/ring.hpp"
#include "core/protection_domain.hpp"
#include "drivers/virtio/dma_memory.hpp"
#include "pds/block/block_client.hpp"
#include "pds/block/disk_survey.hpp"
#include "pds/block/partition_table.hpp"
#include "pds/block/virtio_disk.hpp"

namespace serai::block {

/// Shares a disk among clients, each of which has a partition or all of it. Data moves between the
/// disk and the client's data region; this PD does not touch it.
///
/// Clients take turns, a request each, and have no more than their share of the disk's slots. A
/// client that has nothing to do leaves its turn, but not its share, to others. A disk that breaks
/// a rule is stopped and gone until this PD starts anew: all is answered with errors.
class BlockServer final : public ProtectionDomain {
 public:
  static constexpr std::size_t most_clients = 61;

  BlockServer(drivers::RegisterPort& registers, SignalPort& signals, LogPort& log,
              ChannelId device_channel) noexcept
      : disk_(registers), signals_(signals), log_(log), device_channel_(device_channel) {}

  /// Resets the disk and brings it up, first of all: only then can nothing of an earlier life of
  /// this PD be in flight any more. Where that fails every client is told that there is no disk.
  void bring_up(drivers::DmaMemory& memory) noexcept;

  /// Adds a client before `start`. Fails with `no_space`.
  Result<void> add_client(const BlockClient::Options& options) noexcept;

  /// For trying how a system copes: `crash`, which does not return, is called in place of answering
  /// the request that comes after `requests` others.
  void crash_after(std::uint32_t requests, void (*crash)() noexcept) noexcept {
    answers_left_ = requests;
    crash_ = crash;
  }

  /// Looks at the disk; clients are served as soon as it is known.
  void start() noexcept;

  void notified(ChannelId channel) noexcept override;

  /// The disk offers no calls: every one is answered with label 1.
  Message called(ChannelId channel, const Message& message) noexcept override;

 private:
  enum class State : std::uint8_t { surveying, serving, failed };

  struct Flight {
    sddf::BlockJob job;
    std::size_t client = 0;  ///< or `survey`
    bool active = false;
  };

  [[nodiscard]] std::uint32_t share() const noexcept;
  static constexpr std::size_t survey = most_clients;

  void submit(std::size_t client, const Work& work) noexcept;
  void pump() noexcept;
  void drain() noexcept;
  void finish(const DiskCompletion& completion) noexcept;
  void fetch() noexcept;
  [[nodiscard]] bool fetch_from(std::size_t index) noexcept;
  void go_on_with_survey() noexcept;
  void open_clients() noexcept;
  void open(BlockClient& client, const Result<void>& table) noexcept;
  void fail_disk(std::string_view why) noexcept;
  void close_clients() noexcept;
  void refuse_all() noexcept;
  void notify_clients() noexcept;
  void report(const BlockClient& client, std::string_view what) noexcept;
  void report_window(const BlockClient& client, const Window& window,
                     std::uint64_t sectors) noexcept;

  [[nodiscard]] std::span<std::optional<BlockClient>> clients() noexcept {
    return std::span(clients_).first(client_count_);
  }

  VirtioDisk disk_;
  SignalPort& signals_;
  LogPort& log_;
  ChannelId device_channel_;
  State state_ = State::surveying;
  DiskSurvey survey_;
  PartitionTable table_;
  std::array<std::optional<BlockClient>, most_clients> clients_{};
  std::size_t client_count_ = 0;
  std::size_t next_client_ = 0;
  std::uint32_t answers_left_ = 0;  ///< before `crash_`
  void (*crash_)() noexcept = nullptr;
  std::array<Flight, VirtioDisk::most_slots> flights_{};
  Ring<std::uint32_t, VirtioDisk::most_slots> free_slots_;
};

}  // namespace serai::block
