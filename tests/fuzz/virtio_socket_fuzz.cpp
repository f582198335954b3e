// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile driver, and a back end that sends anything, has no room or breaks, against the socket
// device: the input is a program of chains, of changes to the rings, of packets and of events.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "base/assert.hpp"
#include "devices/virtio_socket/socket.hpp"
#include "fuzz/input.hpp"
#include "support/fake_packet_backend.hpp"
#include "support/socket_packet.hpp"
#include "virtio/queue.hpp"

namespace {

namespace op = serai::net::socket_operation;
using serai::GuestAddress;
using serai::fuzz::Input;
using serai::test::SocketPacket;
using serai::virtio_socket::Socket;

constexpr std::uint64_t ram_start = 0x4000'0000;
constexpr std::uint64_t ram_bytes = 0x1'8000;
constexpr std::uint64_t data_start = 0x8000;
constexpr std::uint16_t queue_size = 16;
constexpr std::uint16_t queue_count = 3;
constexpr std::uint16_t receive = 0;
constexpr std::uint16_t transmit = 1;
constexpr std::uint64_t own = 5;

class QuietEvents final : public serai::virtio::Events {
 public:
  void queue_interrupt(std::uint16_t queue) noexcept override { SERAI_ASSERT(queue < queue_count); }

  void config_changed() noexcept override {}

  void needs_reset() noexcept override {}
};

/// A packet of which every part is often right.
std::vector<std::byte> packet_from(Input& input, std::uint64_t from, std::uint64_t to) {
  const std::uint8_t kind = input.byte();
  SocketPacket packet = serai::test::socket_packet(from, to, op::data);
  packet.header.op = static_cast<std::uint16_t>((kind & 1) != 0 ? op::data : input.byte() % 9);
  packet.header.type = static_cast<std::uint16_t>((kind & 2) != 0 ? 2 : 1);
  packet.header.flags = kind >> 2 & 3U;
  if (packet.header.op == op::data) {
    packet.data.resize(input.byte() * ((kind & 0x10) != 0 ? 16U : 1U), 'd');
  }
  packet.header.len = static_cast<std::uint32_t>(packet.data.size());
  auto bytes = packet.bytes();
  if ((kind & 0x60) == 0x60) {
    bytes[input.byte() % bytes.size()] = static_cast<std::byte>(input.byte());
  }
  if ((kind & 0x80) != 0 && input.byte() < 16) {
    bytes.resize(input.byte() % bytes.size());
  }
  return bytes;
}

class World {
 public:
  World() { SERAI_ASSERT(memory_.add(GuestAddress(ram_start), ram_).has_value()); }

  static std::uint64_t descriptors(std::uint64_t queue) { return queue * 0x1000; }

  static std::uint64_t available(std::uint64_t queue) { return descriptors(queue) + 0x400; }

  void start(Input& input) {
    if (is_active) {
      stop();
    }
    const std::uint8_t options = input.byte();
    for (std::uint16_t i = 0; i < queue_count; ++i) {
      put(available(i) + 2, 0, 2);
      if ((options & 0x80) == 0 || i == transmit) {
        enable(i, options);
      }
    }
    socket.activate({.features = socket.offered_features(), .queues = queues_, .events = &events_});
    is_active = true;
  }

  void stop() {
    socket.reset();
    is_active = false;
    SERAI_ASSERT(pool_.free() == pool_.capacity());
    for (auto& queue : queues_) {
      SERAI_ASSERT(queue.in_flight() == 0);
      queue.disable();
    }
  }

  void reset_queue(Input& input) {
    const std::uint16_t queue = input.byte() % queue_count;
    if (!is_active || !queues_[queue].is_enabled()) {
      return;
    }
    socket.reset_queue(queue);
    SERAI_ASSERT(queues_[queue].in_flight() == 0);
    queues_[queue].disable();
    if ((input.byte() & 1) != 0) {
      put(available(queue) + 2, 0, 2);
      enable(queue, 0);
    }
  }

  void notify(std::uint16_t queue) {
    if (is_active && queues_[queue].is_enabled()) {
      socket.notify(queue);
      check();
    }
  }

  void wake() {
    socket.back_end_ready();
    check();
  }

  void add_packet(Input& input) {
    const auto bytes = packet_from(input, own, input.byte() % 8U);
    const std::uint64_t at = place_for(bytes.size());
    std::memcpy(ram_.data() + at, bytes.data(), bytes.size());
    const std::uint64_t cut = input.byte() % (bytes.size() + 1);
    add_chain(transmit, at, cut, bytes.size() - cut, 1, 1);
    notify(transmit);
  }

  void add_buffer(Input& input) {
    const std::uint16_t queue = (input.byte() & 3) == 0 ? 2 : receive;
    const std::uint8_t kind = input.byte();
    const std::uint64_t bytes = (kind & 3) == 0 ? kind : kind * 16U;
    add_chain(queue, place_for(bytes + 64), bytes, (kind & 7) == 7 ? 40 : 0, 2, 2);
  }

  void arrive(Input& input) {
    if (backend.arrived.size() > 20) {
      return;
    }
    const auto bytes = packet_from(input, input.byte() % 8U, own);
    if (bytes.empty()) {
      return;
    }
    if ((input.byte() & 7) == 0) {
      const std::size_t cut = std::min<std::size_t>(input.byte() % bytes.size(), 512);
      backend.arrive_piece(std::span(bytes).first(cut), true);
      backend.arrive(std::span(bytes).subspan(cut));
    } else {
      backend.arrive(bytes);
    }
  }

  /// Anything anywhere in the rings.
  void scribble(Input& input) {
    put(input.number(2) % 0x3000, input.telling_number(), (input.byte() & 1) != 0 ? 2 : 4);
  }

  void change_backend(Input& input) {
    const std::uint8_t choice = input.byte();
    backend.up = choice != 0xff;
    backend.room = choice % 24;
  }

  void configure(Input& input) {
    std::array<std::byte, 8> bytes{};
    const std::uint32_t offset = input.byte() % 8;
    const auto some = std::span(bytes).first(input.byte() % (9 - offset));
    socket.read_config(offset, some);
    socket.write_config(offset, some);
    socket.transport_reset();
  }

  serai::test::FakePacketBackend backend{
      {.buffer_bytes = 512, .extended = true, .most_buffers = 16}};
  Socket socket{backend, own};
  bool is_active = false;

 private:
  void enable(std::uint16_t queue, std::uint8_t options) {
    const auto place = [queue](std::uint64_t offset) {
      return GuestAddress(ram_start + descriptors(queue) + offset);
    };
    const auto enabled =
        queues_[queue].enable(memory_, pool_,
                              {.size = queue_size,
                               .descriptors = place(0),
                               .driver_area = place(0x400),
                               .device_area = place(0x800)},
                              {.indirect = (options & 1) != 0, .event_index = (options & 2) != 0});
    SERAI_ASSERT(enabled.has_value());
  }

  /// What the other side may rely on.
  void check() {
    SERAI_ASSERT(!backend.has_claimed());
    for (const auto& bytes : backend.sent) {
      const auto packet = SocketPacket::from(bytes);
      SERAI_ASSERT(packet && packet->header.src_cid == own);
      SERAI_ASSERT(serai::net::is_sensible(packet->header, packet->data.size()));
    }
    backend.sent.clear();
  }

  std::uint64_t place_for(std::uint64_t bytes) {
    const std::uint64_t at = next_data_;
    next_data_ += bytes;
    if (next_data_ > ram_bytes - 0x4000) {
      next_data_ = data_start;
    }
    return at;
  }

  /// A chain of two pieces, or of one where the second is empty.
  void add_chain(std::uint64_t queue, std::uint64_t at, std::uint64_t first, std::uint64_t second,
                 std::uint64_t first_kind, std::uint64_t second_kind) {
    const std::uint64_t head = next_[queue]++ % 8 * 2;
    const auto flags = [](std::uint64_t kind) { return kind == 2 ? 2U : 0U; };
    describe(queue, head, at, first, flags(first_kind) | (second != 0 ? 1U : 0U), head + 1);
    describe(queue, head + 1, at + first, second, flags(second_kind), 0);
    const std::uint64_t shown = get(available(queue) + 2);
    put(available(queue) + 4 + 2 * (shown % queue_size), head, 2);
    put(available(queue) + 2, shown + 1, 2);
  }

  void describe(std::uint64_t queue, std::uint64_t index, std::uint64_t offset, std::uint64_t bytes,
                std::uint64_t flags, std::uint64_t next) {
    const std::uint64_t at = descriptors(queue) + 16 * index;
    put(at, ram_start + offset, 8);
    put(at + 8, bytes, 4);
    put(at + 12, flags, 2);
    put(at + 14, next, 2);
  }

  void put(std::uint64_t offset, std::uint64_t value, std::size_t bytes) {
    std::memcpy(ram_.data() + offset, &value, bytes);
  }

  std::uint64_t get(std::uint64_t offset) {
    std::uint16_t value = 0;
    std::memcpy(&value, ram_.data() + offset, 2);
    return value;
  }

  std::vector<std::byte> ram_ = std::vector<std::byte>(ram_bytes);
  std::uint64_t next_data_ = data_start;
  serai::GuestMemory memory_;
  std::array<serai::virtio::Segment, 40> segments_{};
  serai::virtio::SegmentPool pool_{segments_};
  std::array<serai::virtio::Queue, queue_count> queues_;
  std::array<std::uint64_t, queue_count> next_{};
  QuietEvents events_;
};

void step(Input& input, World& world) {
  const std::uint8_t operation = input.byte();
  switch (operation & 0x0f) {
    case 0:
      return (operation & 0xf0) == 0 ? world.start(input) : world.wake();
    case 1:
    case 2:
    case 3:
      return world.add_packet(input);
    case 4:
    case 5:
    case 6:
      return world.add_buffer(input);
    case 7:
    case 8:
      world.arrive(input);
      return world.wake();
    case 9:
      return world.scribble(input);
    case 10:
      return world.change_backend(input);
    case 11:
      return (operation & 0x70) == 0 ? world.reset_queue(input) : world.wake();
    case 12:
      return world.configure(input);
    default:
      return world.notify((operation >> 4) % queue_count);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  World world;
  world.start(input);
  while (!input.empty()) {
    step(input, world);
  }
  world.stop();
  return 0;
}
