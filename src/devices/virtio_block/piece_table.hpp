// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "core/block_backend.hpp"
#include "devices/virtio_block/id_set.hpp"

namespace serai::virtio_block {

/// What a piece is doing at its back end.
enum class Step : std::uint8_t {
  read,
  write,        ///< of whole blocks
  patch_read,   ///< of a block of which a part is to be overwritten
  patch_write,  ///< of that block
  flush,
};

/// What a piece forbids others that touch the same blocks while it is in flight; each forbids what
/// those before it forbid.
enum class Hold : std::uint8_t {
  nothing,
  patches,  ///< whole blocks are being written: a patch would write back what was there before
  writes,   ///< a block is being patched: what another writes there would be lost
  all,      ///< a write whose request was dropped: the driver does not know that it may yet happen
};

/// One request at the back end, for a part of a driver's request.
struct Piece {
  BlockBuffer buffer{};
  std::uint64_t block = 0;   ///< first
  std::uint64_t offset = 0;  ///< of its bytes in the driver's request
  std::uint32_t blocks = 0;
  std::uint32_t bytes = 0;  ///< that the driver's request is about
  std::uint16_t skip = 0;   ///< bytes before them in the first block
  std::uint16_t request = 0;
  Step step = Step::flush;
  Hold hold = Hold::nothing;
};

/// What is in flight at the back end, by the ids that it knows. An entry outlives its request when
/// that is dropped: then it is an orphan, until the back end gives its buffer back.
class PieceTable {
 public:
  static constexpr std::uint16_t most = 128;
  static constexpr std::uint16_t none = IdSet<most>::none;
  /// In `Piece::request`: an orphan.
  static constexpr std::uint16_t no_request = 0xffff;

  /// A free id below `limit`, or `none`.
  std::uint16_t take(std::uint32_t limit) noexcept { return ids_.take(limit); }

  /// Fills the entry of an id that was taken.
  void set(std::uint16_t id, const Piece& piece) noexcept {
    pieces_[id] = piece;
    ++held_[static_cast<std::size_t>(piece.hold)];
  }

  /// Gives back an id whose entry was set.
  void remove(std::uint16_t id) noexcept {
    --held_[static_cast<std::size_t>(pieces_[id].hold)];
    ids_.give_back(id);
  }

  /// Gives back an id whose entry was not set.
  void give_back(std::uint16_t id) noexcept { ids_.give_back(id); }

  [[nodiscard]] Piece& operator[](std::uint16_t id) noexcept { return pieces_[id]; }

  [[nodiscard]] bool contains(std::uint32_t id) const noexcept { return ids_.contains(id); }

  /// How many are in flight, orphans too.
  [[nodiscard]] std::uint16_t count() const noexcept { return ids_.count(); }

  /// Parts all entries of `request` from it.
  void orphan(std::uint16_t request) noexcept;

  /// Whether something in flight forbids a new piece for these blocks which must not run beside
  /// whatever has `least` or more.
  [[nodiscard]] bool is_held(std::uint64_t block, std::uint32_t blocks, Hold least) const noexcept;

 private:
  void change_hold(Piece& piece, Hold hold) noexcept;

  IdSet<most> ids_;
  std::array<std::uint16_t, 4> held_{};
  std::array<Piece, most> pieces_{};
};

}  // namespace serai::virtio_block
