// SPDX-License-Identifier: BSD-2-Clause
#include "tool/emit/config_blob.hpp"

#include <algorithm>
#include <cstring>
#include <span>

#include "base/crc32.hpp"

namespace serai::tool {

namespace {

/// Grows a blob whose first `sizeof(Blob)` bytes are written last.
class BlobWriter {
 public:
  explicit BlobWriter(std::size_t fixed_bytes) : bytes_(fixed_bytes) {}

  template <class Entry>
  config::Table add(const std::vector<Entry>& entries) {
    constexpr std::size_t table_alignment = 8;
    bytes_.resize((bytes_.size() + table_alignment - 1) / table_alignment * table_alignment);
    const config::Table table{.offset = static_cast<std::uint32_t>(bytes_.size()),
                              .count = static_cast<std::uint32_t>(entries.size())};
    const auto raw = std::as_bytes(std::span(entries));
    bytes_.insert(bytes_.end(), raw.begin(), raw.end());
    return table;
  }

  template <class Blob>
  std::vector<std::byte> finish(Blob fixed, config::BlobKind kind, std::string_view name) {
    fixed.header = {.magic = config::magic,
                    .version = config::version,
                    .kind = kind,
                    .size = 0,
                    .checksum = 0,
                    .name = blob_name(name)};
    std::memcpy(bytes_.data(), &fixed, sizeof fixed);
    seal(bytes_);
    return std::move(bytes_);
  }

 private:
  std::vector<std::byte> bytes_;
};

}  // namespace

std::vector<std::byte> compile(const VmmConfiguration& configuration) {
  BlobWriter writer(sizeof(config::VmmBlob));
  config::VmmBlob fixed = configuration.fixed;
  fixed.memory = writer.add(configuration.memory);
  fixed.images = writer.add(configuration.images);
  fixed.devices = writer.add(configuration.devices);
  fixed.serial_queues = writer.add(configuration.serial_queues);
  fixed.passthrough = writer.add(configuration.passthrough);
  fixed.virtio = writer.add(configuration.virtio);
  fixed.block_queues = writer.add(configuration.block_queues);
  fixed.packet_queues = writer.add(configuration.packet_queues);
  fixed.ram_disks = writer.add(configuration.ram_disks);
  return writer.finish(fixed, config::BlobKind::vmm, configuration.name);
}

std::vector<std::byte> compile(const ConsoleConfiguration& configuration) {
  BlobWriter writer(sizeof(config::ConsoleBlob));
  config::ConsoleBlob fixed = configuration.fixed;
  fixed.clients = writer.add(configuration.clients);
  return writer.finish(fixed, config::BlobKind::console, configuration.name);
}

std::vector<std::byte> compile(const TimerConfiguration& configuration) {
  BlobWriter writer(sizeof(config::TimerBlob));
  return writer.finish(configuration.fixed, config::BlobKind::timer, configuration.name);
}

std::vector<std::byte> compile(const BlockConfiguration& configuration) {
  BlobWriter writer(sizeof(config::BlockBlob));
  config::BlockBlob fixed = configuration.fixed;
  fixed.clients = writer.add(configuration.clients);
  return writer.finish(fixed, config::BlobKind::block, configuration.name);
}

std::vector<std::byte> compile(const SwitchConfiguration& configuration) {
  BlobWriter writer(sizeof(config::SwitchBlob));
  config::SwitchBlob fixed = configuration.fixed;
  fixed.ports = writer.add(configuration.ports);
  return writer.finish(fixed, config::BlobKind::network_switch, configuration.name);
}

std::vector<std::byte> compile(const UplinkConfiguration& configuration) {
  BlobWriter writer(sizeof(config::UplinkBlob));
  return writer.finish(configuration.fixed, config::BlobKind::uplink, configuration.name);
}

std::vector<std::byte> compile(const EntropyConfiguration& configuration) {
  BlobWriter writer(sizeof(config::EntropyBlob));
  config::EntropyBlob fixed = configuration.fixed;
  fixed.clients = writer.add(configuration.clients);
  return writer.finish(fixed, config::BlobKind::entropy, configuration.name);
}

std::vector<std::byte> compile(const SocketsConfiguration& configuration) {
  BlobWriter writer(sizeof(config::SocketsBlob));
  config::SocketsBlob fixed = configuration.fixed;
  fixed.ports = writer.add(configuration.ports);
  return writer.finish(fixed, config::BlobKind::sockets, configuration.name);
}

std::vector<std::byte> compile(const SupervisorConfiguration& configuration) {
  BlobWriter writer(sizeof(config::SupervisorBlob));
  config::SupervisorBlob fixed = configuration.fixed;
  fixed.children = writer.add(configuration.children);
  return writer.finish(fixed, config::BlobKind::supervisor, configuration.name);
}

config::Name blob_name(std::string_view text) {
  config::Name name{};
  const std::size_t length = std::min(text.size(), name.size() - 1);
  std::copy_n(text.begin(), length, name.begin());
  return name;
}

void seal(std::vector<std::byte>& blob) {
  config::Header header;
  std::memcpy(&header, blob.data(), sizeof header);
  header.size = static_cast<std::uint32_t>(blob.size());
  header.checksum = 0;
  std::memcpy(blob.data(), &header, sizeof header);
  header.checksum = Crc32().add(blob).value();
  std::memcpy(blob.data(), &header, sizeof header);
}

}  // namespace serai::tool
