// SPDX-License-Identifier: BSD-2-Clause
//
// A bare-metal guest that reads 4 KiB from its disks a thousand times each (row P7), one at a time
// (section 1) and 32 at a time (section 2). It has other work to do and never waits in WFI: so the
// disk's interrupts always come while it runs, and QEMU's clock never jumps.
#include <array>
#include <cstdint>

#include "mark.hpp"
#include "runtime/cpu.hpp"
#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"
#include "virtio_pci.hpp"
#include "wait.hpp"

namespace {

using namespace bench;

constexpr unsigned rounds = 1024;
constexpr std::uint16_t queue = 0;
constexpr std::uint32_t read_bytes = 4096;
constexpr std::uint32_t sectors_of_read = read_bytes / 512;
constexpr unsigned most_depth = 32;

struct Header {
  std::uint32_t type;
  std::uint32_t reserved;
  std::uint64_t sector;
};

struct Slot {
  Header header;
  std::uint8_t status;
};

constinit std::array<Slot, most_depth> slots{};
alignas(4096) constinit std::array<std::array<std::uint8_t, read_bytes>, most_depth> data{};

class Disk {
 public:
  explicit Disk(unsigned slot) : device_(slot) {
    static_cast<void>(rings_.want_interrupt());
    device_.begin();
    device_.enable(queue, rings_);
    device_.finish();
  }

  /// Reads `depth` different blocks at once and waits until all of them are there.
  void read(unsigned depth) {
    for (unsigned i = 0; i < depth; ++i) {
      slots[i].header = {.type = 0, .reserved = 0, .sector = next_ % 1024 * sectors_of_read};
      slots[i].status = 0xff;
      ++next_;
      const std::array chain = {
          Buffer{.bytes = &slots[i].header, .length = sizeof(Header)},
          Buffer{.bytes = &data[i], .length = read_bytes, .device_writes = true},
          Buffer{.bytes = &slots[i].status, .length = 1, .device_writes = true}};
      static_cast<void>(rings_.add(chain));
    }
    const unsigned seen = probe::gic::recorded();
    if (rings_.publish()) {
      device_.notify(queue);
    }
    be_busy_until_interrupt_after(seen);
    // As Linux does: all that is there, then an interrupt for the next one.
    for (unsigned left = depth; left != 0;) {
      const unsigned seen_now = probe::gic::recorded();
      if (rings_.take().has_value()) {
        --left;
      } else if (rings_.want_interrupt()) {
        be_busy_until_interrupt_after(seen_now);
      }
    }
    static_cast<void>(rings_.want_interrupt());
    for (unsigned i = 0; i < depth; ++i) {
      if (slots[i].status != 0) {
        probe::check("read", false, "an error");
        probe::probe_finish();
      }
    }
  }

 private:
  VirtioPci device_;
  Virtqueue rings_{128};
  std::uint64_t next_ = 0;
};

}  // namespace

void probe_main() {
  probe::gic::start();
  probe::gic::record_interrupts();
  probe::allow_interrupts();
  Disk disk(1);
  disk.read(1);
  for (unsigned i = 0; i < rounds; ++i) {
    mark<1>();
    disk.read(1);
    mark<0>();
  }
  for (unsigned i = 0; i < rounds / most_depth; ++i) {
    mark<2>();
    disk.read(most_depth);
    mark<0>();
  }
  probe::check("reads", true, "");
}
