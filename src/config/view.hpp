// SPDX-License-Identifier: BSD-2-Clause
//
// Checked, read-only access to a compiled configuration (layout.hpp). Opening a view looks at every
// field once; afterwards all that the accessors return is in bounds and keeps the rules said here.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "base/result.hpp"
#include "config/layout.hpp"

namespace serai::config {

/// The configuration of a VMM. Holds that
/// - RAM is page-aligned, neither wraps nor overlaps; images, the entry point and the device tree
/// lie
///   inside it;
/// - device windows and the distributor neither wrap nor overlap each other or RAM;
/// - interrupts are SPIs below `interrupt_count`, each used once; the timers' are PPIs;
/// - indices of queues exist; channels are below 62, and only serial queues share one.
class VmmView {
 public:
  /// Checks `bytes`, which start 8-aligned, hold the whole blob (and perhaps more) and outlive the
  /// view. Fails with the first broken rule's kind.
  static Result<VmmView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const VmmBlob& blob() const noexcept { return *blob_; }

  [[nodiscard]] std::string_view name() const noexcept;
  [[nodiscard]] std::span<const Memory> memory() const noexcept;
  [[nodiscard]] std::span<const Image> images() const noexcept;
  [[nodiscard]] std::span<const Device> devices() const noexcept;
  [[nodiscard]] std::span<const SerialQueue> serial_queues() const noexcept;
  [[nodiscard]] std::span<const PassthroughIrq> passthrough() const noexcept;

  /// The queue of log lines, or nothing.
  [[nodiscard]] const SerialQueue* log_queue() const noexcept;

 private:
  explicit VmmView(const VmmBlob& blob) noexcept : blob_(&blob) {}

  [[nodiscard]] const std::byte* base() const noexcept;

  const VmmBlob* blob_;
};

/// The configuration of the console PD: valid names and queues; no channel has two owners.
class ConsoleView {
 public:
  /// As `VmmView::open`.
  static Result<ConsoleView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const ConsoleBlob& blob() const noexcept { return *blob_; }

  [[nodiscard]] bool has(ConsoleFlag flag) const noexcept {
    return (blob_->flags & static_cast<std::uint32_t>(flag)) != 0;
  }

  [[nodiscard]] std::span<const ConsoleClient> clients() const noexcept;

  /// The characters of `client.name`.
  [[nodiscard]] static std::string_view name_of(const ConsoleClient& client) noexcept;

 private:
  explicit ConsoleView(const ConsoleBlob& blob) noexcept : blob_(&blob) {}

  const ConsoleBlob* blob_;
};

/// The configuration of the timer PD: its interrupts' channels lie outside its clients'.
class TimerView {
 public:
  /// As `VmmView::open`.
  static Result<TimerView> open(std::span<const std::byte> bytes) noexcept;

  [[nodiscard]] const TimerBlob& blob() const noexcept { return *blob_; }

 private:
  explicit TimerView(const TimerBlob& blob) noexcept : blob_(&blob) {}

  const TimerBlob* blob_;
};

}  // namespace serai::config
