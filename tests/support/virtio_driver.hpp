// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "support/driver_ring.hpp"
#include "support/guest_ram.hpp"
#include "virtio/queue_place.hpp"

namespace serai::test {

/// A guest's driver of one virtqueue, for tests of devices and transports:
///
///     GuestRam ram;
///     VirtioDriver driver(ram, {.size = 16});
///     queue.enable(ram.memory(), pool, driver.place(), driver.features());
///     driver.send({request}, {512, 1});          // one readable piece, two writable ones; kicks
///     device.notify(0);
///     const auto used = driver.take_used();      // used->written, used->data
///
/// Several drivers may share one `GuestRam`. Everything that it lays out is plain guest memory, so
/// a test may change it with `ram.store` at the addresses of `place()`; helpers for the common
/// mistakes of a hostile driver are at the end.
class VirtioDriver {
 public:
  struct Options {
    std::uint16_t size = 16;
    bool packed = false;
    bool use_indirect = false;  ///< every chain in a table of its own
    bool event_index = false;
    bool in_order = false;
    bool indirect = true;  ///< VIRTIO_F_INDIRECT_DESC is negotiated
  };

  /// A piece of a chain.
  struct Piece {
    std::uint64_t address = 0;
    std::uint32_t bytes = 0;
    bool writable = false;
  };

  /// What came back.
  struct Used {
    std::uint16_t id = 0;
    std::uint32_t written = 0;
    std::vector<std::byte> data;  ///< the first `written` bytes of the chain's writable pieces
  };

  using Bytes = std::vector<std::byte>;

  VirtioDriver(GuestRam& ram, Options options);

  /// What a transport is told about the queue.
  [[nodiscard]] virtio::QueuePlace place() const { return ring_->place(); }

  [[nodiscard]] virtio::QueueFeatures features() const { return features_; }

  [[nodiscard]] GuestRam& ram() { return *ram_; }

  /// Forgets everything and makes the rings new, as after a reset of the queue.
  void restart();

  /// Lays out a chain of pieces that the caller allocated; the device sees it after `kick`. Its id,
  /// or none if the ring is full.
  std::optional<std::uint16_t> add(const std::vector<Piece>& pieces);

  /// The same with pieces of its own: readable ones with these contents, then writable ones of
  /// these sizes, filled with 0xee.
  std::optional<std::uint16_t> add(const std::vector<Bytes>& readable,
                                   const std::vector<std::uint32_t>& writable);

  /// Shows the device what was added. Whether the device wants to be notified.
  bool kick() { return ring_->publish(); }

  /// `add` and `kick`; throws if the ring is full. Returns the chain's id.
  std::uint16_t send(const std::vector<Bytes>& readable,
                     const std::vector<std::uint32_t>& writable);

  /// The next chain that the device used, or none. Throws if the device returned an id that it was
  /// not given, or claims to have written more than there was room for.
  std::optional<Used> take_used();

  /// All that the device used by now.
  std::vector<Used> take_all_used();

  /// Chains that the device has.
  [[nodiscard]] std::size_t in_flight() const { return chains_.size(); }

  /// Descriptors that are free.
  [[nodiscard]] std::uint16_t room() const { return ring_->room(); }

  /// Asks for interrupts (the default), or not to have any. With VIRTIO_F_EVENT_IDX on a split
  /// ring, "none" means an event that lies far away.
  void want_interrupts(bool wanted) { ring_->want_interrupts(wanted); }

  /// With VIRTIO_F_EVENT_IDX: asks once for one when `chains` more are used.
  void want_interrupt_after(std::uint16_t chains) { ring_->want_interrupt_after(chains); }

  /// Contents from text.
  static Bytes bytes(std::string_view text);

  // What a hostile driver does. Addresses of the parts of a ring, in the guest:

  [[nodiscard]] std::uint64_t descriptor_address(std::uint32_t index) const;

  /// Split rings: the available ring's index and entries, the used ring's index and entries.
  [[nodiscard]] std::uint64_t available_index_address() const;
  [[nodiscard]] std::uint64_t available_entry_address(std::uint32_t position) const;
  [[nodiscard]] std::uint64_t used_index_address() const;
  [[nodiscard]] std::uint64_t used_entry_address(std::uint32_t position) const;

  /// Writes a descriptor of a split ring or table (`next`), or of a packed one (`id`).
  void set_split(std::uint64_t at, std::uint64_t address, std::uint32_t bytes, std::uint16_t flags,
                 std::uint16_t next);
  void set_packed(std::uint64_t at, std::uint64_t address, std::uint32_t bytes, std::uint16_t id,
                  std::uint16_t flags);

  /// Split rings: makes `head` available behind the driver's back.
  void force_available(std::uint16_t head);

 private:
  struct Chain {
    std::vector<Piece> pieces;
    bool owns_pieces = false;
    std::uint64_t table = 0;  ///< 0: none
  };

  void set_words(std::uint64_t at, std::array<std::uint64_t, 2> words);
  Used finish(std::uint16_t id, std::optional<std::uint32_t> written);
  std::vector<std::uint16_t> batch_up_to(std::uint16_t id);

  GuestRam* ram_;
  virtio::QueueFeatures features_;
  bool use_indirect_;
  std::unique_ptr<DriverRing> ring_;
  std::map<std::uint16_t, Chain> chains_;
  std::deque<std::uint16_t> order_;
  std::deque<Used> ready_;
};

}  // namespace serai::test
