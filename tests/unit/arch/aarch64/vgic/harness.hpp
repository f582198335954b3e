// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <optional>
#include <vector>

#include "arch/aarch64/vgic/vgic.hpp"
#include "support/fake_vcpu_port.hpp"

namespace serai::test {

inline constexpr std::uint64_t gicd_ctlr = 0x000;
inline constexpr std::uint64_t gicd_typer = 0x004;
inline constexpr std::uint64_t gicd_iidr = 0x008;
inline constexpr std::uint64_t gicd_igroupr = 0x080;
inline constexpr std::uint64_t gicd_isenabler = 0x100;
inline constexpr std::uint64_t gicd_icenabler = 0x180;
inline constexpr std::uint64_t gicd_ispendr = 0x200;
inline constexpr std::uint64_t gicd_icpendr = 0x280;
inline constexpr std::uint64_t gicd_isactiver = 0x300;
inline constexpr std::uint64_t gicd_icactiver = 0x380;
inline constexpr std::uint64_t gicd_ipriorityr = 0x400;
inline constexpr std::uint64_t gicd_itargetsr = 0x800;
inline constexpr std::uint64_t gicd_icfgr = 0xc00;
inline constexpr std::uint64_t gicd_sgir = 0xf00;
inline constexpr std::uint64_t gicd_cpendsgir = 0xf10;
inline constexpr std::uint64_t gicd_spendsgir = 0xf20;

inline constexpr std::uint32_t spurious = 1023;

/// A Vgic over a fake vCPU, and the guest's accesses to both.
class VgicHarness : public testing::Test {
 protected:
  explicit VgicHarness(std::size_t list_registers = 4) : port(list_registers) {}

  std::uint32_t read(std::uint64_t offset, AccessSize size = AccessSize::word) {
    const auto value = vgic.read(offset, size);
    EXPECT_TRUE(value.has_value());
    return static_cast<std::uint32_t>(value.value_or(0));
  }

  /// A store instruction and the end of the exit that it causes.
  void write(std::uint64_t offset, std::uint32_t value, AccessSize size = AccessSize::word) {
    EXPECT_TRUE(vgic.write(offset, size, value).has_value());
    vgic.sync(aarch64::VcpuIs::stopped);
  }

  /// A device changes its wire while the vCPU may run.
  void set_level(std::uint32_t intid, bool high) {
    vgic.set_level(intid, high);
    vgic.sync(aarch64::VcpuIs::running);
  }

  void enable(std::uint32_t intid) {
    write(gicd_isenabler + intid / 32 * 4, std::uint32_t{1} << (intid % 32));
  }

  void disable(std::uint32_t intid) {
    write(gicd_icenabler + intid / 32 * 4, std::uint32_t{1} << (intid % 32));
  }

  void make_edge(std::uint32_t intid) {
    const std::uint64_t offset = gicd_icfgr + intid / 16 * 4;
    write(offset, read(offset) | std::uint32_t{2} << (2 * (intid % 16)));
  }

  void set_priority(std::uint32_t intid, std::uint8_t priority) {
    write(gicd_ipriorityr + intid, priority, AccessSize::byte);
  }

  void send_sgi(std::uint32_t intid) { write(gicd_sgir, 2U << 24 | intid); }

  [[nodiscard]] bool bit(std::uint64_t bank, std::uint32_t intid) {
    return ((read(bank + intid / 32 * 4) >> (intid % 32)) & 1) != 0;
  }

  std::uint32_t acknowledge() { return port.guest_acknowledges(); }

  /// GICC_EOIR, and the maintenance event that follows.
  void end(std::uint32_t intid) {
    if (const std::optional<std::uint8_t> index = port.guest_ends(intid)) {
      vgic.maintenance(*index);
      vgic.sync(aarch64::VcpuIs::stopped);
    }
  }

  /// The guest takes and ends all that it can; the order in which it saw them.
  std::vector<std::uint32_t> drain() {
    std::vector<std::uint32_t> seen;
    for (std::uint32_t intid = acknowledge(); intid != spurious; intid = acknowledge()) {
      seen.push_back(intid);
      end(intid);
    }
    return seen;
  }

  FakeVcpuPort port;
  aarch64::Vgic vgic{port};
};

/// The same with the distributor switched on.
class RunningVgic : public VgicHarness {
 protected:
  explicit RunningVgic(std::size_t list_registers = 4) : VgicHarness(list_registers) {
    write(gicd_ctlr, 1);
  }
};

}  // namespace serai::test
