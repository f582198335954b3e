// SPDX-License-Identifier: BSD-2-Clause
#include <cstring>

#include "hostile/session.hpp"
#include "net/socket_header.hpp"

namespace probe::virtio {
namespace {

using serai::net::SocketHeader;
namespace operation = serai::net::socket_operation;

void copy_header(const SocketHeader& header, std::uint64_t to) {
  std::memcpy(bytes_at(to), &header, serai::net::socket_header_bytes);
}

/// The two sides of a socket device while it is tried.
class Conversation {
 public:
  Conversation(const Transport& device, std::uint32_t port)
      : device_(device),
        receive_(ring_address(device, 0)),
        transmit_(ring_address(device, 1)),
        event_(ring_address(device, 2)),
        port_(port) {}

  Problem open() {
    if (const Problem problem = begin(device_); !problem.empty()) {
      return problem;
    }
    device_.enable(0, receive_.place());
    device_.enable(1, transmit_.place());
    device_.enable(2, event_.place());
    cid_ = load(device_.config_address(), 4);
    if (const Problem problem = start(device_); !problem.empty()) {
      return problem;
    }
    for (next_ = 0; next_ < most_entries; ++next_) {
      offer();
    }
    next_ = 0;
    device_.notify(0);
    return {};
  }

  bool say(std::uint16_t what, std::uint32_t data_bytes) {
    const SocketHeader header = {.src_cid = cid_,
                                 .dst_cid = serai::net::host_context,
                                 .src_port = port_,
                                 .dst_port = 7,
                                 .len = data_bytes,
                                 .type = serai::net::socket_type::stream,
                                 .op = what,
                                 .buf_alloc = 0x1'0000};
    copy_header(header, said());
    const std::array<Ring::Piece, 1> chain = {
        {{said(), static_cast<std::uint32_t>(serai::net::socket_header_bytes) + data_bytes,
          false}}};
    return pass(device_, transmit_, 1, chain);
  }

  /// Waits for the packet `what` of this conversation; others, of earlier ones, are passed over.
  bool hear(std::uint16_t what) {
    constexpr unsigned most_others = 4096;
    for (unsigned i = 0; i < most_others && receive_.wait(); ++i) {
      heard_ = buffer(16 + next_);
      SocketHeader header;
      std::memcpy(static_cast<void*>(&header), bytes_at(heard_), serai::net::socket_header_bytes);
      offer();
      next_ = (next_ + 1) % most_entries;
      device_.notify(0);
      if (header.dst_port == port_ && header.op == what) {
        return true;
      }
    }
    return false;
  }

  [[nodiscard]] static std::uint64_t said() { return buffer(1); }

  [[nodiscard]] std::uint64_t heard() const { return heard_; }

 private:
  /// Gives the device the buffer whose turn it is.
  void offer() {
    const std::array<Ring::Piece, 1> chain = {{{buffer(16 + next_), buffer_bytes, true}}};
    receive_.add(chain);
  }

  const Transport& device_;
  Ring receive_;
  Ring transmit_;
  Ring event_;
  std::uint32_t port_;
  std::uint64_t cid_ = 0;
  std::uint64_t heard_ = 0;
  std::uint32_t next_ = 0;
};

}  // namespace

Problem use_socket(const Transport& device) {
  Conversation conversation(device, fresh_number());
  if (const Problem problem = conversation.open(); !problem.empty()) {
    return problem;
  }
  if (!conversation.say(operation::request, 0) || !conversation.hear(operation::response)) {
    return "no connection";
  }
  constexpr std::uint32_t bytes = 100;
  const std::uint64_t data = Conversation::said() + serai::net::socket_header_bytes;
  fill(data, bytes, fresh_number());
  if (!conversation.say(operation::data, bytes) || !conversation.hear(operation::data)) {
    return "no answer";
  }
  if (!same(data, conversation.heard() + serai::net::socket_header_bytes, bytes)) {
    return "not the answer that was expected";
  }
  static_cast<void>(conversation.say(operation::reset, 0));
  return take_interrupt(device);
}

}  // namespace probe::virtio
