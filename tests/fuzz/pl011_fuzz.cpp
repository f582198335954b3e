// SPDX-License-Identifier: BSD-2-Clause
//
// A hostile driver and a hostile far end against the PL011: the input is a program of accesses and
// of events behind the device.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/assert.hpp"
#include "devices/pl011/pl011.hpp"
#include "support/fake_interrupt_controller.hpp"

namespace {

using serai::AccessSize;

/// Takes and gives arbitrary amounts, also more than it was asked for.
class ErraticBackend final : public serai::SerialBackend {
 public:
  std::size_t send(std::span<const std::byte> characters) noexcept override {
    return characters.size() * appetite / 128;
  }

  std::size_t receive(std::span<std::byte> to) noexcept override {
    for (std::byte& character : to) {
      character = std::byte{next++};
    }
    return to.size() * supply / 128;
  }

  void flush() noexcept override {}

  std::uint8_t appetite = 128;
  std::uint8_t supply = 0;
  std::uint8_t next = 0;
};

class Input {
 public:
  explicit Input(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool empty() const { return bytes_.empty(); }

  std::uint8_t byte() {
    if (bytes_.empty()) {
      return 0;
    }
    const std::uint8_t value = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return value;
  }

  std::uint64_t number(unsigned count) {
    std::uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) {
      value = value << 8 | byte();
    }
    return value;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

constexpr std::uint32_t intid = 33;
constexpr std::uint64_t mis = 0x40;

void step(Input& input, serai::pl011::Pl011& uart, ErraticBackend& backend) {
  const std::uint8_t operation = input.byte();
  const auto size = static_cast<AccessSize>(1U << (operation >> 6));
  const bool anywhere = (operation & 0x20) != 0;
  const std::uint64_t offset = anywhere ? input.number(2) % 0xff9 : input.byte() % 0x13 * 4U;
  switch (operation & 7) {
    case 0:
    case 1:
    case 2:
      static_cast<void>(uart.write(offset, size, serai::truncate(input.number(4), size)));
      break;
    case 3:
    case 4: {
      const auto value = uart.read(offset, size);
      SERAI_ASSERT(!value || serai::truncate(*value, size) == *value);
      break;
    }
    case 5:
      backend.appetite = input.byte();
      uart.on_backend_ready();
      break;
    case 6:
      backend.supply = input.byte();
      uart.on_backend_ready();
      break;
    default:
      if (input.byte() == 0) {
        uart.reset();
      }
      uart.end_of_event();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  ErraticBackend backend;
  serai::test::FakeInterruptController gic;
  serai::pl011::Pl011 uart(backend, serai::IrqLine(gic, intid));
  Input input({data, size});
  while (!input.empty()) {
    step(input, uart, backend);
    SERAI_ASSERT(gic.is_high(intid) == (*uart.read(mis, AccessSize::word) != 0));
  }
  return 0;
}
