// SPDX-License-Identifier: BSD-2-Clause
#include "pds/block/virtio_disk.hpp"

#include <algorithm>
#include <atomic>

#include "base/assert.hpp"
#include "base/bits.hpp"
#include "pds/block/disk_ends.hpp"

namespace serai::block {
namespace {

namespace feature {
constexpr std::uint64_t read_only = bit(5);
constexpr std::uint64_t block_size = bit(6);
constexpr std::uint64_t flush = bit(9);
constexpr std::uint64_t topology = bit(10);
}  // namespace feature

// Offsets of the configuration (VirtIO 1.2, 5.2.4).
constexpr std::uint32_t config_capacity = 0;
constexpr std::uint32_t config_block_size = 20;
constexpr std::uint32_t config_best_blocks = 28;

constexpr std::uint16_t request_queue = 0;
constexpr std::uint32_t descriptors_per_request = 3;
constexpr std::uint32_t largest_logical_bytes = 4096;
constexpr std::uint64_t most_sectors = ~std::uint64_t{0} / sector_bytes;

constexpr std::uint8_t status_ok = 0;
constexpr std::uint8_t status_not_yet = 0xff;

}  // namespace

Result<void> VirtioDisk::start(drivers::DmaMemory& memory) noexcept {
  if (const auto greeted = device_.begin(drivers::DeviceType::block); !greeted.has_value()) {
    return greeted;
  }
  const auto features =
      device_.negotiate(feature::read_only | feature::block_size | feature::flush |
                        feature::topology | drivers::feature::event_idx);
  if (!features.has_value()) {
    return fail(features.error());
  }
  const bool event_index = (*features & drivers::feature::event_idx) != 0;
  if (const auto done = set_up_queue(memory, event_index); !done.has_value()) {
    return done;
  }
  device_.finish();
  read_facts(*features);
  const bool usable = is_power_of_two(facts_.logical_bytes) &&
                      facts_.logical_bytes >= sector_bytes &&
                      facts_.logical_bytes <= largest_logical_bytes;
  return usable ? Result<void>() : fail(Error::unsupported);
}

Result<void> VirtioDisk::set_up_queue(drivers::DmaMemory& memory, bool event_index) noexcept {
  using drivers::DriverQueue;
  const std::uint16_t size = device_.queue_size(request_queue, DriverQueue::most_size);
  if (size < descriptors_per_request) {
    return fail(Error::unsupported);
  }
  slots_ = std::min<std::uint32_t>(size / descriptors_per_request, most_slots);
  const auto rings = memory.take(DriverQueue::memory_bytes(size), DriverQueue::alignment);
  const auto headers = memory.take(slots_ * sizeof(Header), alignof(Header));
  const auto statuses = memory.take(slots_, 1);
  if (!rings.has_value() || !headers.has_value() || !statuses.has_value()) {
    return fail(Error::no_space);
  }
  headers_ = *headers;
  statuses_ = *statuses;
  if (const auto started = queue_.start(*rings, size, event_index); !started.has_value()) {
    return started;
  }
  return device_.enable(request_queue, queue_.addresses());
}

void VirtioDisk::read_facts(std::uint64_t features) noexcept {
  const auto has = [features](std::uint64_t feature) { return (features & feature) != 0; };
  facts_ = {.sectors = std::min(device_.config64(config_capacity), most_sectors),
            .read_only = has(feature::read_only),
            .has_flush = has(feature::flush)};
  if (has(feature::block_size)) {
    facts_.logical_bytes = device_.config32(config_block_size);
  }
  if (has(feature::topology)) {
    const std::uint64_t best =
        std::uint64_t{device_.config32(config_best_blocks)} * facts_.logical_bytes;
    facts_.best_bytes = static_cast<std::uint32_t>(std::min<std::uint64_t>(best, 0xffff'ffff));
  }
}

VirtioDisk::Header& VirtioDisk::header(std::uint32_t slot) const noexcept {
  // Safety: `headers_` begins aligned and holds one for each slot.
  return *reinterpret_cast<Header*>(
      headers_.bytes.subspan(slot * sizeof(Header), sizeof(Header)).data());
}

std::uint8_t& VirtioDisk::status(std::uint32_t slot) const noexcept {
  // Safety: a byte of memory is an unsigned character.
  return *reinterpret_cast<std::uint8_t*>(&statuses_.bytes[slot]);
}

void VirtioDisk::submit(std::uint32_t slot, const DiskRequest& request) noexcept {
  SERAI_ASSERT(slot < slots_);
  header(slot) = {.type = static_cast<std::uint32_t>(request.operation),
                  .reserved = 0,
                  .sector = request.sector};
  std::atomic_ref(status(slot)).store(status_not_yet, std::memory_order_relaxed);
  const drivers::Buffer head{.physical = headers_.physical_at(slot * sizeof(Header)),
                             .bytes = sizeof(Header)};
  const drivers::Buffer tail{
      .physical = statuses_.physical_at(slot), .bytes = 1, .device_writes = true};
  const std::array with_data = {
      head,
      drivers::Buffer{.physical = request.physical,
                      .bytes = request.bytes,
                      .device_writes = request.operation != DiskOperation::write},
      tail};
  const std::array without_data = {head, tail};
  const std::span<const drivers::Buffer> chain =
      request.bytes == 0 ? std::span<const drivers::Buffer>(without_data)
                         : std::span<const drivers::Buffer>(with_data);
  // There is room for each slot, unless the queue is broken and nothing more is expected of it.
  const auto added = queue_.add(chain, slot);
  SERAI_ASSERT(added.has_value() || queue_.is_broken());
}

void VirtioDisk::publish() noexcept {
  if (queue_.publish()) {
    device_.notify(request_queue);
  }
}

std::optional<DiskCompletion> VirtioDisk::next_completion() noexcept {
  const auto used = queue_.next_used();
  if (!used.has_value()) {
    return std::nullopt;
  }
  const std::uint8_t result = std::atomic_ref(status(used->token)).load(std::memory_order_relaxed);
  return DiskCompletion{.slot = used->token, .ok = result == status_ok};
}

void VirtioDisk::take_interrupts() noexcept {
  const std::uint32_t reasons = device_.take_interrupts();
  if ((reasons & drivers::interrupt::configuration) != 0) {
    needs_reset_ = device_.needs_reset();
  }
}

void VirtioDisk::stop() noexcept {
  // Whatever becomes of it, this driver is done with the device.
  needs_reset_ = !device_.reset().has_value() || needs_reset_;
}

}  // namespace serai::block
