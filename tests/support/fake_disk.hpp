// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bits.hpp"
#include "support/fake_virtio_device.hpp"

namespace serai::test {

/// A VirtIO disk whose contents are a vector, and which carries requests out when it is told to, so
/// that a test can look between. Writes reach the medium with a flush only, if it has a cache.
class FakeDisk {
 public:
  static constexpr std::uint64_t read_only_feature = bit(5);
  static constexpr std::uint64_t block_size_feature = bit(6);
  static constexpr std::uint64_t flush_feature = bit(9);

  enum class Type : std::uint32_t { read = 0, write = 1, flush = 4, get_id = 8 };

  struct Request {
    Type type{};
    std::uint64_t sector = 0;
    FakeVirtioDevice::Chain chain;
  };

  explicit FakeDisk(std::size_t sectors, std::uint64_t features = flush_feature,
                    std::uint32_t block_bytes = 512)
      : hardware(drivers::DeviceType::block,
                 features | block_size_feature | drivers::feature::event_idx),
        contents(sectors * 512) {
    hardware.set_config(0, sectors, 8);
    hardware.set_config(20, block_bytes, 4);
  }

  /// Takes what the driver has made available; a reset takes back what came before it.
  void take() {
    if (hardware.resets != resets_seen_) {
      resets_seen_ = hardware.resets;
      waiting.clear();
    }
    while (auto chain = hardware.pop()) {
      Request request;
      std::memcpy(&request.type, chain->pieces.front().bytes.data(), 4);
      std::memcpy(&request.sector, chain->pieces.front().bytes.data() + 8, 8);
      request.chain = std::move(*chain);
      seen.push_back(request.type);
      waiting.push_back(std::move(request));
    }
  }

  /// Carries out the request at `index` of `waiting`, or fails to.
  void finish(std::size_t index = 0, std::optional<std::uint8_t> status = std::nullopt) {
    const Request request = waiting.at(index);
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(index));
    const auto& pieces = request.chain.pieces;
    const std::uint8_t result = status ? *status : carry_out(request);
    pieces.back().bytes[0] = static_cast<std::byte>(result);
    hardware.give_back(0, request.chain.head, 1);
  }

  /// Carries out everything, also what is asked for meanwhile.
  void finish_all() {
    for (take(); !waiting.empty(); take()) {
      finish();
    }
  }

  FakeVirtioDevice hardware;
  std::vector<std::byte> contents;
  std::string id = "SERIAL-0";
  std::vector<Request> waiting;
  std::vector<Type> seen;
  int flushes = 0;

 private:
  int resets_seen_ = 0;

  std::uint8_t carry_out(const Request& request) {
    constexpr std::uint8_t io_error = 1;
    constexpr std::uint8_t unsupported = 2;
    const auto& pieces = request.chain.pieces;
    if (request.type == Type::flush) {
      ++flushes;
      return 0;
    }
    if (pieces.size() != 3) {
      return io_error;
    }
    const auto data = pieces[1].bytes;
    if (request.type == Type::get_id) {
      std::memset(data.data(), 0, data.size());
      std::memcpy(data.data(), id.data(), std::min(id.size(), data.size()));
      return 0;
    }
    const std::size_t sectors = contents.size() / 512;
    if (request.sector > sectors || data.size() / 512 > sectors - request.sector) {
      return io_error;
    }
    std::byte* const place = contents.data() + request.sector * 512;
    if (request.type == Type::read) {
      std::memcpy(data.data(), place, data.size());
    } else if (request.type == Type::write) {
      std::memcpy(place, data.data(), data.size());
    } else {
      return unsupported;
    }
    return 0;
  }
};

}  // namespace serai::test
