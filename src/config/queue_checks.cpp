// SPDX-License-Identifier: BSD-2-Clause
#include "config/queue_checks.hpp"

#include "base/bits.hpp"

namespace serai::config {

namespace {

constexpr std::uint64_t page_bytes = 0x1000;
constexpr std::uint64_t word_bytes = 8;

/// The indices of net queues are 16 bits wide and run freely; beyond this a full queue could not be
/// told from a broken one.
constexpr std::uint32_t most_packet_entries = 4096;
constexpr std::uint32_t most_block_entries = 0x8000;
constexpr std::uint32_t least_buffer_bytes = 64;
/// A descriptor's length has 16 bits.
constexpr std::uint32_t most_buffer_bytes = 0x8000;

/// Sizes of sDDF's shared structures.
constexpr std::uint64_t request_queue_bytes = 16;
constexpr std::uint64_t request_bytes = 32;
constexpr std::uint64_t response_queue_bytes = 8;
constexpr std::uint64_t response_bytes = 12;
constexpr std::uint64_t storage_info_bytes = 88;
constexpr std::uint64_t packet_queue_bytes = 8;
constexpr std::uint64_t packet_bytes = 16;

constexpr std::uint32_t all_packet_flags = static_cast<std::uint32_t>(PacketFlag::extended) |
                                           static_cast<std::uint32_t>(PacketFlag::provider);

Result<void> check_channel(std::uint32_t channel) noexcept {
  return channel < channel_count ? Result<void>() : fail(Error::out_of_range);
}

Result<void> check_capacity(std::uint32_t capacity, std::uint32_t most) noexcept {
  return is_power_of_two(capacity) && capacity <= most ? Result<void>() : fail(Error::bad_value);
}

/// An address that a device may be given: 0 for none.
Result<void> check_physical(std::uint64_t address, std::uint64_t size) noexcept {
  return address == 0 ? Result<void>() : check_place(address, size, page_bytes);
}

Result<void> check_packet_flags(const PacketQueue& queue, Side side) noexcept {
  const bool provides = has_flag(queue.flags, PacketFlag::provider);
  const bool right = (queue.flags & ~all_packet_flags) == 0 && provides == (side == Side::provider);
  return right ? Result<void>() : fail(Error::bad_value);
}

Result<void> check_buffers(const PacketQueue& queue) noexcept {
  const bool right = is_power_of_two(queue.buffer_bytes) &&
                     queue.buffer_bytes >= least_buffer_bytes &&
                     queue.buffer_bytes <= most_buffer_bytes;
  return right ? Result<void>() : fail(Error::bad_value);
}

Result<void> check_packet_places(const PacketQueue& queue) noexcept {
  const std::uint64_t indices = packet_queue_bytes + packet_bytes * queue.capacity;
  const std::uint64_t data = std::uint64_t{queue.buffer_bytes} * queue.capacity;
  return check_all([&] { return check_place(queue.transmit_free, indices, word_bytes); },
                   [&] { return check_place(queue.transmit_active, indices, word_bytes); },
                   [&] { return check_place(queue.receive_free, indices, word_bytes); },
                   [&] { return check_place(queue.receive_active, indices, word_bytes); },
                   [&] { return check_place(queue.transmit_data, data, page_bytes); },
                   [&] { return check_place(queue.receive_data, data, page_bytes); },
                   [&] { return check_physical(queue.transmit_physical, data); },
                   [&] { return check_physical(queue.receive_physical, data); });
}

}  // namespace

Result<void> check_place(std::uint64_t address, std::uint64_t size,
                         std::uint64_t alignment) noexcept {
  if (address == 0 || size == 0) {
    return fail(Error::bad_value);
  }
  if (!is_aligned(address, alignment)) {
    return fail(Error::misaligned);
  }
  return address + size < address ? fail(Error::overflow) : Result<void>();
}

Result<void> check_queue(const BlockQueue& queue, Side side) noexcept {
  const std::uint64_t requests = request_queue_bytes + request_bytes * queue.capacity;
  const std::uint64_t responses = response_queue_bytes + response_bytes * queue.capacity;
  return check_all(
      [&] { return check_channel(queue.channel); },
      [&] { return check_capacity(queue.capacity, most_block_entries); },
      [&] { return check_place(queue.requests, requests, word_bytes); },
      [&] { return check_place(queue.responses, responses, word_bytes); },
      [&] { return check_place(queue.storage_info, storage_info_bytes, word_bytes); },
      [&] { return check_place(queue.data, queue.data_size, page_bytes); },
      [&] {
        return is_aligned(queue.data_size, page_bytes) ? Result<void>() : fail(Error::misaligned);
      },
      [&] {
        return side == Side::client ? Result<void>()
                                    : check_place(queue.data_physical, queue.data_size, page_bytes);
      });
}

Result<void> check_queue(const PacketQueue& queue, Side side) noexcept {
  return check_all([&] { return check_channel(queue.transmit_channel); },
                   [&] { return check_channel(queue.receive_channel); },
                   [&] { return check_capacity(queue.capacity, most_packet_entries); },
                   [&] { return check_buffers(queue); },
                   [&] { return check_packet_flags(queue, side); },
                   [&] { return check_packet_places(queue); });
}

Result<void> take_channels(const PacketQueue& queue, ChannelSet& channels) noexcept {
  ChannelSet own;
  return check_all([&] { return channels.take_shared(queue.transmit_channel, own); },
                   [&] { return channels.take_shared(queue.receive_channel, own); });
}

Result<void> check_device(const BoardVirtio& device, ChannelSet& channels) noexcept {
  constexpr std::uint64_t register_bytes = 0x200;
  return check_all([&] { return check_place(device.registers, register_bytes, word_bytes); },
                   [&] { return check_place(device.dma, device.dma_size, page_bytes); },
                   [&] { return check_place(device.dma_physical, device.dma_size, page_bytes); },
                   [&] {
                     return is_aligned(device.dma_size, page_bytes) ? Result<void>()
                                                                    : fail(Error::misaligned);
                   },
                   [&] { return channels.take(device.channel); });
}

}  // namespace serai::config
