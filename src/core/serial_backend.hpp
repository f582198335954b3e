// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <span>

namespace serai {

/// Where the characters of a guest's serial device go and come from. The other side is hostile:
/// whatever it does, these functions return in bounded time and stay inside their buffers.
class SerialBackend {
 public:
  /// Takes as many characters as there is room for and says how many.
  virtual std::size_t send(std::span<const std::byte> characters) noexcept = 0;

  /// Fills `to` with what has arrived and says how much.
  virtual std::size_t receive(std::span<std::byte> to) noexcept = 0;

  /// Tells the other side once of all that was sent or taken since the last call, if it wants to
  /// know. Call at the end of each event.
  virtual void flush() noexcept = 0;

 protected:
  ~SerialBackend() = default;
};

}  // namespace serai
