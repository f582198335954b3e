// SPDX-License-Identifier: BSD-2-Clause
//
// sDDF's serial queue: a ring of characters shared by two PDs. The indices run freely; character i
// lies at i modulo the capacity.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

namespace serai::sddf {

/// The page that both sides share, in sDDF's layout.
struct SerialIndices {
  std::uint32_t tail;                ///< written by the producer
  std::uint32_t head;                ///< written by the consumer
  std::uint32_t producer_signalled;  ///< 0: the producer wants to hear of room
};

static_assert(sizeof(SerialIndices) == 12);

/// The whole page: behind sDDF's indices, where its own components have nothing, the producer
/// leaves the size of its window: columns in the low half, rows in the high one; 0: not known.
struct SerialPage {
  SerialIndices indices;
  std::array<std::uint32_t, 13> unused;
  std::uint32_t window_size;
};

static_assert(offsetof(SerialPage, window_size) == 64);

/// One queue as it is mapped in this PD. Owns nothing. A queue without capacity is always both full
/// and empty.
struct SerialQueueMemory {
  SerialIndices* indices = nullptr;
  std::span<std::byte> data;             ///< as long as the capacity, a power of two
  std::uint32_t* window_size = nullptr;  ///< SerialPage::window_size, or nowhere

  /// A queue by its virtual addresses. A capacity that is no power of two is rounded down.
  [[nodiscard]] static SerialQueueMemory at(std::uint64_t indices, std::uint64_t data,
                                            std::uint32_t capacity) noexcept;
};

/// The sending half. The other side is hostile: its index is copied once per call and checked, our
/// own is never read back.
class SerialProducer {
 public:
  constexpr explicit SerialProducer(SerialQueueMemory memory) noexcept : memory_(memory) {}

  /// Goes on from where the ring is, for a producer that starts again in the middle of things.
  void resume() noexcept;

  /// How many characters fit. None where the other side's index makes no sense.
  [[nodiscard]] std::size_t room() const noexcept;

  /// Appends as many characters as fit and says how many.
  std::size_t write(std::span<const std::byte> characters) noexcept;

  /// Asks the other side to notify when it next takes characters. Whoever waits for room looks at
  /// `room()` once more after this call, so that no wakeup is lost.
  void request_signal() noexcept;

  /// Whether the other side must be notified of what was written since the last call. Not needed
  /// while it still has earlier characters to take: it looks again before it sleeps.
  [[nodiscard]] bool take_notification() noexcept;

 private:
  [[nodiscard]] std::uint32_t capacity() const noexcept {
    return static_cast<std::uint32_t>(memory_.data.size());
  }

  SerialQueueMemory memory_;
  std::uint32_t tail_ = 0;
  std::uint32_t announced_tail_ = 0;  ///< all before it was covered by `take_notification`
};

/// The receiving half. The other side is hostile here too.
class SerialConsumer {
 public:
  constexpr explicit SerialConsumer(SerialQueueMemory memory) noexcept : memory_(memory) {}

  /// How many characters wait. None where the other side's index makes no sense.
  [[nodiscard]] std::size_t available() const noexcept;

  /// Takes as many characters as wait and fit, and says how many. Before it sleeps, a consumer
  /// calls until nothing is left, or knows by itself when to go on.
  std::size_t read(std::span<std::byte> to) noexcept;

  /// Whether the other side asked to hear of the room made since the last call.
  [[nodiscard]] bool take_notification() noexcept;

 private:
  SerialQueueMemory memory_;
  std::uint32_t head_ = 0;
  bool took_ = false;
};

}  // namespace serai::sddf
