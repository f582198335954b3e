// SPDX-License-Identifier: BSD-2-Clause
#include <cstring>

#include "hostile/session.hpp"
#include "runtime/gic.hpp"

namespace probe::virtio {
namespace {

constexpr std::uint64_t feature_mac = 1U << 5;
constexpr std::uint32_t header_bytes = 12;
constexpr std::uint32_t frame_bytes = 200;
constexpr std::uint16_t receive_queue = 0;
constexpr std::uint16_t transmit_queue = 1;

/// Sets one direction of a device up.
Problem open(const Transport& device, const Ring& ring, std::uint16_t queue) {
  if (const Problem problem = begin(device, feature_mac); !problem.empty()) {
    return problem;
  }
  device.enable(queue, ring.place());
  return start(device);
}

/// From the one's address to the other's, of a type that is for experiments.
void make_frame(const Transport& from, const Transport& to, std::uint64_t packet) {
  fill(packet, header_bytes + frame_bytes, fresh_number());
  std::memset(bytes_at(packet), 0, header_bytes);
  for (unsigned i = 0; i < 6; ++i) {
    store(packet + header_bytes + i, 1, load(to.config_address() + i, 1));
    store(packet + header_bytes + 6 + i, 1, load(from.config_address() + i, 1));
  }
  store(packet + header_bytes + 12, 2, 0xb588);
}

}  // namespace

Problem use_network(const Transport& from, const Transport& to) {
  Ring transmit(ring_address(from, transmit_queue));
  Ring receive(ring_address(to, receive_queue));
  if (const Problem problem = open(from, transmit, transmit_queue); !problem.empty()) {
    return problem;
  }
  gic::disable(from.intid());
  if (const Problem problem = open(to, receive, receive_queue); !problem.empty()) {
    return problem;
  }
  const std::uint64_t packet = buffer(4);
  make_frame(from, to, packet);
  const std::array<Ring::Piece, 1> sent = {{{packet, header_bytes + frame_bytes, false}}};
  const std::array<Ring::Piece, 1> room = {{{buffer(5), buffer_bytes, true}}};
  receive.add(room);
  to.notify(receive_queue);
  if (!pass(from, transmit, transmit_queue, sent)) {
    return not_used;
  }
  // Others, sent while the guest was hostile, may come before.
  constexpr unsigned most_others = 4096;
  for (unsigned i = 0; i < most_others && receive.wait(); ++i) {
    if (receive.written() == header_bytes + frame_bytes &&
        same(packet + header_bytes, buffer(5) + header_bytes, frame_bytes)) {
      return take_interrupt(to);
    }
    receive.add(room);
    to.notify(receive_queue);
  }
  return "the frame did not arrive";
}

}  // namespace probe::virtio
