// SPDX-License-Identifier: BSD-2-Clause
#include "tool/check/external_client.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>

#include "base/bits.hpp"
#include "tool/image/guest_image.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t page = 0x1000;

/// The last byte of each magic: which of sDDF's classes a configuration is of.
constexpr std::uint8_t block_type = 2;
constexpr std::uint8_t serial_type = 3;
constexpr std::uint8_t net_type = 5;
constexpr std::uint8_t timer_type = 6;

// Sizes of what the queues consist of.
constexpr std::uint64_t serial_queue_bytes = 12;
constexpr std::uint64_t storage_info_bytes = 88;
constexpr std::uint64_t request_header_bytes = 16;
constexpr std::uint64_t request_bytes = 32;
constexpr std::uint64_t response_header_bytes = 8;
constexpr std::uint64_t response_bytes = 12;
constexpr std::uint64_t net_header_bytes = 8;
constexpr std::uint64_t net_entry_bytes = 16;

// What Serai's ends of the queues can have.
constexpr std::uint64_t most_serial_bytes = 1U << 31;
constexpr std::uint64_t most_block_entries = 0x8000;
constexpr std::uint64_t most_net_entries = 4096;

}  // namespace

struct ExternalClientReader::File {
  std::string name;
  std::vector<std::byte> bytes;

  template <class T>
  [[nodiscard]] T at(std::size_t offset) const {
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
  }

  /// `region_resource`: an address and a size.
  [[nodiscard]] ExternalPlace place(std::size_t offset) const {
    return {.address = at<std::uint64_t>(offset), .size = at<std::uint64_t>(offset + 8)};
  }
};

bool ExternalClientReader::complain(const std::string& file, const std::string& what) {
  diagnostics_.error(
      "E0803", where_, fmt::format("{}: {}", file, what),
      fmt::format("it is sDDF's configuration of a client named {}: let sdfgen write "
                  "it together with the description",
                  domain_.name));
  return false;
}

std::optional<ExternalClientReader::File> ExternalClientReader::open(const char* kind,
                                                                     std::uint8_t type,
                                                                     std::size_t bytes) {
  constexpr std::string_view magic = "sDDF";
  File file{.name = fmt::format("{}_client_{}.data", kind, domain_.name), .bytes = {}};
  auto contents = read_file(folder_ / file.name);
  if (!contents) {
    complain(file.name, contents.error().what);
    return std::nullopt;
  }
  file.bytes = *std::move(contents);
  if (file.bytes.size() != bytes) {
    complain(file.name, fmt::format("it has {} bytes, not {}", file.bytes.size(), bytes));
    return std::nullopt;
  }
  if (std::memcmp(file.bytes.data(), magic.data(), magic.size()) != 0 ||
      file.at<std::uint8_t>(magic.size()) != type) {
    complain(file.name, "it does not begin as such a file does");
    return std::nullopt;
  }
  return file;
}

bool ExternalClientReader::check_place(const File& file, const char* what,
                                       const ExternalPlace& place, std::uint64_t least,
                                       bool writes) {
  const auto map = std::ranges::find_if(domain_.maps, [&](const ExternalMap& candidate) {
    const auto region = std::ranges::find(model_.regions, candidate.region, &ExternalRegion::name);
    return place.address >= candidate.address &&
           place.address - candidate.address <= region->size &&
           place.size <= region->size - (place.address - candidate.address);
  });
  if (map == domain_.maps.end()) {
    return complain(file.name, fmt::format("{} has no {:#x} bytes at {:#x} for its {}",
                                           domain_.name, place.size, place.address, what));
  }
  if (place.address % page != 0) {
    return complain(file.name, fmt::format("the {} do not begin with a page", what));
  }
  if (place.size < least) {
    return complain(
        file.name, fmt::format("the {} have {:#x} bytes, and need {:#x}", what, place.size, least));
  }
  return !writes || map->may_write ||
         complain(file.name, fmt::format("{} may not write its {}", domain_.name, what));
}

bool ExternalClientReader::check_channel(const File& file, std::uint32_t channel) {
  const auto is_it = [&](const ExternalEnd& end) {
    return end.domain == domain_.name && end.id == channel;
  };
  const bool exists = std::ranges::any_of(model_.channels, [&](const ExternalChannel& candidate) {
    return is_it(candidate.a) || is_it(candidate.b);
  });
  return exists || complain(file.name, fmt::format("{} has no channel {}", domain_.name, channel));
}

bool ExternalClientReader::check_capacity(const File& file, const char* what,
                                          std::uint64_t capacity, std::uint64_t most) {
  return (is_power_of_two(capacity) && capacity <= most) ||
         complain(file.name,
                  fmt::format("{} {}: Serai needs a power of two up to {}", capacity, what, most));
}

std::optional<ExternalSerial> ExternalClientReader::serial() {
  const auto file = open("serial", serial_type, 88);
  if (!file) {
    return std::nullopt;
  }
  const ExternalSerial serial{.transmit_queue = file->place(48),
                              .transmit_data = file->place(64),
                              .receive_queue = file->place(8),
                              .receive_data = file->place(24),
                              .transmit_channel = file->at<std::uint8_t>(80),
                              .receive_channel = file->at<std::uint8_t>(40)};
  const bool good =
      check_capacity(*file, "characters of output", serial.transmit_data.size, most_serial_bytes) &&
      check_capacity(*file, "characters of input", serial.receive_data.size, most_serial_bytes) &&
      check_place(*file, "indices of output", serial.transmit_queue, serial_queue_bytes, true) &&
      check_place(*file, "characters of output", serial.transmit_data, 1, true) &&
      check_place(*file, "indices of input", serial.receive_queue, serial_queue_bytes, true) &&
      check_place(*file, "characters of input", serial.receive_data, 1, false) &&
      check_channel(*file, serial.transmit_channel) && check_channel(*file, serial.receive_channel);
  return good ? std::optional(serial) : std::nullopt;
}

std::optional<ExternalBlocks> ExternalClientReader::blocks() {
  const auto file = open("blk", block_type, 80);
  if (!file) {
    return std::nullopt;
  }
  const ExternalBlocks blocks{.storage_info = file->place(8),
                              .requests = file->place(24),
                              .responses = file->place(40),
                              .data = file->place(64),
                              .capacity = file->at<std::uint16_t>(56),
                              .channel = file->at<std::uint8_t>(58)};
  const std::uint64_t requests = request_header_bytes + request_bytes * blocks.capacity;
  const std::uint64_t responses = response_header_bytes + response_bytes * blocks.capacity;
  bool good =
      check_capacity(*file, "requests", blocks.capacity, most_block_entries) &&
      check_place(*file, "facts about the disk", blocks.storage_info, storage_info_bytes, false) &&
      check_place(*file, "requests", blocks.requests, requests, true) &&
      check_place(*file, "responses", blocks.responses, responses, true) &&
      check_place(*file, "contents", blocks.data, page, true) &&
      check_channel(*file, blocks.channel);
  if (good && blocks.data.size % page != 0) {
    good = complain(file->name, "the contents are not whole pages");
  }
  return good ? std::optional(blocks) : std::nullopt;
}

std::optional<ExternalPackets> ExternalClientReader::packets() {
  const auto file = open("net", net_type, 128);
  if (!file) {
    return std::nullopt;
  }
  ExternalPackets packets{.transmit_free = file->place(64),
                          .transmit_active = file->place(80),
                          .transmit_data = file->place(104),
                          .receive_free = file->place(8),
                          .receive_active = file->place(24),
                          .receive_data = file->place(48),
                          .capacity = file->at<std::uint16_t>(96),
                          .transmit_channel = file->at<std::uint8_t>(98),
                          .receive_channel = file->at<std::uint8_t>(42),
                          .mac = file->at<std::array<std::uint8_t, 6>>(120)};
  const std::uint64_t queue = net_header_bytes + net_entry_bytes * packets.capacity;
  const std::uint64_t data = std::uint64_t{external_buffer_bytes} * packets.capacity;
  bool good = check_capacity(*file, "packets", packets.capacity, most_net_entries) &&
              check_place(*file, "free buffers for output", packets.transmit_free, queue, true) &&
              check_place(*file, "packets of output", packets.transmit_active, queue, true) &&
              check_place(*file, "buffers for output", packets.transmit_data, data, true) &&
              check_place(*file, "free buffers for input", packets.receive_free, queue, true) &&
              check_place(*file, "packets of input", packets.receive_active, queue, true) &&
              check_place(*file, "buffers for input", packets.receive_data, data, false) &&
              check_channel(*file, packets.transmit_channel) &&
              check_channel(*file, packets.receive_channel);
  if (good && file->at<std::uint16_t>(40) != packets.capacity) {
    good = complain(file->name, "Serai needs as many buffers for input as for output");
  }
  return good ? std::optional(packets) : std::nullopt;
}

std::optional<std::uint32_t> ExternalClientReader::timer() {
  const auto file = open("timer", timer_type, 6);
  if (!file) {
    return std::nullopt;
  }
  const std::uint32_t channel = file->at<std::uint8_t>(5);
  return check_channel(*file, channel) ? std::optional(channel) : std::nullopt;
}

}  // namespace serai::tool
