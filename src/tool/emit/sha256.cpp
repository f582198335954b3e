// SPDX-License-Identifier: BSD-2-Clause
#include "tool/emit/sha256.hpp"

#include <array>
#include <cstdint>
#include <fmt/core.h>
#include <nettle/sha2.h>

namespace serai::tool {

std::string sha256(std::span<const std::byte> bytes) {
  sha256_ctx context;
  sha256_init(&context);
  sha256_update(&context, bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()));
  std::array<std::uint8_t, SHA256_DIGEST_SIZE> digest;
  sha256_digest(&context, digest.size(), digest.data());
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += fmt::format("{:02x}", byte);
  }
  return text;
}

}  // namespace serai::tool
