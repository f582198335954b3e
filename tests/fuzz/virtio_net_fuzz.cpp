// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile driver, and a back end that sends anything, has no room or breaks, against the network
// device: the input is a program of chains, of changes to the rings, of packets and of events.
#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

#include "base/assert.hpp"
#include "devices/virtio_net/features.hpp"
#include "devices/virtio_net/net.hpp"
#include "fuzz/input.hpp"
#include "support/fake_packet_backend.hpp"
#include "support/frames.hpp"
#include "virtio/queue.hpp"

namespace {

using serai::GuestAddress;
using serai::fuzz::Input;
using serai::net::Header;
using serai::test::Frame;
using serai::test::FramePlan;
using serai::virtio_net::Net;

constexpr std::uint64_t ram_start = 0x4000'0000;
constexpr std::uint64_t ram_bytes = 0x2'0000;
constexpr std::uint64_t data_start = 0x8000;
constexpr std::uint16_t queue_size = 16;
constexpr std::uint16_t pairs = 2;
constexpr std::uint16_t queue_count = 2 * pairs + 1;

class QuietEvents final : public serai::virtio::Events {
 public:
  void queue_interrupt(std::uint16_t queue) noexcept override { SERAI_ASSERT(queue < queue_count); }

  void config_changed() noexcept override {}

  void needs_reset() noexcept override {}
};

/// A header and a frame for it, of a kind that the input chooses and with a few bytes of its own.
Frame packet_from(Input& input) {
  const std::uint8_t kind = input.byte();
  FramePlan plan;
  plan.vlan = (kind & 1) != 0 ? input.byte() & 3 : -1;
  plan.ipv6 = (kind & 2) != 0;
  plan.udp = (kind & 4) != 0;
  plan.from_port = input.byte();
  plan.payload = std::size_t{input.byte()} * ((kind & 8) != 0 ? 16U : 1U);
  Header header;
  if ((kind & 0x10) != 0) {
    header = serai::test::gso_header(plan, static_cast<std::uint16_t>(input.byte() * 4U));
  } else if ((kind & 0x20) != 0) {
    header = serai::test::partial_header(plan);
  }
  Frame packet = serai::test::with_header(header, serai::test::partial_frame(plan));
  for (unsigned changes = (kind >> 6) * 2; changes != 0; --changes) {
    packet[input.byte() % packet.size()] = static_cast<std::byte>(input.byte());
  }
  if (kind == 0xff) {
    packet.resize(input.byte() % packet.size());
  }
  return packet;
}

class World {
 public:
  explicit World(bool extended)
      : backend({.buffer_bytes = 512, .extended = extended, .most_buffers = extended ? 16U : 1U}),
        net(backend, {.mac = {2, 0, 0, 0, 0, 1},
                      .mtu = 1500,
                      .queue_pairs = pairs,
                      .queue_size = queue_size}) {
    SERAI_ASSERT(memory_.add(GuestAddress(ram_start), ram_).has_value());
  }

  static std::uint64_t descriptors(std::uint64_t queue) { return queue * 0x1000; }

  static std::uint64_t available(std::uint64_t queue) { return descriptors(queue) + 0x400; }

  void start(Input& input) {
    if (is_active) {
      stop();
    }
    const std::uint8_t options = input.byte();
    for (std::uint16_t i = 0; i < queue_count; ++i) {
      put(available(i) + 2, 0, 2);
      if ((options & 0x80) == 0 || i % 2 == 0) {
        enable(i, options);
      }
    }
    // Most often everything but a few.
    const std::uint64_t refused = std::uint64_t{input.byte()} << ((options >> 2 & 3) * 6);
    net.activate(
        {.features = net.offered_features() & ~refused, .queues = queues_, .events = &events_});
    is_active = true;
  }

  void stop() {
    net.reset();
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
    net.reset_queue(queue);
    SERAI_ASSERT(queues_[queue].in_flight() == 0);
    queues_[queue].disable();
    if ((input.byte() & 1) != 0) {
      put(available(queue) + 2, 0, 2);
      enable(queue, 0);
    }
  }

  void notify(std::uint16_t queue) {
    if (is_active && queues_[queue].is_enabled()) {
      net.notify(queue);
      check();
    }
  }

  void wake() {
    net.back_end_ready();
    check();
  }

  /// A frame to be sent, in as many pieces as the input says.
  void add_frame(Input& input) {
    const std::uint64_t queue = 1 + std::uint64_t{2} * (input.byte() % pairs);
    Frame packet = packet_from(input);
    packet.resize(std::min<std::size_t>(packet.size(), 0x1800));
    const std::uint64_t at = place_for(packet.size());
    std::memcpy(ram_.data() + at, packet.data(), packet.size());
    const std::uint64_t cut = input.byte() % (packet.size() + 1);
    add_chain(queue, at, cut, packet.size() - cut, 1, 1);
  }

  void add_buffer(Input& input) {
    const std::uint64_t queue = std::uint64_t{2} * (input.byte() % pairs);
    const std::uint8_t kind = input.byte();
    const std::uint64_t bytes = (kind & 3) == 0 ? kind : kind * 16U;
    add_chain(queue, place_for(bytes + 64), bytes, (kind & 7) == 7 ? 40 : 0, 2, 2);
  }

  void add_command(Input& input) {
    const std::uint64_t queue = std::uint64_t{2} * (1 + input.byte() % pairs);
    const std::uint64_t at = place_for(256);
    const std::uint8_t length = input.byte() % 64;
    for (std::uint8_t i = 0; i < 2 + length; ++i) {
      put(at + i, i < 2 ? input.byte() % 7 : input.byte(), 1);
    }
    add_chain(queue, at, 2U + length, 1, 1, 2);
    notify(static_cast<std::uint16_t>(queue));
  }

  void arrive(Input& input) {
    if (backend.arrived.size() < 20) {
      Frame packet = packet_from(input);
      if (!backend.format().extended) {
        packet.resize(std::min<std::size_t>(packet.size(), 512));
      }
      if (!packet.empty()) {
        backend.arrive(packet);
      }
    }
  }

  /// Anything anywhere in the rings.
  void scribble(Input& input) {
    put(input.number(2) % 0x5000, input.telling_number(), (input.byte() & 1) != 0 ? 2 : 4);
  }

  void change_backend(Input& input) {
    const std::uint8_t choice = input.byte();
    backend.up = choice != 0xff;
    backend.room = choice % 24;
  }

  void configure(Input& input) {
    std::array<std::byte, 12> bytes{};
    const std::uint32_t offset = input.byte() % 12;
    const auto some = std::span(bytes).first(input.byte() % (13 - offset));
    net.read_config(offset, some);
    net.write_config(offset, some);
    net.announce();
  }

  serai::test::FakePacketBackend backend;
  Net net;
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
    for (const auto& packet : backend.sent) {
      if (!backend.format().extended) {
        SERAI_ASSERT(packet.size() >= 14 && packet.size() <= 512);
        continue;
      }
      SERAI_ASSERT(packet.size() >= 26);
      const Header header = serai::net::header_from(std::span(packet).first<12>());
      const auto checked = serai::net::checked(
          header, static_cast<std::uint32_t>(packet.size() - 12), serai::net::Offloads::all());
      SERAI_ASSERT(checked && *checked == header);
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
      return world.add_frame(input);
    case 4:
    case 5:
      return world.add_buffer(input);
    case 6:
    case 7:
      return world.arrive(input);
    case 8:
      return world.add_command(input);
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
  World world((input.byte() & 3) != 0);
  world.start(input);
  while (!input.empty()) {
    step(input, world);
  }
  world.stop();
  return 0;
}
