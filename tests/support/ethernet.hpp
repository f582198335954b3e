// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <vector>

namespace serai::test {

using Bytes = std::vector<std::byte>;
using Mac = std::array<std::uint8_t, 6>;

inline constexpr Mac broadcast = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/// A locally administered station's address.
constexpr Mac station(std::uint8_t last) {
  return {0x02, 0, 0, 0, 0, last};
}

/// What stands in front of a frame of an extended packet.
struct Offloads {
  std::uint8_t flags = 0;
  std::uint8_t gso_type = 0;
  std::uint16_t header_length = 0;
  std::uint16_t gso_size = 0;
  std::uint16_t checksum_start = 0;
  std::uint16_t checksum_offset = 0;
  std::uint16_t buffer_count = 0;

  friend bool operator==(const Offloads&, const Offloads&) = default;
};

static_assert(sizeof(Offloads) == 12);

struct Frame {
  Mac to = broadcast;
  Mac from = station(1);
  std::optional<std::uint16_t> tag = std::nullopt;
  std::uint16_t type = 0x0800;
  std::size_t payload_bytes = 46;
  std::optional<Offloads> offloads = std::nullopt;

  [[nodiscard]] Bytes bytes() const {
    Bytes result;
    const auto put = [&](unsigned value) { result.push_back(static_cast<std::byte>(value)); };
    const auto put16 = [&](unsigned value) {
      put(value >> 8);
      put(value & 0xff);
    };
    if (offloads) {
      result.resize(sizeof(Offloads));
      std::memcpy(result.data(), &*offloads, sizeof(Offloads));
    }
    for (const std::uint8_t byte : to) {
      put(byte);
    }
    for (const std::uint8_t byte : from) {
      put(byte);
    }
    if (tag) {
      put16(0x8100);
      put16(*tag);
    }
    put16(type);
    for (std::size_t i = 0; i < payload_bytes; ++i) {
      put(static_cast<unsigned>(i * 7 + i / 256) & 0xff);
    }
    return result;
  }
};

}  // namespace serai::test
