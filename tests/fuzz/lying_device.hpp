// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstdint>

#include "drivers/virtio/register_port.hpp"
#include "drivers/virtio/specification.hpp"
#include "fuzz/input.hpp"

namespace serai::fuzz {

/// The registers of a VirtIO device that lies: most answers are those of a device that works, some
/// are what the input says. Holds no opinion on its driver.
class LyingDevice final : public drivers::RegisterPort {
 public:
  LyingDevice(Input& input, drivers::DeviceType type) : input_(input), type_(type) {}

  /// One of how many answers is a lie; 0: none.
  void lie_every(unsigned count) { every_ = count; }

  [[nodiscard]] std::uint32_t read(std::uint32_t offset) noexcept override {
    return perhaps_lie(truth(offset));
  }

  void write(std::uint32_t offset, std::uint32_t value) noexcept override {
    if (offset == drivers::reg::status) {
      status_ = value;
    } else if (offset == drivers::reg::device_features_sel) {
      features_sel_ = value;
    } else if (offset == drivers::reg::interrupt_ack) {
      interrupts &= ~value;
    }
  }

  [[nodiscard]] std::uint32_t read_config(std::uint32_t offset,
                                          std::uint32_t bytes) noexcept override {
    const std::uint32_t value = perhaps_lie(offset * 7);
    return bytes == 4 ? value : value & ((1U << (8 * bytes)) - 1);
  }

  std::uint64_t features = ~std::uint64_t{0};
  std::uint32_t interrupts = 0;
  std::uint32_t most_queue_size = 16;

 private:
  [[nodiscard]] std::uint32_t truth(std::uint32_t offset) const {
    using namespace drivers;
    switch (offset) {
      case reg::magic_value:
        return magic;
      case reg::version:
        return modern_version;
      case reg::device_id:
        return static_cast<std::uint32_t>(type_);
      case reg::device_features:
        return static_cast<std::uint32_t>(features_sel_ == 1 ? features >> 32 : features);
      case reg::queue_num_max:
        return most_queue_size;
      case reg::interrupt_status:
        return interrupts;
      case reg::status:
        return status_;
      default:
        return 0;
    }
  }

  std::uint32_t perhaps_lie(std::uint32_t value) {
    if (every_ == 0 || ++answers_ % every_ != 0) {
      return value;
    }
    return static_cast<std::uint32_t>(input_.telling_number());
  }

  Input& input_;
  drivers::DeviceType type_;
  unsigned every_ = 0;
  unsigned answers_ = 0;
  std::uint32_t status_ = 0;
  std::uint32_t features_sel_ = 0;
};

}  // namespace serai::fuzz
