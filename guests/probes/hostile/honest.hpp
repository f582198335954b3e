// SPDX-License-Identifier: BSD-2-Clause
//
// Drivers that behave, to see whether a device works: each function resets its device, sets it up,
// and has it do what it is for. The answer is nothing, or what went wrong.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "hostile/transport.hpp"

namespace probe::virtio {

using Problem = std::string_view;

inline constexpr std::uint16_t most_entries = 16;

/// A split queue whose buffers are used one behind the other.
class Ring {
 public:
  struct Piece {
    std::uint64_t address = 0;
    std::uint32_t bytes = 0;
    bool writable = false;
  };

  /// Where it is to be, zeroed; 0x1000 bytes.
  explicit Ring(std::uint64_t address);

  [[nodiscard]] QueuePlace place() const;

  /// Makes a chain of up to four pieces available.
  void add(std::span<const Piece> chain);

  /// Waits for a chain to be used; whether one was. `written()` then says how much.
  bool wait();

  [[nodiscard]] std::uint32_t written() const { return written_; }

 private:
  std::uint64_t address_;
  std::uint16_t next_ = 0;
  std::uint16_t available_ = 0;
  std::uint16_t taken_ = 0;
  std::uint32_t written_ = 0;
};

Problem use_block(const Transport& device);
Problem use_console(const Transport& device);
Problem use_entropy(const Transport& device);
/// Port 7 at the host's context ID echoes.
Problem use_socket(const Transport& device);
/// Two devices on one network: a frame from one to the other.
Problem use_network(const Transport& from, const Transport& to);

}  // namespace probe::virtio
