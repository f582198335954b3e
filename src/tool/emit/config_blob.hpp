// SPDX-License-Identifier: BSD-2-Clause
//
// The builder of what `config::View` reads: puts tables behind the fixed part and seals the whole.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "config/layout.hpp"

namespace serai::tool {

/// A VMM's configuration before it is laid out. In `fixed` the header and the tables' places are
/// filled in by `compile`.
struct VmmConfiguration {
  std::string_view name;
  config::VmmBlob fixed{};
  std::vector<config::Memory> memory;
  std::vector<config::Image> images;
  std::vector<config::Device> devices;
  std::vector<config::SerialQueue> serial_queues;
  std::vector<config::PassthroughIrq> passthrough;
  std::vector<config::VirtioDevice> virtio;
  std::vector<config::BlockQueue> block_queues;
  std::vector<config::PacketQueue> packet_queues;
  std::vector<config::RamDisk> ram_disks;
};

struct ConsoleConfiguration {
  std::string_view name;
  config::ConsoleBlob fixed{};
  std::vector<config::ConsoleClient> clients;
};

struct TimerConfiguration {
  std::string_view name;
  config::TimerBlob fixed{};
};

struct BlockConfiguration {
  std::string_view name;
  config::BlockBlob fixed{};
  std::vector<config::BlockClient> clients;
};

struct SwitchConfiguration {
  std::string_view name;
  config::SwitchBlob fixed{
      .header = {}, .ports = {}, .timer_channel = config::no_channel, .reserved = 0};
  std::vector<config::SwitchPort> ports;
};

struct UplinkConfiguration {
  std::string_view name;
  config::UplinkBlob fixed{};
};

struct EntropyConfiguration {
  std::string_view name;
  config::EntropyBlob fixed{};
  std::vector<config::EntropyClient> clients;
};

struct SocketsConfiguration {
  std::string_view name;
  config::SocketsBlob fixed{
      .header = {}, .ports = {}, .timer_channel = config::no_channel, .reserved = 0};
  std::vector<config::SocketPort> ports;
};

struct SupervisorConfiguration {
  std::string_view name;
  config::SupervisorBlob fixed{};
  std::vector<config::SupervisorChild> children;
};

/// The finished blobs. Lays out only: `config::*View::open` says whether one is right.
std::vector<std::byte> compile(const VmmConfiguration& configuration);
std::vector<std::byte> compile(const ConsoleConfiguration& configuration);
std::vector<std::byte> compile(const TimerConfiguration& configuration);
std::vector<std::byte> compile(const BlockConfiguration& configuration);
std::vector<std::byte> compile(const SwitchConfiguration& configuration);
std::vector<std::byte> compile(const UplinkConfiguration& configuration);
std::vector<std::byte> compile(const EntropyConfiguration& configuration);
std::vector<std::byte> compile(const SocketsConfiguration& configuration);
std::vector<std::byte> compile(const SupervisorConfiguration& configuration);

/// `text` as a NUL-padded name, cut to 31 characters.
config::Name blob_name(std::string_view text);

/// Writes size and checksum into the blob's header again, after a change of its bytes.
void seal(std::vector<std::byte>& blob);

}  // namespace serai::tool
