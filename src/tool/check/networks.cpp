// SPDX-License-Identifier: BSD-2-Clause
#include <charconv>
#include <fmt/format.h>
#include <map>

#include "tool/check/checks.hpp"

namespace serai::tool {

namespace {

constexpr std::string_view loopback = "127.0.0.1";
/// QEMU's user network: itself at 2, a name server at 3, guests from 15 on.
constexpr std::string_view user_network = "10.0.2.";
constexpr const char* forward_hint =
    "write for example \"tcp:127.0.0.1:2222-:22\": port 2222 of this machine leads to port 22 of "
    "the guest that QEMU's network knows as 10.0.2.15";

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc() && end == text.data() + text.size();
  return good ? std::optional(value) : std::nullopt;
}

/// Cuts `text` at the first `separator`; what is before it, or nothing where there is none.
std::optional<std::string_view> take_until(std::string_view& text, char separator) {
  const std::size_t at = text.find(separator);
  if (at == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view before = text.substr(0, at);
  text.remove_prefix(at + 1);
  return before;
}

bool is_guest_address(std::string_view text) {
  constexpr unsigned first_guest = 4;
  constexpr unsigned last_guest = 254;
  if (!text.starts_with(user_network)) {
    return text.empty();
  }
  const auto last = whole_number<unsigned>(text.substr(user_network.size()));
  return last && *last >= first_guest && *last <= last_guest;
}

struct Parsed {
  std::string_view host;
  CheckedForward forward;
};

/// `PROTOCOL:HOST:PORT-[GUEST]:PORT`.
std::optional<Parsed> parse(std::string_view text) {
  const auto protocol = take_until(text, ':');
  const auto host = take_until(text, ':');
  const auto host_port = take_until(text, '-');
  const auto guest = take_until(text, ':');
  if (!guest || (*protocol != "tcp" && *protocol != "udp") || !is_guest_address(*guest)) {
    return std::nullopt;
  }
  const auto from = whole_number<std::uint16_t>(*host_port);
  const auto to = whole_number<std::uint16_t>(text);
  if (!from || !to || *from == 0 || *to == 0) {
    return std::nullopt;
  }
  return Parsed{.host = *host,
                .forward = {.udp = *protocol == "udp",
                            .host_port = *from,
                            .guest_address = std::string(*guest),
                            .guest_port = *to}};
}

/// Which network has each port of this machine.
using Ports = std::map<std::pair<bool, std::uint16_t>, std::string>;

void check_forward(const Located<std::string>& text, CheckedNetwork& network, Ports& ports,
                   Diagnostics& diagnostics) {
  const auto parsed = parse(text.value);
  if (!parsed) {
    diagnostics.error("E0712", text.where, fmt::format("\"{}\" is no forward", text.value),
                      forward_hint);
    return;
  }
  if (parsed->host != loopback) {
    diagnostics.error("E0713", text.where,
                      fmt::format("\"{}\" would listen on \"{}\"", text.value, parsed->host),
                      "only this machine itself may reach a guest: write 127.0.0.1");
    return;
  }
  const CheckedForward& forward = parsed->forward;
  const auto [owner, is_new] =
      ports.emplace(std::pair(forward.udp, forward.host_port), network.name);
  if (!is_new) {
    diagnostics.error("E0715", text.where,
                      fmt::format("port {} of this machine already leads to [network.{}]",
                                  forward.host_port, owner->second),
                      "choose another port");
    return;
  }
  network.forwards.push_back(forward);
}

}  // namespace

std::vector<CheckedNetwork> check_networks(const SystemModel& model, Diagnostics& diagnostics) {
  std::vector<CheckedNetwork> networks;
  Ports ports;
  for (const NetworkModel& network_model : model.networks) {
    CheckedNetwork network;
    network.name = network_model.name.value;
    network.heading = network_model.heading;
    network.external = network_model.external && network_model.external->value;
    network.uplink = network_model.uplink && network_model.uplink->value;
    if (network.external && network.uplink) {
      diagnostics.error("E0805", network_model.uplink->where,
                        fmt::format("the network \"{}\" is external, so Serai has no uplink for it",
                                    network.name),
                        "leave `uplink` out: whoever serves the network decides");
    }
    for (const Located<std::string>& forward : network_model.forward) {
      check_forward(forward, network, ports, diagnostics);
    }
    if (!network_model.forward.empty() && network.external) {
      diagnostics.error(
          "E0805", network_model.forward.front().where,
          fmt::format("the network \"{}\" is external, so Serai forwards nothing to it",
                      network.name),
          "leave `forward` out: whoever serves the network decides");
    } else if (!network_model.forward.empty() && !network.uplink) {
      diagnostics.error("E0714", network_model.forward.front().where,
                        "a network without an uplink cannot be reached from outside",
                        "add: uplink = true");
    }
    networks.push_back(std::move(network));
  }
  return networks;
}

}  // namespace serai::tool
