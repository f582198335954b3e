// SPDX-License-Identifier: BSD-2-Clause
#include "pds/sockets/connection.hpp"

#include <algorithm>

namespace serai::sockets {
namespace {

namespace op = net::socket_operation;

/// The most data of one packet of ours.
constexpr std::size_t most_chunk = 1024;

}  // namespace

void Connection::open(const net::SocketHeader& request, Service service) noexcept {
  peer_ = net::reset_for(request);
  data_.clear();
  taken_ = 0;
  told_ = 0;
  sent_ = 0;
  peer_room_ = request.buf_alloc;
  peer_taken_ = request.fwd_cnt;
  shut_ = 0;
  service_ = service;
  is_open_ = true;
  owes_response_ = true;
  owes_update_ = false;
  owes_reset_ = false;
  said_goodbye_ = false;
}

bool Connection::receive(const net::SocketHeader& header, net::PacketReader& data) noexcept {
  peer_room_ = header.buf_alloc;
  peer_taken_ = header.fwd_cnt;
  switch (header.op) {
    case op::data:
      return take_data(header, data);
    case op::shutdown:
      note_shutdown(header.flags);
      return true;
    case op::credit_request:
      owes_update_ = true;
      return true;
    case op::credit_update:
      return true;
    case op::reset:
      is_open_ = false;
      return true;
    default:
      // A response to what was never asked.
      abort();
      return true;
  }
}

/// A peer that sends more than it was promised, or after it said that it would not, loses the
/// connection.
bool Connection::take_data(const net::SocketHeader& header, net::PacketReader& data) noexcept {
  const bool is_wrong_type = header.type != net::socket_type::stream;
  if (is_wrong_type || header.len > data_.room() || (shut_ & net::shutdown_flag::no_send) != 0) {
    abort();
    return false;
  }
  const bool keeps = service_ == Service::echo && (shut_ & net::shutdown_flag::no_receive) == 0;
  for (std::size_t left = header.len; left != 0;) {
    const std::span<const std::byte> bytes = data.next(left);
    if (bytes.empty()) {
      abort();
      return true;
    }
    if (keeps) {
      data_.push(bytes);
    } else {
      taken_ += static_cast<std::uint32_t>(bytes.size());
    }
    left -= bytes.size();
    data.advance(bytes.size());
  }
  return true;
}

void Connection::note_shutdown(std::uint32_t flags) noexcept {
  shut_ |= flags & net::shutdown_flag::both;
  if ((shut_ & net::shutdown_flag::no_receive) != 0) {
    taken_ += static_cast<std::uint32_t>(data_.size());
    data_.clear();
  }
  if (shut_ == net::shutdown_flag::both) {
    // Both ends agree: a reset completes it (5.10.6.5).
    abort();
  }
}

/// How much the peer has room for. What it says is nonsense if it took more than we sent.
std::size_t Connection::credit() const noexcept {
  const std::uint32_t under_way = sent_ - peer_taken_;
  return under_way < peer_room_ ? peer_room_ - under_way : 0;
}

net::SocketHeader Connection::header_for(std::uint16_t operation) noexcept {
  net::SocketHeader header = peer_;
  header.op = operation;
  header.buf_alloc = buffer_bytes;
  header.fwd_cnt = taken_;
  told_ = taken_;
  owes_update_ = false;
  return header;
}

bool Connection::send_control(Outlet& to, std::uint16_t operation, std::uint32_t flags) noexcept {
  if (!to.can_send(0)) {
    return false;
  }
  net::SocketHeader header = header_for(operation);
  header.flags = flags;
  to.begin(header);
  return to.finish();
}

bool Connection::send_data(Outlet& to) noexcept {
  while (true) {
    std::span<const std::byte> bytes = data_.oldest();
    bytes = bytes.first(std::min({bytes.size(), credit(), most_chunk}));
    if (bytes.empty()) {
      return true;
    }
    if (!to.can_send(bytes.size())) {
      return false;
    }
    const auto count = static_cast<std::uint32_t>(bytes.size());
    taken_ += count;
    net::SocketHeader header = header_for(op::data);
    header.len = count;
    to.begin(header);
    to.append(bytes);
    data_.drop(count);
    sent_ += count;
    if (!to.finish()) {
      // The client went down: nobody misses this.
      return false;
    }
  }
}

bool Connection::send(Outlet& to) noexcept {
  if (!is_open_) {
    return true;
  }
  if (owes_reset_) {
    const bool is_sent = send_control(to, op::reset, 0);
    is_open_ = !is_sent;
    return is_sent;
  }
  if (owes_response_) {
    owes_response_ = !send_control(to, op::response, 0);
  }
  if (owes_response_ || !send_data(to)) {
    return false;
  }
  // A peer that knows only of little room might wait for more.
  if (owes_update_ || taken_ - told_ >= buffer_bytes / 2) {
    owes_update_ = !send_control(to, op::credit_update, 0);
    if (owes_update_) {
      return false;
    }
  }
  const bool is_over =
      (shut_ & net::shutdown_flag::no_send) != 0 && data_.size() == 0 && !said_goodbye_;
  if (is_over) {
    said_goodbye_ = send_control(to, op::shutdown, net::shutdown_flag::both);
    return said_goodbye_;
  }
  return true;
}

}  // namespace serai::sockets
