// SPDX-License-Identifier: BSD-2-Clause
//
// One end of an sDDF network connection against a hostile other side, which behaves at times and
// otherwise writes anything anywhere in the shared queues.
#include <cstring>
#include <span>

#include "backends/sddf/packet_backend.hpp"
#include "base/assert.hpp"
#include "fuzz/input.hpp"
#include "unit/backends/sddf/packet_fixture.hpp"

namespace {

using serai::PacketBackend;
using serai::fuzz::Input;
using serai::sddf::Connection;
using serai::sddf::PacketQueueMemory;

constexpr std::uint32_t capacity = 8;
constexpr std::uint32_t buffer_bytes = 64;

void send(Input& input, PacketBackend& backend) {
  const unsigned buffers = input.byte() % (capacity + 2);
  for (unsigned i = 0; i < buffers; ++i) {
    const auto buffer = backend.claim();
    if (!buffer) {
      return backend.cancel();
    }
    SERAI_ASSERT(buffer->size() == buffer_bytes);
    std::memset(buffer->data(), 0x55, buffer->size());
    backend.fill(1 + input.byte() % buffer_bytes);
  }
  if ((input.byte() & 7) == 0) {
    backend.cancel();
  } else {
    backend.commit();
  }
}

void receive(Input& input, PacketBackend& backend) {
  const std::size_t most = backend.format().most_buffers;
  std::size_t pieces = 0;
  std::uint32_t left = 0;
  for (unsigned budget = input.byte(); budget != 0; --budget) {
    const auto piece = backend.peek();
    if (!piece) {
      SERAI_ASSERT(pieces == 0);
      return;
    }
    ++pieces;
    SERAI_ASSERT(!piece->bytes.empty() && piece->bytes.size() <= buffer_bytes && pieces <= most);
    SERAI_ASSERT(left == 0 || piece->packet_bytes == left);
    left = piece->packet_bytes - static_cast<std::uint32_t>(piece->bytes.size());
    SERAI_ASSERT(piece->more == (left != 0));
    unsigned sum = 0;
    for (const std::byte byte : piece->bytes) {
      sum += std::to_integer<unsigned>(byte);
    }
    static_cast<void>(sum);
    backend.consume();
    pieces = piece->more ? pieces : 0;
  }
  while (left != 0) {
    const auto piece = backend.peek();
    SERAI_ASSERT(piece.has_value());
    left -= static_cast<std::uint32_t>(piece->bytes.size());
    backend.consume();
  }
}

void scribble(Input& input, const PacketQueueMemory& queue) {
  const auto value = input.telling_number();
  switch (input.byte() & 7) {
    case 0:
      queue.indices->tail = static_cast<std::uint16_t>(value);
      break;
    case 1:
      queue.indices->head = static_cast<std::uint16_t>(value);
      break;
    case 2:
      queue.indices->consumer_signalled = static_cast<std::uint32_t>(value);
      break;
    case 3:
      queue.indices->tail = static_cast<std::uint16_t>(queue.indices->tail + 1);
      break;
    case 4:
      queue.descriptors[input.byte() % capacity].offset = value;
      break;
    case 5:
      queue.descriptors[input.byte() % capacity].offset =
          std::uint64_t{buffer_bytes} * (input.byte() % capacity);
      break;
    case 6:
      queue.descriptors[input.byte() % capacity].rest = value;
      break;
    default:
      queue.descriptors[input.byte() % capacity].rest ^= std::uint64_t{1} << 24;
  }
}

void step(Input& input, Connection& connection) {
  const std::uint8_t operation = input.byte();
  PacketBackend& backend = (operation & 0x10) != 0 ? connection.provider : connection.client;
  switch (operation & 0x0f) {
    case 0:
    case 1:
    case 2:
      return send(input, backend);
    case 3:
    case 4:
    case 5:
      return receive(input, backend);
    case 6:
      return backend.flush();
    case 7:
      return backend.want_arrivals((operation & 0x20) != 0);
    case 8:
      return backend.request_room_signal();
    case 9:
      SERAI_ASSERT(backend.transmit_room() <= capacity);
      return;
    case 10:
      return scribble(input, connection.up.active());
    case 11:
      return scribble(input, connection.up.free());
    case 12:
      return scribble(input, connection.down.active());
    default:
      return scribble(input, connection.down.free());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input input({data, size});
  Connection connection(capacity, (input.byte() & 1) != 0, buffer_bytes);
  while (!input.empty()) {
    step(input, connection);
  }
  SERAI_ASSERT(connection.up.guards_intact() && connection.down.guards_intact());
  return 0;
}
