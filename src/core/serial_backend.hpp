// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace serai {

/// The size of the window that characters are shown in, in characters; 0: nobody knows.
struct WindowSize {
  std::uint16_t columns = 0;
  std::uint16_t rows = 0;

  friend bool operator==(const WindowSize&, const WindowSize&) = default;
};

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

  /// The size of the window at the other side, as it says.
  [[nodiscard]] virtual WindowSize window_size() const noexcept { return {}; }

  /// Tells the other side the size of the window here; it hears of it with the next `flush`.
  virtual void set_window_size(WindowSize /*size*/) noexcept {}

 protected:
  ~SerialBackend() = default;
};

}  // namespace serai
