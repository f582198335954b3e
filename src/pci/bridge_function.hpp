// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "pci/config_space.hpp"
#include "pci/function.hpp"

namespace serai::pci {

/// The host bridge as it appears on its own bus, at slot 0: a configuration space and nothing else.
class BridgeFunction final : public Function {
 public:
  [[nodiscard]] std::uint32_t read_config(std::uint32_t offset, AccessSize size) noexcept override {
    return config_.read(offset, size);
  }

  void write_config(std::uint32_t offset, AccessSize size, std::uint32_t value) noexcept override {
    config_.write(offset, size, value);
  }

  [[nodiscard]] Region region(unsigned /*bar*/) const noexcept override { return {}; }

  [[nodiscard]] Result<std::uint64_t> read_bar(unsigned /*bar*/, std::uint64_t /*offset*/,
                                               AccessSize /*size*/) noexcept override {
    return fail(Error::not_found);
  }

  [[nodiscard]] Result<void> write_bar(unsigned /*bar*/, std::uint64_t /*offset*/,
                                       AccessSize /*size*/,
                                       std::uint64_t /*value*/) noexcept override {
    return fail(Error::not_found);
  }

  [[nodiscard]] bool ring_bar(unsigned /*bar*/, std::uint64_t /*offset*/,
                              AccessSize /*size*/) noexcept override {
    return false;
  }

  void reset() noexcept override { config_.reset(); }

 private:
  // What QEMU's generic host bridge says of itself: guests know it, and no driver binds to it.
  static constexpr Identity identity = {
      .vendor = 0x1b36, .device = 0x0008, .class_code = 0x06'00'00};

  ConfigSpace config_{identity};
};

}  // namespace serai::pci
