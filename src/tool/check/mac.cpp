// SPDX-License-Identifier: BSD-2-Clause
#include "tool/check/mac.hpp"

#include <charconv>
#include <fmt/format.h>
#include <span>

#include "base/crc32.hpp"

namespace serai::tool {

std::optional<Mac> parse_mac(std::string_view text) {
  constexpr std::size_t pair = 3;
  constexpr int hexadecimal = 16;
  Mac mac{};
  if (text.size() != pair * mac.size() - 1) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < mac.size(); ++i) {
    const char* digits = text.data() + pair * i;
    const auto [end, error] = std::from_chars(digits, digits + 2, mac[i], hexadecimal);
    const bool separated = i + 1 == mac.size() || digits[2] == ':';
    if (error != std::errc() || end != digits + 2 || !separated) {
      return std::nullopt;
    }
  }
  return mac;
}

std::string format_mac(const Mac& mac) {
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", mac[0], mac[1], mac[2], mac[3],
                     mac[4], mac[5]);
}

bool is_station(const Mac& mac) {
  return (mac[0] & 1) == 0 && mac != Mac{};
}

Mac derived_mac(std::string_view name, unsigned attempt) {
  const std::string text = fmt::format("{}/{}", name, attempt);
  const std::uint32_t hash = Crc32().add(std::as_bytes(std::span(text))).value();
  return {0x52,
          0x54,
          0x00,
          static_cast<std::uint8_t>(hash >> 16),
          static_cast<std::uint8_t>(hash >> 8),
          static_cast<std::uint8_t>(hash)};
}

}  // namespace serai::tool
