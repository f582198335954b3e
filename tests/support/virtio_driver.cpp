// SPDX-License-Identifier: BSD-2-Clause
#include "support/virtio_driver.hpp"

#include <algorithm>
#include <stdexcept>

#include "virtio/descriptor.hpp"

namespace serai::test {

namespace {

constexpr std::size_t entry_bytes = virtio::descriptor_bytes;

std::vector<RingEntry> entries_of(const std::vector<VirtioDriver::Piece>& pieces) {
  std::vector<RingEntry> entries;
  entries.reserve(pieces.size());
  for (const auto& piece : pieces) {
    const std::uint16_t flags = piece.writable ? virtio::descriptor_flag::write : 0;
    entries.push_back({.address = piece.address, .bytes = piece.bytes, .flags = flags});
  }
  return entries;
}

}  // namespace

VirtioDriver::VirtioDriver(GuestRam& ram, Options options)
    : ram_(&ram),
      features_{.packed = options.packed,
                .indirect = options.indirect,
                .event_index = options.event_index,
                .in_order = options.in_order},
      use_indirect_(options.use_indirect),
      ring_(DriverRing::make(ram, options.size, features_)) {}

void VirtioDriver::restart() {
  ring_->restart();
  while (!chains_.empty()) {
    finish(chains_.begin()->first, 0);
  }
  order_.clear();
  ready_.clear();
}

std::optional<std::uint16_t> VirtioDriver::add(const std::vector<Piece>& pieces) {
  Chain chain{.pieces = pieces};
  auto entries = entries_of(pieces);
  if (use_indirect_) {
    chain.table = ram_->allocate(entries.size() * entry_bytes);
    ring_->fill_table(chain.table, entries);
    entries = {{.address = chain.table,
                .bytes = static_cast<std::uint32_t>(entries.size() * entry_bytes),
                .flags = virtio::descriptor_flag::indirect}};
  }
  const auto id = ring_->put(entries);
  if (!id) {
    if (chain.table != 0) {
      ram_->free(chain.table, pieces.size() * entry_bytes);
    }
    return {};
  }
  chains_[*id] = chain;
  order_.push_back(*id);
  return id;
}

std::optional<std::uint16_t> VirtioDriver::add(const std::vector<Bytes>& readable,
                                               const std::vector<std::uint32_t>& writable) {
  std::vector<Piece> pieces;
  for (const auto& content : readable) {
    const auto size = static_cast<std::uint32_t>(content.size());
    pieces.push_back({.address = ram_->allocate(size), .bytes = size, .writable = false});
    ram_->write(pieces.back().address, content);
  }
  for (const std::uint32_t size : writable) {
    pieces.push_back({.address = ram_->allocate(size), .bytes = size, .writable = true});
    ram_->write(pieces.back().address, Bytes(size, std::byte{0xee}));
  }
  const auto id = add(pieces);
  if (id) {
    chains_[*id].owns_pieces = true;
    return id;
  }
  for (const auto& piece : pieces) {
    ram_->free(piece.address, piece.bytes);
  }
  return {};
}

std::uint16_t VirtioDriver::send(const std::vector<Bytes>& readable,
                                 const std::vector<std::uint32_t>& writable) {
  const auto id = add(readable, writable);
  if (!id) {
    throw std::runtime_error("the test's queue is full");
  }
  kick();
  return *id;
}

std::optional<VirtioDriver::Used> VirtioDriver::take_used() {
  if (ready_.empty()) {
    const auto raw = ring_->peek_used();
    if (!raw) {
      return {};
    }
    if (!chains_.contains(raw->id)) {
      throw std::runtime_error("the device used a chain that it does not have");
    }
    const auto batch = batch_up_to(raw->id);
    ring_->retire(batch);
    for (const auto id : batch) {
      ready_.push_back(finish(id, id == raw->id ? std::optional(raw->written) : std::nullopt));
    }
  }
  Used used = std::move(ready_.front());
  ready_.pop_front();
  return used;
}

std::vector<VirtioDriver::Used> VirtioDriver::take_all_used() {
  std::vector<Used> all;
  while (auto used = take_used()) {
    all.push_back(std::move(*used));
  }
  return all;
}

// With VIRTIO_F_IN_ORDER, an id stands for all chains before it too.
std::vector<std::uint16_t> VirtioDriver::batch_up_to(std::uint16_t id) {
  const auto place = std::find(order_.begin(), order_.end(), id);
  if (!features_.in_order) {
    order_.erase(place);
    return {id};
  }
  std::vector<std::uint16_t> batch(order_.begin(), place + 1);
  order_.erase(order_.begin(), place + 1);
  return batch;
}

// A chain that stands for nothing of its own was written completely.
VirtioDriver::Used VirtioDriver::finish(std::uint16_t id, std::optional<std::uint32_t> written) {
  const Chain chain = chains_.extract(id).mapped();
  Used used{.id = id, .written = 0, .data = {}};
  for (const auto& piece : chain.pieces) {
    if (piece.writable && ram_->memory().contains(GuestAddress(piece.address), piece.bytes)) {
      const auto content = ram_->read(piece.address, piece.bytes);
      used.data.insert(used.data.end(), content.begin(), content.end());
    }
    if (chain.owns_pieces) {
      ram_->free(piece.address, piece.bytes);
    }
  }
  if (chain.table != 0) {
    ram_->free(chain.table, chain.pieces.size() * entry_bytes);
  }
  used.written = written.value_or(static_cast<std::uint32_t>(used.data.size()));
  if (used.written > used.data.size()) {
    throw std::runtime_error("the device claims to have written more than there was room for");
  }
  used.data.resize(used.written);
  return used;
}

VirtioDriver::Bytes VirtioDriver::bytes(std::string_view text) {
  const auto raw = std::as_bytes(std::span(text));
  return {raw.begin(), raw.end()};
}

std::uint64_t VirtioDriver::descriptor_address(std::uint32_t index) const {
  return place().descriptors.value() + index * entry_bytes;
}

std::uint64_t VirtioDriver::available_index_address() const {
  return place().driver_area.value() + 2;
}

std::uint64_t VirtioDriver::available_entry_address(std::uint32_t position) const {
  return place().driver_area.value() + 4 + std::uint64_t{2} * (position % place().size);
}

std::uint64_t VirtioDriver::used_index_address() const {
  return place().device_area.value() + 2;
}

std::uint64_t VirtioDriver::used_entry_address(std::uint32_t position) const {
  return place().device_area.value() + 4 + std::uint64_t{8} * (position % place().size);
}

void VirtioDriver::set_split(std::uint64_t at, std::uint64_t address, std::uint32_t bytes,
                             std::uint16_t flags, std::uint16_t next) {
  set_words(at, {address, bytes | std::uint64_t{flags} << 32U | std::uint64_t{next} << 48U});
}

void VirtioDriver::set_packed(std::uint64_t at, std::uint64_t address, std::uint32_t bytes,
                              std::uint16_t id, std::uint16_t flags) {
  set_words(at, {address, bytes | std::uint64_t{id} << 32U | std::uint64_t{flags} << 48U});
}

void VirtioDriver::set_words(std::uint64_t at, std::array<std::uint64_t, 2> words) {
  ram_->write(at, std::as_bytes(std::span(words)));
}

void VirtioDriver::force_available(std::uint16_t head) {
  const auto index = ram_->load<std::uint16_t>(available_index_address());
  ram_->store<std::uint16_t>(available_entry_address(index), head);
  ram_->store<std::uint16_t>(available_index_address(), static_cast<std::uint16_t>(index + 1));
}

}  // namespace serai::test
