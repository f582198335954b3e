// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/back_ends.hpp"

#include "backends/ram_disk/ram_disk.hpp"
#include "backends/sddf/packet_backend.hpp"
#include "backends/sddf/serial_backend.hpp"
#include "vmm/unconnected_serial.hpp"

namespace serai::vmm {

Result<Connected<SerialBackend>> BackEnds::serial(std::uint32_t index) noexcept {
  using Made = Connected<SerialBackend>;
  if (index == config::no_channel) {
    auto* const made = memory_.create<UnconnectedSerial>();
    return made == nullptr ? Result<Made>(fail(Error::no_space)) : Made{.back_end = made};
  }
  const config::SerialQueue& queue = configuration_.serial_queues()[index];
  auto* const made = memory_.create<sddf::SddfSerialBackend>(
      sddf::SerialQueueMemory::at(queue.transmit_queue, queue.transmit_data,
                                  queue.transmit_capacity),
      sddf::SerialQueueMemory::at(queue.receive_queue, queue.receive_data, queue.receive_capacity),
      signals_,
      sddf::SddfSerialBackend::Channels{.transmit = queue.channel,
                                        .receive = queue.receive_channel});
  return made == nullptr ? Result<Made>(fail(Error::no_space))
                         : Made{.back_end = made,
                                .channel = queue.channel,
                                .other_channel = queue.receive_channel};
}

Result<Connected<PacketBackend>> BackEnds::packets(std::uint32_t index) noexcept {
  using Made = Connected<PacketBackend>;
  if (index >= configuration_.packet_queues().size()) {
    return fail(Error::not_found);
  }
  const config::PacketQueue& queue = configuration_.packet_queues()[index];
  using Direction = sddf::SddfPacketBackend::Direction;
  const Direction transmit =
      Direction::at(queue.transmit_free, queue.transmit_active, queue.transmit_data, queue.capacity,
                    queue.buffer_bytes, queue.transmit_channel);
  const Direction receive =
      Direction::at(queue.receive_free, queue.receive_active, queue.receive_data, queue.capacity,
                    queue.buffer_bytes, queue.receive_channel);
  const auto extended = static_cast<std::uint32_t>(config::PacketFlag::extended);
  auto* const made = memory_.create<sddf::SddfPacketBackend>(
      transmit, receive, signals_,
      sddf::SddfPacketBackend::Options{.buffer_bytes = queue.buffer_bytes,
                                       .extended = (queue.flags & extended) != 0});
  return made == nullptr ? Result<Made>(fail(Error::no_space))
                         : Made{.back_end = made,
                                .channel = queue.receive_channel,
                                .other_channel = queue.transmit_channel};
}

Result<Connected<BlockBackend>> BackEnds::block_queue(std::uint32_t index,
                                                      const sddf::RestartReport& report) noexcept {
  using Made = Connected<BlockBackend>;
  if (index >= configuration_.block_queues().size()) {
    return fail(Error::not_found);
  }
  const config::BlockQueue& queue = configuration_.block_queues()[index];
  const sddf::BlockQueueMemory shared = sddf::BlockQueueMemory::at({
      .requests = queue.requests,
      .responses = queue.responses,
      .storage_info = queue.storage_info,
      .data = queue.data,
      .data_bytes = queue.data_size,
      .capacity = queue.capacity,
  });
  auto* const made =
      memory_.create<sddf::SddfBlockBackend>(shared, signals_, queue.channel, report);
  return made == nullptr ? Result<Made>(fail(Error::no_space))
                         : Made{.back_end = made, .channel = queue.channel};
}

Result<Connected<BlockBackend>> BackEnds::ram_disk(std::uint32_t index) noexcept {
  using Made = Connected<BlockBackend>;
  if (index >= configuration_.ram_disks().size()) {
    return fail(Error::not_found);
  }
  const config::RamDisk& disk = configuration_.ram_disks()[index];
  // Safety: the tool maps the disk and attaches the image at these addresses for this alone, and
  // config::View checked that they do not wrap.
  const auto bytes = [](std::uint64_t address, std::uint64_t size) {
    return std::span(reinterpret_cast<std::byte*>(address), size);
  };
  const bool is_image = disk.address == 0;
  const std::span<std::byte> image = bytes(disk.image_address, disk.image_size);
  const std::span<std::byte> whole = is_image ? image : bytes(disk.address, disk.size);
  if (!is_image) {
    RamDisk::load(whole, image);
  }
  auto* const made = memory_.create<RamDisk>(whole, is_image);
  return made == nullptr ? Result<Made>(fail(Error::no_space)) : Made{.back_end = made};
}

}  // namespace serai::vmm
