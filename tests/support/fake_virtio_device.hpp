// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "drivers/virtio/register_port.hpp"
#include "drivers/virtio/specification.hpp"

namespace serai::test {

/// A VirtIO device over MMIO as its driver sees it, with the device's side of its split queues. It
/// does nothing by itself: a test takes chains and gives them back.
class FakeVirtioDevice final : public drivers::RegisterPort {
 public:
  struct Piece {
    std::span<std::byte> bytes;
    bool device_writes = false;
  };

  struct Chain {
    std::uint16_t head = 0;
    std::vector<Piece> pieces;
  };

  FakeVirtioDevice(drivers::DeviceType device_type, std::uint64_t offered_features)
      : type(device_type), features(offered_features | drivers::feature::version_1) {}

  // RegisterPort
  [[nodiscard]] std::uint32_t read(std::uint32_t offset) noexcept override;
  void write(std::uint32_t offset, std::uint32_t value) noexcept override;
  [[nodiscard]] std::uint32_t read_config(std::uint32_t offset,
                                          std::uint32_t bytes) noexcept override;

  /// Lets the device reach `bytes` from `physical` on.
  void map(std::uint64_t physical, std::span<std::byte> bytes) { windows_[physical] = bytes; }

  /// Puts a little-endian field of `bytes` bytes into the configuration.
  void set_config(std::size_t offset, std::uint64_t value, std::size_t bytes);

  /// The next chain of a queue, or nothing. A descriptor outside what is mapped, or a chain that
  /// breaks a rule, fails the test.
  [[nodiscard]] std::optional<Chain> pop(std::uint16_t queue = 0);

  /// Gives a chain back, and raises the interrupt if the driver wants it.
  void give_back(std::uint16_t queue, std::uint32_t head, std::uint32_t written);

  void raise(std::uint32_t reason) { interrupt_status |= reason; }

  [[nodiscard]] bool is_ready() const { return (status & drivers::status::driver_ok) != 0; }

  // What it is, for a test to change.
  drivers::DeviceType type;
  std::uint64_t features;
  std::uint32_t magic = drivers::magic;
  std::uint32_t version = drivers::modern_version;
  std::uint32_t most_queue_size = 64;
  std::uint32_t queue_count = 1;
  bool refuses_features = false;
  bool never_resets = false;
  std::vector<std::byte> config = std::vector<std::byte>(256);
  std::function<void(std::uint16_t)> on_notify;

  // What happened.
  std::uint32_t status = 0;
  std::uint64_t accepted = 0;
  std::uint32_t interrupt_status = 0;
  int resets = 0;
  int notifications = 0;

 private:
  struct Queue {
    std::uint32_t size = 0;
    std::uint32_t ready = 0;
    std::map<std::uint32_t, std::uint32_t> addresses;
    std::uint16_t taken = 0;
    std::uint16_t given = 0;
  };

  template <class T>
  T& shared(std::uint64_t physical) {
    return *reinterpret_cast<T*>(at(physical, sizeof(T)).data());
  }

  [[nodiscard]] std::span<std::byte> at(std::uint64_t physical, std::size_t bytes);
  [[nodiscard]] static std::uint64_t address_of(const Queue& queue, std::uint32_t low);
  void write_queue(std::uint32_t offset, std::uint32_t value);
  void set_status(std::uint32_t value);

  std::map<std::uint64_t, std::span<std::byte>> windows_;
  std::map<std::uint32_t, Queue> queues_;
  std::uint32_t device_features_sel_ = 0;
  std::uint32_t driver_features_sel_ = 0;
  std::uint32_t queue_sel_ = 0;
};

}  // namespace serai::test
