// SPDX-License-Identifier: BSD-2-Clause
//
// A serial back end whose other side writes anything into the shared indices and characters. What
// it is given stays within what was claimed, it never looks beyond the ring, and while the other
// side behaves, what is sent arrives.
#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <vector>

#include "backends/sddf/serial_backend.hpp"
#include "base/assert.hpp"
#include "fuzz/input.hpp"
#include "support/fake_signal_port.hpp"
#include "unit/backends/sddf/queue_fixture.hpp"

namespace {

using namespace serai::sddf;
using serai::fuzz::Input;

constexpr std::size_t capacity = 32;

struct World {
  QueueFixture forth{capacity};
  QueueFixture back{capacity};
  serai::test::FakeSignalPort signals;
  SddfSerialBackend backend{forth.memory(), back.memory(), signals, 1};
  // The other side, as long as it behaves.
  SerialConsumer consumer{forth.memory()};
  SerialProducer producer{back.memory()};
  std::deque<std::byte> sent;
  std::deque<std::byte> returned;
  bool behaves = true;
  std::uint8_t next = 0;
};

void expect_next(std::deque<std::byte>& queue, std::span<const std::byte> bytes, bool behaves) {
  for (const std::byte byte : bytes) {
    if (behaves) {
      SERAI_ASSERT(!queue.empty() && queue.front() == byte);
      queue.pop_front();
    }
  }
}

void send(Input& input, World& world) {
  std::vector<std::byte> bytes(input.byte() % (2 * capacity));
  std::ranges::generate(bytes, [&] { return static_cast<std::byte>(world.next++); });
  const std::size_t count = world.backend.send(bytes);
  SERAI_ASSERT(count <= bytes.size() && (!world.behaves || count <= capacity));
  world.sent.insert(world.sent.end(), bytes.begin(),
                    bytes.begin() + static_cast<std::ptrdiff_t>(count));
}

void receive(Input& input, World& world) {
  std::vector<std::byte> bytes(input.byte() % (2 * capacity));
  const std::size_t count = world.backend.receive(bytes);
  SERAI_ASSERT(count <= std::min(bytes.size(), capacity));
  expect_next(world.returned, std::span(bytes).first(count), world.behaves);
}

/// What the other side does when it does what it should.
void other_side(Input& input, World& world) {
  const std::uint8_t choice = input.byte();
  std::vector<std::byte> bytes(choice % capacity);
  if ((choice & 0x80) != 0) {
    const std::size_t count = world.consumer.read(bytes);
    expect_next(world.sent, std::span(bytes).first(count), world.behaves);
    static_cast<void>(world.consumer.take_notification());
  } else {
    std::ranges::fill(bytes, std::byte{choice});
    const std::size_t count = world.producer.write(bytes);
    world.returned.insert(world.returned.end(), count, std::byte{choice});
    static_cast<void>(world.producer.take_notification());
  }
}

void scribble(Input& input, World& world) {
  world.behaves = false;
  const std::uint8_t where = input.byte();
  QueueFixture& queue = (where & 1) != 0 ? world.forth : world.back;
  const std::array<std::uint32_t*, 3> words = {&queue.indices.head, &queue.indices.tail,
                                               &queue.indices.producer_signalled};
  const auto value = static_cast<std::uint32_t>(input.telling_number());
  std::uint32_t& word = *words[(where >> 1) % words.size()];
  word = (where & 0x80) != 0 ? word + value % (2 * capacity) : value;
}

void step(Input& input, World& world) {
  const std::uint8_t operation = input.byte();
  switch (operation & 7) {
    case 0:
    case 1:
      return send(input, world);
    case 2:
    case 3:
      return receive(input, world);
    case 4:
    case 5:
      return other_side(input, world);
    case 6:
      return world.backend.flush();
    default:
      return (operation & 0x30) == 0 ? scribble(input, world) : world.backend.flush();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  World world;
  while (!input.empty()) {
    step(input, world);
  }
  SERAI_ASSERT(world.forth.guards_intact() && world.back.guards_intact());
  return 0;
}
