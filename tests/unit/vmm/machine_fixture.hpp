// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <gtest/gtest.h>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backends/sddf/serial_queue.hpp"
#include "base/arena.hpp"
#include "config/view.hpp"
#include "support/fake_clock_port.hpp"
#include "support/fake_signal_port.hpp"
#include "support/fake_vcpu_port.hpp"
#include "tool/emit/config_blob.hpp"
#include "vmm/exit_handler.hpp"
#include "vmm/machine.hpp"

namespace serai::test {

/// Keeps the lines it is given.
class RecordingLog final : public LogPort {
 public:
  void write_line(std::string_view line) noexcept override { lines.emplace_back(line); }

  std::vector<std::string> lines;
};

/// Keeps which bytes were cleaned.
class RecordingCache final : public CachePort {
 public:
  void clean(std::span<const std::byte> bytes) noexcept override { cleaned.push_back(bytes); }

  std::vector<std::span<const std::byte>> cleaned;
};

/// A machine built from a configuration as the tool makes it, with all that surrounds it played by
/// the test: its memory is the host's, its ports are doubles, and the guest's instructions are the
/// exits that they would cause.
class MachineTest : public testing::Test {
 protected:
  static constexpr std::uint64_t ram = 0x4000'0000;
  static constexpr std::size_t ram_bytes = 0x1'0000;
  static constexpr std::uint64_t entry = ram + 0x1000;
  static constexpr std::uint64_t tree = ram + 0x8000;
  static constexpr std::uint64_t vectors = ram + 0x4000;
  static constexpr std::uint64_t distributor = 0x800'0000;
  static constexpr std::uint64_t uart = 0x900'0000;
  static constexpr std::uint64_t rtc = 0x901'0000;
  static constexpr std::uint64_t nowhere = 0x5000'0000;
  static constexpr std::uint32_t uart_intid = 33;
  static constexpr std::uint32_t rtc_intid = 34;
  static constexpr std::uint32_t level_intid = 40;
  static constexpr std::uint32_t edge_intid = 41;
  static constexpr ChannelId console_channel = 0;
  static constexpr ChannelId timer_channel = 1;
  static constexpr ChannelId level_channel = 2;
  static constexpr ChannelId edge_channel = 3;
  static constexpr std::uint64_t epoch = 1'700'000'000;
  static constexpr std::uint64_t kernel_zeros = 0x100;

  MachineTest();

  /// Builds the machine from `configuration`.
  Result<void> build();
  /// The same, which must work, and starts it; what the doubles recorded until then is forgotten.
  void start();

  // The guest's instructions. Each is at the PC of the context and says whether the guest runs on.

  /// Whatever the syndrome says.
  bool fault(std::uint64_t address, std::uint64_t esr);
  /// STR W5 or LDR W5 of `size` bytes.
  bool store(std::uint64_t address, std::uint64_t value, unsigned size_log2 = 2);
  bool load(std::uint64_t address, unsigned size_log2 = 2);
  /// What LDR W5 finds.
  std::uint64_t loaded(std::uint64_t address);
  bool wait_for_interrupt();
  bool smc(std::uint64_t function);
  /// Lets the distributor forward `intid`.
  void enable(std::uint32_t intid);

  /// Acknowledges and ends the most urgent interrupt, and reports the event; its INTID.
  std::uint32_t serve_interrupt();
  /// Characters from the console, and its signal.
  void type(std::string_view text);

  std::uint64_t& pc() { return vcpu.context[aarch64::slot::pc]; }

  [[nodiscard]] std::byte& ram_at(std::uint64_t address) { return memory_[address - ram]; }

  tool::VmmConfiguration configuration;
  FakeVcpuPort vcpu;
  FakeSignalPort signals;
  FakeClockPort clock;
  RecordingCache cache;
  RecordingLog log;
  std::vector<std::byte> kernel;
  std::vector<std::byte> device_tree;
  sddf::SerialIndices transmit{};
  sddf::SerialIndices receive{};
  std::array<std::byte, 64> transmitted{};
  std::array<std::byte, 64> received{};
  std::optional<vmm::Machine> machine;
  std::optional<vmm::ExitHandler> exits;

 private:
  bool access(std::uint64_t address, unsigned size_log2, bool is_write);

  /// What an arena's memory is made of.
  struct alignas(Arena::alignment) Line {
    std::array<std::byte, Arena::alignment> bytes;
  };

  alignas(4096) std::array<std::byte, ram_bytes> memory_{};
  std::vector<Line> device_memory_;
  std::vector<std::byte> blob_;
  std::optional<config::VmmView> view_;
};

}  // namespace serai::test
