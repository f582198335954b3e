// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile driver, and a source that has bytes only at times, against the entropy device.
#include "devices/virtio_entropy/entropy.hpp"
#include "fuzz/input.hpp"
#include "fuzz/queue_guest.hpp"
#include "support/fake_serial_backend.hpp"

namespace {

using serai::fuzz::Input;

struct World {
  serai::test::FakeSerialBackend source;
  serai::virtio_entropy::Entropy entropy{source};
  serai::fuzz::QueueGuest<1> guest{entropy};
};

void step(Input& input, World& world) {
  const std::uint8_t operation = input.byte();
  switch (operation & 7) {
    case 0:
      return (operation & 0xe0) == 0 ? world.guest.start(input) : world.entropy.back_end_ready();
    case 1:
      if (world.source.arrived.size() < 8192) {
        world.source.arrived.insert(world.source.arrived.end(), input.byte() * 16U, 'r');
      }
      return world.entropy.back_end_ready();
    case 2:
      return world.guest.scribble(input);
    case 3:
      return world.guest.reset_queue(input);
    case 4:
      return world.guest.configure(input);
    default:
      world.guest.add_chain(input, 0, {});
      if ((operation & 8) != 0) {
        world.guest.notify(0);
      }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  World world;
  world.guest.start(input);
  while (!input.empty()) {
    step(input, world);
  }
  world.guest.stop();
  return 0;
}
