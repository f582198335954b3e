// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "backends/sddf/serial_queue.hpp"

namespace serai::sddf {

/// The shared memory of one queue, with guard bytes around the data.
class QueueFixture {
 public:
  explicit QueueFixture(std::size_t capacity) : bytes_(capacity + 2 * guard, guard_value) {}

  [[nodiscard]] SerialQueueMemory memory() {
    return {.indices = &indices,
            .data = std::span(bytes_).subspan(guard, bytes_.size() - 2 * guard),
            .window_size = &window_size};
  }

  [[nodiscard]] bool guards_intact() const {
    for (std::size_t i = 0; i < guard; ++i) {
      if (bytes_[i] != guard_value || bytes_[bytes_.size() - 1 - i] != guard_value) {
        return false;
      }
    }
    return true;
  }

  SerialIndices indices{};
  std::uint32_t window_size = 0;

 private:
  static constexpr std::size_t guard = 64;
  static constexpr std::byte guard_value{0xa5};
  std::vector<std::byte> bytes_;
};

inline std::span<const std::byte> bytes_of_text(std::string_view text) {
  return std::as_bytes(std::span(text));
}

inline std::string take_text(SerialConsumer& consumer, std::size_t most = 4096) {
  std::vector<std::byte> buffer(most);
  const std::size_t count = consumer.read(buffer);
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    text.push_back(static_cast<char>(buffer[i]));
  }
  return text;
}

}  // namespace serai::sddf
