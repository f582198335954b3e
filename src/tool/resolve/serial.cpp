// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/serial.hpp"

#include <fmt/format.h>

namespace serai::tool {

namespace {

constexpr std::uint64_t page = 0x1000;

/// One direction: where its indices and its data are in the PD that sends and in the other.
struct Direction {
  std::uint64_t sender_queue = 0;
  std::uint64_t sender_data = 0;
  std::uint64_t receiver_queue = 0;
  std::uint64_t receiver_data = 0;
};

Direction add_direction(SystemBuilder& builder, std::size_t sender, std::size_t receiver,
                        const std::string& name, const std::string& what, std::uint64_t capacity) {
  const auto make = [&](const char* part, const char* words, std::uint64_t size) {
    MemoryRegion region;
    region.name = fmt::format("{}_{}", name, part);
    region.size = size;
    region.what = fmt::format("{}, {}", what, words);
    return builder.add_region(std::move(region));
  };
  const std::size_t queue = make("queue", "indices", page);
  const std::size_t data = make("data", "characters", std::max(capacity, page));
  Direction direction;
  direction.sender_queue = builder.map_queue(sender, queue, read_write);
  direction.sender_data = builder.map_queue(sender, data, read_write);
  direction.receiver_queue = builder.map_queue(receiver, queue, read_write);
  direction.receiver_data = builder.map_queue(receiver, data, read_only);
  return direction;
}

}  // namespace

SerialPair add_serial(SystemBuilder& builder, const Channel& channel, const std::string& name,
                      const std::string& what, SerialCapacity capacity) {
  const std::size_t near = channel.a.pd;
  const std::size_t far = channel.b.pd;
  SerialPair pair;
  pair.near.channel = channel.a.id;
  pair.near.receive_channel = channel.a.id;
  pair.far.channel = channel.b.id;
  pair.far.receive_channel = channel.b.id;
  if (capacity.forth != 0) {
    const Direction forth =
        add_direction(builder, near, far, name + "_tx", what + " output", capacity.forth);
    pair.near.transmit_queue = forth.sender_queue;
    pair.near.transmit_data = forth.sender_data;
    pair.near.transmit_capacity = capacity.forth;
    pair.far.receive_queue = forth.receiver_queue;
    pair.far.receive_data = forth.receiver_data;
    pair.far.receive_capacity = capacity.forth;
  }
  if (capacity.back != 0) {
    const Direction back =
        add_direction(builder, far, near, name + "_rx", what + " input", capacity.back);
    pair.far.transmit_queue = back.sender_queue;
    pair.far.transmit_data = back.sender_data;
    pair.far.transmit_capacity = capacity.back;
    pair.near.receive_queue = back.receiver_queue;
    pair.near.receive_data = back.receiver_data;
    pair.near.receive_capacity = capacity.back;
  }
  return pair;
}

}  // namespace serai::tool
