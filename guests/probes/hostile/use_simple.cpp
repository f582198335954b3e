// SPDX-License-Identifier: BSD-2-Clause
#include <cstring>

#include "hostile/session.hpp"

namespace probe::virtio {
namespace {

constexpr std::uint32_t block_read = 0;
constexpr std::uint32_t block_write = 1;

/// Four sectors in one request; the device's answer, or 0xff.
std::uint64_t transfer(const Transport& device, Ring& ring, std::uint32_t type,
                       std::uint64_t data) {
  const std::uint64_t header = buffer(0);
  const std::uint64_t status = header + 0x40;
  store(header, 8, type);
  store(header + 8, 8, 40);
  store(status, 1, 0xff);
  const std::array<Ring::Piece, 3> chain = {
      {{header, 16, false}, {data, buffer_bytes, type == block_read}, {status, 1, true}}};
  return pass(device, ring, 0, chain) ? load(status, 1) : 0xff;
}

}  // namespace

Problem use_block(const Transport& device) {
  Ring ring(ring_address(device, 0));
  if (const Problem problem = begin(device); !problem.empty()) {
    return problem;
  }
  device.enable(0, ring.place());
  if (const Problem problem = start(device); !problem.empty()) {
    return problem;
  }
  const std::uint64_t written = buffer(2);
  const std::uint64_t read = buffer(3);
  fill(written, buffer_bytes, device.intid());
  fill(read, buffer_bytes, 0);
  if (transfer(device, ring, block_write, written) != 0) {
    return "a write fails";
  }
  if (transfer(device, ring, block_read, read) != 0) {
    return "a read fails";
  }
  return same(written, read, buffer_bytes) ? take_interrupt(device)
                                           : "it does not read what was written";
}

Problem use_console(const Transport& device) {
  Ring receive(ring_address(device, 0));
  Ring transmit(ring_address(device, 1));
  if (const Problem problem = begin(device); !problem.empty()) {
    return problem;
  }
  device.enable(0, receive.place());
  device.enable(1, transmit.place());
  if (const Problem problem = start(device); !problem.empty()) {
    return problem;
  }
  constexpr std::string_view text = "a console that works\r\n";
  std::memcpy(bytes_at(buffer(0)), text.data(), text.size());
  const std::array<Ring::Piece, 1> chain = {
      {{buffer(0), static_cast<std::uint32_t>(text.size()), false}}};
  return pass(device, transmit, 1, chain) ? take_interrupt(device) : not_used;
}

Problem use_entropy(const Transport& device) {
  constexpr std::uint32_t wanted = 64;
  Ring ring(ring_address(device, 0));
  if (const Problem problem = begin(device); !problem.empty()) {
    return problem;
  }
  device.enable(0, ring.place());
  if (const Problem problem = start(device); !problem.empty()) {
    return problem;
  }
  std::memset(bytes_at(buffer(0)), 0, buffer_bytes);
  const std::array<Ring::Piece, 1> chain = {{{buffer(0), wanted, true}}};
  if (!pass(device, ring, 0, chain)) {
    return not_used;
  }
  if (ring.written() == 0 || ring.written() > wanted) {
    return "it gave nothing, or more than there was room for";
  }
  for (std::uint32_t i = 0; i < ring.written(); ++i) {
    if (bytes_at(buffer(0))[i] != std::byte{0}) {
      return take_interrupt(device);
    }
  }
  return "it gave zeros";
}

}  // namespace probe::virtio
