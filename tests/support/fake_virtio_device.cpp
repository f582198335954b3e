// SPDX-License-Identifier: BSD-2-Clause
#include "support/fake_virtio_device.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace serai::test {
namespace {

using namespace drivers;

/// The driver broke a rule: there is no way on.
void require(bool rule, const char* what) {
  if (!rule) {
    std::fprintf(stderr, "the driver breaks a rule: %s\n", what);
    std::abort();
  }
}

}  // namespace

std::uint32_t FakeVirtioDevice::read(std::uint32_t offset) noexcept {
  switch (offset) {
    case reg::magic_value:
      return magic;
    case reg::version:
      return version;
    case reg::device_id:
      return static_cast<std::uint32_t>(type);
    case reg::device_features:
      return static_cast<std::uint32_t>(device_features_sel_ == 1 ? features >> 32 : features);
    case reg::queue_num_max:
      return queue_sel_ < queue_count ? most_queue_size : 0;
    case reg::queue_ready:
      return queues_[queue_sel_].ready;
    case reg::interrupt_status:
      return interrupt_status;
    case reg::status:
      return status;
    default:
      return 0;
  }
}

void FakeVirtioDevice::write(std::uint32_t offset, std::uint32_t value) noexcept {
  switch (offset) {
    case reg::device_features_sel:
      device_features_sel_ = value;
      return;
    case reg::driver_features_sel:
      driver_features_sel_ = value;
      return;
    case reg::driver_features: {
      const unsigned shift = driver_features_sel_ == 1 ? 32 : 0;
      accepted = (accepted & ~(std::uint64_t{0xffff'ffff} << shift)) | std::uint64_t{value}
                                                                           << shift;
      return;
    }
    case reg::queue_sel:
      queue_sel_ = value;
      return;
    case reg::queue_notify:
      require(is_ready(), "QueueNotify before DRIVER_OK");
      ++notifications;
      if (on_notify) {
        on_notify(static_cast<std::uint16_t>(value));
      }
      return;
    case reg::interrupt_ack:
      interrupt_status &= ~value;
      return;
    case reg::status:
      return set_status(value);
    default:
      return write_queue(offset, value);
  }
}

void FakeVirtioDevice::set_status(std::uint32_t value) {
  if (value == 0) {
    ++resets;
    queues_.clear();
    accepted = 0;
    interrupt_status = 0;
    status = never_resets ? status::acknowledge : 0;
    return;
  }
  require((status & ~value) == 0, "a status bit is cleared");
  const bool asks = (value & ~status & status::features_ok) != 0;
  require(!asks || (accepted & ~features) == 0, "a feature is accepted that is not offered");
  status = asks && refuses_features ? value & ~status::features_ok : value;
}

void FakeVirtioDevice::write_queue(std::uint32_t offset, std::uint32_t value) {
  Queue& queue = queues_[queue_sel_];
  require(queue.ready == 0, "a queue in use is changed");
  if (offset == reg::queue_num) {
    queue.size = value;
  } else if (offset == reg::queue_ready) {
    require((status & status::features_ok) != 0, "a queue before FEATURES_OK");
    queue.ready = value;
  } else {
    queue.addresses[offset] = value;
  }
}

std::uint32_t FakeVirtioDevice::read_config(std::uint32_t offset, std::uint32_t bytes) noexcept {
  std::uint32_t value = 0;
  require(offset + bytes <= config.size(), "the configuration's end");
  std::memcpy(&value, config.data() + offset, bytes);
  return value;
}

void FakeVirtioDevice::set_config(std::size_t offset, std::uint64_t value, std::size_t bytes) {
  std::memcpy(config.data() + offset, &value, bytes);
}

std::span<std::byte> FakeVirtioDevice::at(std::uint64_t physical, std::size_t bytes) {
  auto window = windows_.upper_bound(physical);
  require(window != windows_.begin(), "an address that the device cannot reach");
  --window;
  const std::uint64_t offset = physical - window->first;
  require(offset <= window->second.size() && bytes <= window->second.size() - offset,
          "an address that the device cannot reach");
  return window->second.subspan(offset, bytes);
}

std::uint64_t FakeVirtioDevice::address_of(const Queue& queue, std::uint32_t low) {
  return std::uint64_t{queue.addresses.at(low + 4)} << 32 | queue.addresses.at(low);
}

std::optional<FakeVirtioDevice::Chain> FakeVirtioDevice::pop(std::uint16_t index) {
  Queue& queue = queues_[index];
  if (queue.ready == 0) {
    return std::nullopt;
  }
  const std::uint64_t available = address_of(queue, reg::queue_driver_low);
  auto& shown = shared<RingHeader>(available);
  if (std::atomic_ref(shown.index).load(std::memory_order_acquire) == queue.taken) {
    return std::nullopt;
  }
  const std::uint64_t slot = available + sizeof(RingHeader) + 2 * (queue.taken % queue.size);
  Chain chain{.head = shared<std::uint16_t>(slot), .pieces = {}};
  ++queue.taken;
  if ((accepted & feature::event_idx) != 0) {
    const std::uint64_t used = address_of(queue, reg::queue_device_low);
    shared<std::uint16_t>(used + sizeof(RingHeader) + sizeof(UsedEntry) * queue.size) = queue.taken;
  }
  std::uint16_t next = chain.head;
  bool more = true;
  bool writes = false;
  while (more) {
    require(next < queue.size && chain.pieces.size() < queue.size, "a descriptor's index");
    const auto descriptor =
        shared<Descriptor>(address_of(queue, reg::queue_desc_low) + sizeof(Descriptor) * next);
    const bool device_writes = (descriptor.flags & descriptor_flag::device_writes) != 0;
    require(device_writes || !writes, "readable behind writable");
    writes = device_writes;
    chain.pieces.push_back(
        {.bytes = at(descriptor.address, descriptor.length), .device_writes = device_writes});
    more = (descriptor.flags & descriptor_flag::next) != 0;
    next = descriptor.next;
  }
  return chain;
}

void FakeVirtioDevice::give_back(std::uint16_t index, std::uint32_t head, std::uint32_t written) {
  Queue& queue = queues_[index];
  const std::uint64_t used = address_of(queue, reg::queue_device_low);
  const std::uint64_t available = address_of(queue, reg::queue_driver_low);
  shared<UsedEntry>(used + sizeof(RingHeader) + sizeof(UsedEntry) * (queue.given % queue.size)) = {
      .id = head, .length = written};
  const std::uint16_t before = queue.given++;
  std::atomic_ref(shared<RingHeader>(used).index).store(queue.given, std::memory_order_release);
  const bool wanted =
      (accepted & feature::event_idx) != 0
          ? shared<std::uint16_t>(available + sizeof(RingHeader) + 2 * queue.size) == before
          : (shared<RingHeader>(available).flags & ring_flag_no_notification) == 0;
  if (wanted) {
    raise(interrupt::used_buffer);
  }
}

}  // namespace serai::test
