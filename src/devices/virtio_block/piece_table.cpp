// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_block/piece_table.hpp"

namespace serai::virtio_block {

void PieceTable::change_hold(Piece& piece, Hold hold) noexcept {
  --held_[static_cast<std::size_t>(piece.hold)];
  piece.hold = hold;
  ++held_[static_cast<std::size_t>(hold)];
}

void PieceTable::orphan(std::uint16_t request) noexcept {
  ids_.for_each([this, request](std::uint16_t id) {
    Piece& piece = pieces_[id];
    if (piece.request != request) {
      return;
    }
    piece.request = no_request;
    const bool writes = piece.step == Step::write || piece.step == Step::patch_write;
    change_hold(piece, writes ? Hold::all : Hold::nothing);
  });
}

bool PieceTable::is_held(std::uint64_t block, std::uint32_t blocks, Hold least) const noexcept {
  bool any = false;
  for (auto hold = static_cast<std::size_t>(least); hold < held_.size(); ++hold) {
    any = any || held_[hold] != 0;
  }
  if (!any) {
    return false;
  }
  bool found = false;
  ids_.for_each([&](std::uint16_t id) {
    const Piece& piece = pieces_[id];
    found = found || (piece.hold >= least && piece.block < block + blocks &&
                      block < piece.block + piece.blocks);
  });
  return found;
}

}  // namespace serai::virtio_block
