// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/packets.hpp"

#include <fmt/format.h>

#include "base/bits.hpp"
#include "tool/check/io_plan.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t page = 0x1000;

// Sizes of what sDDF's queues consist of.
constexpr std::uint64_t packet_header_bytes = 8;
constexpr std::uint64_t packet_entry_bytes = 16;
constexpr std::uint64_t request_header_bytes = 16;
constexpr std::uint64_t request_entry_bytes = 32;
constexpr std::uint64_t response_header_bytes = 8;
constexpr std::uint64_t response_entry_bytes = 12;

constexpr std::uint32_t block_capacity = 128;

/// A region that both ends of a channel see, and where.
struct Shared {
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::uint64_t physical = 0;  ///< 0: anywhere
};

/// Makes the regions of one connection, all named alike.
class Sharer {
 public:
  Sharer(SystemBuilder& builder, const Channel& channel, std::string name, std::string what)
      : builder_(builder),
        a_(channel.a.pd),
        b_(channel.b.pd),
        name_(std::move(name)),
        what_(std::move(what)) {}

  Shared share(const char* part, const std::string& words, std::uint64_t bytes, unsigned a_access,
               unsigned b_access, DeviceSpace* space = nullptr) {
    MemoryRegion region;
    region.name = fmt::format("{}_{}", name_, part);
    region.size = align_up(bytes, page);
    region.what = fmt::format("{}, {}", what_, words);
    Shared shared;
    if (space != nullptr) {
      shared.physical = space->take(region.size);
      region.physical = shared.physical;
    }
    const std::size_t index = builder_.add_region(std::move(region));
    shared.a = builder_.map_queue(a_, index, a_access);
    shared.b = builder_.map_queue(b_, index, b_access);
    return shared;
  }

 private:
  SystemBuilder& builder_;
  std::size_t a_;
  std::size_t b_;
  std::string name_;
  std::string what_;
};

}  // namespace

PacketPair add_packets(SystemBuilder& builder, const Channel& channel, const std::string& name,
                       const std::string& what, DeviceSpace* space) {
  Sharer sharer(builder, channel, name, what);
  const std::uint64_t ring = packet_header_bytes + packet_entry_bytes * packet_capacity;
  const auto queue = [&](const char* part, const char* words) {
    return sharer.share(part, words, ring, read_write, read_write);
  };
  const Shared out_free = queue("tx_free", "free buffers for output");
  const Shared out_active = queue("tx_active", "output");
  const Shared out_data =
      sharer.share("tx_data", "packets of output", packet_data_bytes, read_write, read_only, space);
  const Shared in_free = queue("rx_free", "free buffers for input");
  const Shared in_active = queue("rx_active", "input");
  const Shared in_data =
      sharer.share("rx_data", "packets of input", packet_data_bytes, read_only, read_write, space);
  // QEMU's user network does no offloads: the switch finishes what goes out, frame by frame.
  const auto extended =
      space == nullptr ? static_cast<std::uint32_t>(config::PacketFlag::extended) : 0U;
  constexpr auto provider = static_cast<std::uint32_t>(config::PacketFlag::provider);
  return {.client = {.transmit_free = out_free.a,
                     .transmit_active = out_active.a,
                     .transmit_data = out_data.a,
                     .receive_free = in_free.a,
                     .receive_active = in_active.a,
                     .receive_data = in_data.a,
                     .transmit_physical = out_data.physical,
                     .receive_physical = in_data.physical,
                     .capacity = packet_capacity,
                     .buffer_bytes = packet_buffer_bytes,
                     .transmit_channel = channel.a.id,
                     .receive_channel = channel.a.id,
                     .flags = extended,
                     .reserved = 0},
          .provider = {.transmit_free = in_free.b,
                       .transmit_active = in_active.b,
                       .transmit_data = in_data.b,
                       .receive_free = out_free.b,
                       .receive_active = out_active.b,
                       .receive_data = out_data.b,
                       .transmit_physical = in_data.physical,
                       .receive_physical = out_data.physical,
                       .capacity = packet_capacity,
                       .buffer_bytes = packet_buffer_bytes,
                       .transmit_channel = channel.b.id,
                       .receive_channel = channel.b.id,
                       .flags = extended | provider,
                       .reserved = 0}};
}

BlockPair add_blocks(SystemBuilder& builder, const Channel& channel, const std::string& name,
                     const std::string& what, DeviceSpace& space) {
  Sharer sharer(builder, channel, name, what);
  const Shared requests = sharer.share("requests", "requests",
                                       request_header_bytes + request_entry_bytes * block_capacity,
                                       read_write, read_write);
  const Shared responses = sharer.share(
      "responses", "responses", response_header_bytes + response_entry_bytes * block_capacity,
      read_write, read_write);
  const Shared info = sharer.share("info", "what the disk is", page, read_only, read_write);
  const Shared data = sharer.share("data", "contents on their way", block_data_bytes, read_write,
                                   read_write, &space);
  const auto end = [&](std::uint64_t Shared::* side, std::uint32_t id, std::uint64_t physical) {
    return config::BlockQueue{.requests = requests.*side,
                              .responses = responses.*side,
                              .storage_info = info.*side,
                              .data = data.*side,
                              .data_size = block_data_bytes,
                              .data_physical = physical,
                              .capacity = block_capacity,
                              .channel = id};
  };
  return {.client = end(&Shared::a, channel.a.id, 0),
          .server = end(&Shared::b, channel.b.id, data.physical)};
}

}  // namespace serai::tool
