// SPDX-License-Identifier: BSD-2-Clause
//
// Any bytes as a configuration: refused, or everything that the views then show may be used.
#include <cstring>
#include <vector>

#include "base/assert.hpp"
#include "config/view.hpp"
#include "tool/emit/config_blob.hpp"

namespace serai::config {
namespace {

/// Reads every byte, so that the sanitizers see each access.
template <class Entry>
void touch(std::span<const Entry> entries) {
  unsigned sum = 0;
  for (const std::byte byte : std::as_bytes(entries)) {
    sum += std::to_integer<unsigned>(byte);
  }
  volatile unsigned sink = sum;
  static_cast<void>(sink);
}

void use(const VmmView& view) {
  touch(view.memory());
  touch(view.images());
  touch(view.devices());
  touch(view.serial_queues());
  touch(view.passthrough());
  SERAI_ASSERT(!view.name().empty());
  for (const Image& image : view.images()) {
    bool inside = false;
    for (const Memory& memory : view.memory()) {
      const std::uint64_t offset = image.guest_address - memory.guest_address;
      inside = inside || (image.guest_address >= memory.guest_address && offset < memory.size &&
                          image.size + image.zero_bytes <= memory.size - offset);
    }
    SERAI_ASSERT(inside);
  }
  if (const SerialQueue* log = view.log_queue(); log != nullptr) {
    SERAI_ASSERT(log->channel < 62);
  }
}

void use(const ConsoleView& view) {
  touch(view.clients());
  for (const ConsoleClient& client : view.clients()) {
    SERAI_ASSERT(!ConsoleView::name_of(client).empty());
  }
}

void use(const TimerView& view) {
  SERAI_ASSERT(view.blob().timer_channel >= view.blob().client_count);
}

template <class View>
void open(const std::vector<std::byte>& blob) {
  if (const auto view = View::open(blob); view.has_value()) {
    use(*view);
  }
}

void open_all(const std::vector<std::byte>& blob) {
  open<VmmView>(blob);
  open<ConsoleView>(blob);
  open<TimerView>(blob);
}

/// Repairs what a fuzzer would hardly guess, so that the checks behind it are reached.
void repair(std::vector<std::byte>& blob) {
  Header header;
  std::memcpy(&header, blob.data(), sizeof header);
  header.magic = magic;
  header.version = version;
  header.kind = static_cast<BlobKind>(static_cast<unsigned>(header.kind) % 4);
  header.name = tool::blob_name("fuzz");
  std::memcpy(blob.data(), &header, sizeof header);
  tool::seal(blob);
}

/// A right configuration with `changes` xor-ed over it: the short way to nearly right ones.
std::vector<std::byte> changed_sample(std::span<const std::byte> changes) {
  tool::VmmConfiguration sample;
  sample.fixed.vcpu_count = 1;
  sample.fixed.unclaimed = UnclaimedPolicy::inject_abort;
  sample.fixed.entry = 0x4000'0000;
  sample.fixed.timer_channel = 1;
  sample.fixed.virtual_timer_intid = 27;
  sample.fixed.physical_timer_intid = 30;
  sample.fixed.gic_version = 2;
  sample.fixed.distributor_address = 0x800'0000;
  sample.fixed.distributor_size = 0x1'0000;
  sample.fixed.interrupt_count = 256;
  sample.memory = {{0x4000'0000, 0x1000'0000, ram_address}};
  sample.images = {{ImageKind::kernel, 0, images_address, 0x4000'0000, 0x1000, 0x1000}};
  sample.devices = {{DeviceKind::pl011, 33, 0x900'0000, 0x1000, 0, 0, 0}};
  sample.serial_queues = {{0x1000, 0x2000, 0x3000, 0x4000, 0x1000, 0x1000, 0, 0}};
  sample.passthrough = {{40, 2, Trigger::level, 0}};
  std::vector<std::byte> blob = tool::compile(sample);
  for (std::size_t i = 0; i < blob.size() && i < changes.size(); ++i) {
    blob[i] ^= changes[i];
  }
  return blob;
}

}  // namespace
}  // namespace serai::config

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto bytes = std::as_bytes(std::span(data, size));
  std::vector<std::byte> blob(bytes.begin(), bytes.end());
  serai::config::open_all(blob);
  if (blob.size() >= sizeof(serai::config::Header)) {
    serai::config::repair(blob);
    serai::config::open_all(blob);
  }
  std::vector<std::byte> sample = serai::config::changed_sample(bytes);
  serai::config::repair(sample);
  serai::config::open_all(sample);
  return 0;
}
