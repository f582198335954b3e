// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <deque>
#include <limits>
#include <string>
#include <string_view>

#include "core/serial_backend.hpp"

namespace serai::test {

/// A serial line whose far end is the test: `sent` is what came out, `arrive` puts something in.
class FakeSerialBackend final : public SerialBackend {
 public:
  std::size_t send(std::span<const std::byte> characters) noexcept override {
    const std::size_t count = std::min(characters.size(), room);
    for (const std::byte character : characters.first(count)) {
      sent.push_back(static_cast<char>(character));
    }
    if (room != unlimited) {
      room -= count;
    }
    return count;
  }

  std::size_t receive(std::span<std::byte> to) noexcept override {
    const std::size_t count = std::min(to.size(), arrived.size());
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = static_cast<std::byte>(arrived.front());
      arrived.pop_front();
    }
    return count;
  }

  void flush() noexcept override { ++flushes; }

  [[nodiscard]] WindowSize window_size() const noexcept override { return window; }

  void set_window_size(WindowSize size) noexcept override { window = size; }

  void arrive(std::string_view text) { arrived.insert(arrived.end(), text.begin(), text.end()); }

  static constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

  std::size_t room = unlimited;
  std::string sent;
  std::deque<char> arrived;
  WindowSize window{};  ///< of the other side, or what it was told
  int flushes = 0;
};

}  // namespace serai::test
