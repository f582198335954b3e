// SPDX-License-Identifier: BSD-2-Clause
//
// Any bytes as a configuration: refused, or everything that the views then show may be used.
#include <cstring>
#include <vector>

#include "base/assert.hpp"
#include "config/view.hpp"
#include "support/sample_blobs.hpp"
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
  touch(view.virtio_devices());
  touch(view.block_queues());
  touch(view.packet_queues());
  touch(view.ram_disks());
  for (const VirtioDevice& device : view.virtio_devices()) {
    SERAI_ASSERT(device.transport == VirtioTransport::mmio || view.pci() != nullptr);
    SERAI_ASSERT(device.queues >= 1 && device.queue_size <= 1024);
    const bool is_disk = device.kind == VirtioKind::block && device.back_end != no_channel;
    SERAI_ASSERT(!is_disk ||
                 device.back_end < (device.is_ram_disk != 0 ? view.ram_disks().size()
                                                            : view.block_queues().size()));
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

void use(const BlockView& view) {
  for (const BlockClient& client : view.clients()) {
    SERAI_ASSERT(!BlockView::name_of(client).empty() && client.queue.data_physical != 0);
  }
}

void use(const SwitchView& view) {
  for (const SwitchPort& port : view.ports()) {
    SERAI_ASSERT(!SwitchView::name_of(port).empty() && port.queue.transmit_channel < 62);
  }
}

void use(const UplinkView& view) {
  SERAI_ASSERT(view.blob().client.capacity != 0 && view.blob().device.dma != 0);
}

void use(const SupervisorView& view) {
  for (const SupervisorChild& child : view.children()) {
    SERAI_ASSERT(!SupervisorView::name_of(child).empty() && child.id < 62);
  }
}

void use(const EntropyView& view) {
  for (const EntropyClient& client : view.clients()) {
    SERAI_ASSERT(!EntropyView::name_of(client).empty() && client.queue.transmit_capacity != 0);
  }
}

void use(const SocketsView& view) {
  for (const SocketPort& port : view.ports()) {
    SERAI_ASSERT(!SocketsView::name_of(port).empty() && port.context_id >= 3);
  }
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
  open<BlockView>(blob);
  open<SwitchView>(blob);
  open<UplinkView>(blob);
  open<EntropyView>(blob);
  open<SupervisorView>(blob);
  open<SocketsView>(blob);
}

/// Repairs what a fuzzer would hardly guess, so that the checks behind it are reached.
void repair(std::vector<std::byte>& blob) {
  Header header;
  std::memcpy(&header, blob.data(), sizeof header);
  header.magic = magic;
  header.version = version;
  header.kind = static_cast<BlobKind>(static_cast<unsigned>(header.kind) % 9);
  header.name = tool::blob_name("fuzz");
  std::memcpy(blob.data(), &header, sizeof header);
  tool::seal(blob);
}

/// `blob`, a right one, with `changes` xor-ed over it: the short way to nearly right ones.
std::vector<std::byte> changed(std::vector<std::byte> blob, std::span<const std::byte> changes) {
  for (std::size_t i = 0; i < blob.size() && i < changes.size(); ++i) {
    blob[i] ^= changes[i];
  }
  return blob;
}

/// The right configuration that the first byte chooses.
std::vector<std::byte> sample(std::span<const std::byte> changes) {
  switch (changes.empty() ? 0 : std::to_integer<unsigned>(changes[0]) % 6) {
    case 1:
      return tool::compile(test::block());
    case 2:
      return tool::compile(test::network_switch());
    case 3:
      return tool::compile(test::uplink());
    case 4:
      return tool::compile(test::entropy());
    case 5:
      return tool::compile(test::sockets());
    default:
      break;
  }
  tool::VmmConfiguration vmm = test::vmm();
  vmm.images = {{ImageKind::kernel, 0, images_address, 0x4000'0000, 0x1000, 0x1000}};
  vmm.devices = {{DeviceKind::pl011, 33, 0x900'0000, 0x1000, no_channel, 0, 0}};
  vmm.passthrough = {{40, 6, Trigger::level, 0}};
  return tool::compile(vmm);
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
  std::vector<std::byte> near = serai::config::changed(serai::config::sample(bytes), bytes);
  serai::config::repair(near);
  serai::config::open_all(near);
  return 0;
}
