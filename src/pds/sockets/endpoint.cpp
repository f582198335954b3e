// SPDX-License-Identifier: BSD-2-Clause
#include "pds/sockets/endpoint.hpp"

#include <algorithm>

namespace serai::sockets {
namespace {

namespace op = net::socket_operation;

std::optional<Service> service_on(std::uint32_t port) noexcept {
  switch (port) {
    case Endpoint::echo_port:
      return Service::echo;
    case Endpoint::discard_port:
      return Service::discard;
    default:
      return std::nullopt;
  }
}

}  // namespace

void Endpoint::set_clients(std::size_t count) noexcept {
  const std::size_t share = most_connections / std::max<std::size_t>(count, 1);
  per_client_ = std::clamp<std::size_t>(share, 1, most_per_client);
}

Endpoint::Entry* Endpoint::find(std::uint32_t client, const net::SocketHeader& header) noexcept {
  for (Entry& entry : entries_) {
    if (entry.client == client && entry.connection.matches(header)) {
      return &entry;
    }
  }
  return nullptr;
}

std::size_t Endpoint::count_of(std::uint32_t client) const noexcept {
  return static_cast<std::size_t>(std::ranges::count_if(entries_, [&](const Entry& entry) {
    return entry.client == client && entry.connection.is_open();
  }));
}

/// A free place for a client's next connection, if need be at the cost of its oldest one.
Endpoint::Entry* Endpoint::make_place(std::uint32_t client, Outlet& to) noexcept {
  const bool is_full = count_of(client) >= per_client_;
  Entry* place = nullptr;
  for (Entry& entry : entries_) {
    const bool is_own = entry.connection.is_open() && entry.client == client;
    if (is_full ? is_own && (place == nullptr || entry.used_at < place->used_at)
                : !entry.connection.is_open()) {
      place = &entry;
    }
  }
  if (is_full && place != nullptr) {
    // Where there is no room for it, the peer learns of its loss when it next uses the connection.
    place->connection.abort();
    static_cast<void>(place->connection.send(to));
  }
  return place;
}

bool Endpoint::receive(std::uint32_t client, const net::SocketHeader& header,
                       net::PacketReader& data, Outlet& to) noexcept {
  Entry* entry = find(client, header);
  bool is_taken = true;
  if (header.op == op::request) {
    const auto service = service_on(header.dst_port);
    const bool is_offered = service && header.type == net::socket_type::stream;
    // Whoever asks again has forgotten the old connection.
    if (is_offered && entry == nullptr) {
      entry = make_place(client, to);
    }
    if (!is_offered || entry == nullptr) {
      to.refuse(header);
      return true;
    }
    entry->client = client;
    entry->connection.open(header, *service);
  } else if (entry == nullptr) {
    to.refuse(header);
    return header.len == 0;
  } else {
    is_taken = entry->connection.receive(header, data);
  }
  entry->used_at = ++packets_;
  entry->waits = !entry->connection.send(to);
  return is_taken || header.len == 0;
}

void Endpoint::client_ready(std::uint32_t client, Outlet& to) noexcept {
  for (Entry& entry : entries_) {
    if (entry.waits && entry.client == client) {
      entry.waits = !entry.connection.send(to);
    }
  }
}

}  // namespace serai::sockets
