// SPDX-License-Identifier: BSD-2-Clause
//
// A bare-metal guest that writes 4 KiB to a console sixteen times each (row P11): 1 to a VirtIO
// console, a buffer each; 2 to the PL011, as Linux's driver does it.
#include <array>
#include <cstdint>

#include "mark.hpp"
#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"
#include "virtio_pci.hpp"

namespace {

using namespace bench;

constexpr unsigned rounds = 16;
constexpr std::uint16_t receive_queue = 0;
constexpr std::uint16_t transmit_queue = 1;
constexpr std::uint16_t queue_size = 16;
constexpr std::size_t text_bytes = 4096;
constexpr std::size_t line_bytes = 64;

constexpr std::uint64_t uart_flags = probe::uart_address + 0x18;
constexpr std::uint32_t transmit_full = 1U << 5;

alignas(4096) constinit std::array<char, text_bytes> text{};

void fill_text() {
  for (std::size_t i = 0; i < text.size(); ++i) {
    text[i] = i % line_bytes == line_bytes - 1 ? '\n' : static_cast<char>('a' + i % 26);
  }
}

class Console {
 public:
  explicit Console(unsigned slot) : device_(slot) {
    device_.begin();
    device_.enable(receive_queue, receive_);
    device_.enable(transmit_queue, transmit_);
    device_.finish();
  }

  /// As Linux's console does: waits for the device without an interrupt.
  void write() {
    const std::array chain = {Buffer{.bytes = text.data(), .length = text_bytes}};
    static_cast<void>(transmit_.add(chain));
    if (transmit_.publish()) {
      device_.notify(transmit_queue);
    }
    while (!transmit_.take().has_value()) {
    }
  }

 private:
  VirtioPci device_;
  Virtqueue receive_{queue_size};
  Virtqueue transmit_{queue_size};
};

void write_to_uart() {
  for (const char character : text) {
    while ((probe::read32(uart_flags) & transmit_full) != 0) {
    }
    probe::write32(probe::uart_address, static_cast<std::uint8_t>(character));
  }
}

}  // namespace

void probe_main() {
  fill_text();
  probe::gic::start();
  Console console(1);
  console.write();
  for (unsigned i = 0; i < rounds; ++i) {
    mark<1>();
    console.write();
    mark<0>();
  }
  for (unsigned i = 0; i < rounds; ++i) {
    mark<2>();
    write_to_uart();
    mark<0>();
  }
}
