// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile guest against the PCI host bridge: functions that check what reaches them are moved
// about, and every access is compared with a slow model of who decodes it.
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/assert.hpp"
#include "fuzz/input.hpp"
#include "pci/host_bridge.hpp"
#include "support/fake_interrupt_controller.hpp"

namespace {

using serai::AccessSize;
using serai::fuzz::Input;
using serai::pci::ConfigSpace;
using serai::pci::Function;
using serai::pci::HostBridge;

constexpr std::uint64_t window_start = 0x1000'0000;
constexpr std::uint64_t high_start = 0x80'0000'0000;
constexpr std::uint64_t window_bytes = 0x8000;

/// Answers with who it is and where it was read.
class Witness final : public Function {
 public:
  explicit Witness(std::uint64_t bytes, std::uint32_t name) : bytes_(bytes), name_(name) {
    config_.add_bar(0, bytes);
    config_.add_bar(2, bytes);
    config_.add_interrupt_pin();
  }

  static std::uint64_t answer(std::uint32_t name, unsigned bar, std::uint64_t offset,
                              AccessSize size) {
    return serai::truncate(std::uint64_t{name} << 48 | std::uint64_t{bar} << 40 | offset, size);
  }

  std::uint32_t read_config(std::uint32_t offset, AccessSize size) noexcept override {
    SERAI_ASSERT(size != AccessSize::double_word && offset % bytes_of(size) == 0 && offset < 4096);
    return config_.read(offset, size);
  }

  void write_config(std::uint32_t offset, AccessSize size, std::uint32_t value) noexcept override {
    SERAI_ASSERT(size != AccessSize::double_word && offset % bytes_of(size) == 0 && offset < 4096);
    config_.write(offset, size, value);
  }

  [[nodiscard]] Region region(unsigned bar) const noexcept override {
    const bool exists = bar == 0 || bar == 2;
    return exists && config_.decodes_memory() ? Region{config_.bar_address(bar), bytes_} : Region{};
  }

  serai::Result<std::uint64_t> read_bar(unsigned bar, std::uint64_t offset,
                                        AccessSize size) noexcept override {
    SERAI_ASSERT(offset < bytes_ && bytes_of(size) <= bytes_ - offset);
    return answer(name_, bar, offset, size);
  }

  serai::Result<void> write_bar(unsigned /*bar*/, std::uint64_t offset, AccessSize size,
                                std::uint64_t /*value*/) noexcept override {
    SERAI_ASSERT(offset < bytes_ && bytes_of(size) <= bytes_ - offset);
    return {};
  }

  bool ring_bar(unsigned /*bar*/, std::uint64_t offset, AccessSize size) noexcept override {
    SERAI_ASSERT(offset < bytes_ && bytes_of(size) <= bytes_ - offset);
    return (offset & 4) != 0;
  }

  void reset() noexcept override { config_.reset(); }

  [[nodiscard]] std::uint32_t name() const { return name_; }

 private:
  std::uint64_t bytes_;
  std::uint32_t name_;
  ConfigSpace config_{{.vendor = 0x1234}};
};

serai::GuestRange range(std::uint64_t start, std::uint64_t bytes) {
  return serai::GuestRange::make(serai::GuestAddress(start), bytes).value();
}

struct Parts {
  serai::test::FakeInterruptController gic;
  std::array<Witness, 4> functions{Witness(0x1000, 1), Witness(0x1000, 2), Witness(0x2000, 3),
                                   Witness(0x4000, 4)};
  std::array<bool, 4> pulled{};
  HostBridge bridge{{.ecam = range(0x3f00'0000, 0x10'0000),
                     .window = range(window_start, window_bytes),
                     .high_window = range(high_start, window_bytes),
                     .first_intx_intid = 35},
                    gic};

  Parts() {
    for (std::uint8_t i = 0; i < functions.size(); ++i) {
      // Slots 1, 5, 9 and 13 share a wire.
      SERAI_ASSERT(bridge.add(static_cast<std::uint8_t>(1 + 4 * i), functions[i]).has_value());
    }
  }
};

/// The rules of `HostBridge`, spelled out: every region that lies in a window and meets none that
/// came before it.
std::optional<std::uint64_t> expected(const Parts& parts, std::uint64_t address, AccessSize size) {
  std::vector<Function::Region> decoded;
  for (const Witness& function : parts.functions) {
    for (unsigned bar = 0; bar < Function::most_bars; ++bar) {
      const Function::Region region = function.region(bar);
      const serai::GuestAddress start(region.address);
      bool taken =
          region.size == 0 || (!range(window_start, window_bytes).contains(start, region.size) &&
                               !range(high_start, window_bytes).contains(start, region.size));
      for (const Function::Region& other : decoded) {
        taken = taken || (region.address < other.address + other.size &&
                          other.address < region.address + region.size);
      }
      if (taken) {
        continue;
      }
      decoded.push_back(region);
      if (range(region.address, region.size)
              .contains(serai::GuestAddress(address), bytes_of(size))) {
        return Witness::answer(function.name(), bar, address - region.address, size);
      }
    }
  }
  return std::nullopt;
}

void access_memory(Input& input, Parts& parts, std::uint8_t operation) {
  const auto size = static_cast<AccessSize>(1U << (operation >> 6));
  const bool high = (operation & 0x20) != 0;
  const std::uint64_t offset = input.number(2) % (window_bytes - bytes_of(size) + 1);
  serai::MmioDevice& window = high ? parts.bridge.high_window() : parts.bridge.window();
  const std::uint64_t address = (high ? high_start : window_start) + offset;
  const auto answer = expected(parts, address, size);
  const auto got = window.read(offset, size);
  SERAI_ASSERT(got.has_value());
  SERAI_ASSERT(*got == answer.value_or(serai::truncate(~std::uint64_t{0}, size)));
  SERAI_ASSERT(window.write(offset, size, 0).has_value());
  SERAI_ASSERT(answer || window.ring(offset, size));
}

void access_config(Input& input, Parts& parts, std::uint8_t operation) {
  const auto size = static_cast<AccessSize>(1U << (operation >> 6));
  const bool anywhere = (operation & 0x20) != 0;
  const std::uint64_t slot = std::uint64_t{1} + 4 * (input.byte() & 3);
  const std::uint64_t offset =
      anywhere ? input.number(3) % 0xf'fff9 : slot << 15 | (input.byte() & 0x3f);
  const auto value = parts.bridge.ecam().read(offset, size);
  SERAI_ASSERT(value.has_value() && serai::truncate(*value, size) == *value);
  SERAI_ASSERT(parts.bridge.ecam()
                   .write(offset, size, serai::truncate(input.telling_number(), size))
                   .has_value());
}

/// A BAR somewhere in the windows, or at their edges.
void place(Input& input, Parts& parts) {
  const std::uint8_t choice = input.byte();
  const std::uint64_t slot = std::uint64_t{1} + 4 * (choice & 3);
  const std::uint64_t bar = slot << 15 | ((choice & 4) != 0 ? 0x18 : 0x10);
  const std::uint64_t base = (choice & 8) != 0 ? high_start : window_start;
  const std::uint64_t address = base - 0x4000 + input.byte() % 0x10 * std::uint64_t{0x1000};
  serai::MmioDevice& ecam = parts.bridge.ecam();
  static_cast<void>(ecam.write(bar, AccessSize::word, address & 0xffff'ffff));
  static_cast<void>(ecam.write(bar + 4, AccessSize::word, address >> 32));
  static_cast<void>(ecam.write(slot << 15 | 4, AccessSize::half, (choice & 0xf0) != 0 ? 2 : 0));
}

void step(Input& input, Parts& parts) {
  const std::uint8_t operation = input.byte();
  switch (operation & 7) {
    case 0:
    case 1:
      return place(input, parts);
    case 2:
      return access_config(input, parts, operation);
    case 3: {
      const std::uint8_t which = operation >> 6;
      parts.pulled[which] = (operation & 8) != 0;
      return parts.bridge.set_intx(static_cast<std::uint8_t>(1 + 4 * which), parts.pulled[which]);
    }
    case 4:
      if (input.byte() == 0) {
        parts.bridge.ecam().reset();
      }
      return;
    default:
      access_memory(input, parts, operation);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Parts parts;
  Input input({data, size});
  while (!input.empty()) {
    step(input, parts);
    bool any = false;
    for (const bool pulled : parts.pulled) {
      any = any || pulled;
    }
    SERAI_ASSERT(parts.gic.is_high(36) == any);
  }
  return 0;
}
