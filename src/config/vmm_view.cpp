// SPDX-License-Identifier: BSD-2-Clause
#include "config/blob.hpp"
#include "config/view.hpp"
#include "config/vmm_checks.hpp"

namespace serai::config {

namespace {

Result<void> check_tables(std::span<const std::byte> bytes, const VmmBlob& blob) noexcept {
  return check_all([&] { return check_table<Memory>(bytes, blob.memory); },
                   [&] { return check_table<Image>(bytes, blob.images); },
                   [&] { return check_table<Device>(bytes, blob.devices); },
                   [&] { return check_table<SerialQueue>(bytes, blob.serial_queues); },
                   [&] { return check_table<PassthroughIrq>(bytes, blob.passthrough); },
                   [&] { return check_table<VirtioDevice>(bytes, blob.virtio); },
                   [&] { return check_table<BlockQueue>(bytes, blob.block_queues); },
                   [&] { return check_table<PacketQueue>(bytes, blob.packet_queues); },
                   [&] { return check_table<RamDisk>(bytes, blob.ram_disks); });
}

}  // namespace

Result<VmmView> VmmView::open(std::span<const std::byte> bytes) noexcept {
  const auto whole = open_blob(bytes, BlobKind::vmm, sizeof(VmmBlob));
  if (!whole.has_value()) {
    return fail(whole.error());
  }
  const auto& blob = blob_at<VmmBlob>(*whole);
  if (const auto tables = check_tables(*whole, blob); !tables.has_value()) {
    return fail(tables.error());
  }
  const VmmView view(blob);
  if (const auto contents = check_contents(view); !contents.has_value()) {
    return fail(contents.error());
  }
  return view;
}

const std::byte* VmmView::base() const noexcept {
  // Safety: the bytes of an object may be looked at; tables lie behind it in the same blob.
  return reinterpret_cast<const std::byte*>(blob_);
}

std::string_view VmmView::name() const noexcept {
  return name_text(blob_->header.name);
}

std::span<const Memory> VmmView::memory() const noexcept {
  return entries_of<Memory>(base(), blob_->memory);
}

std::span<const Image> VmmView::images() const noexcept {
  return entries_of<Image>(base(), blob_->images);
}

std::span<const Device> VmmView::devices() const noexcept {
  return entries_of<Device>(base(), blob_->devices);
}

std::span<const SerialQueue> VmmView::serial_queues() const noexcept {
  return entries_of<SerialQueue>(base(), blob_->serial_queues);
}

std::span<const PassthroughIrq> VmmView::passthrough() const noexcept {
  return entries_of<PassthroughIrq>(base(), blob_->passthrough);
}

std::span<const VirtioDevice> VmmView::virtio_devices() const noexcept {
  return entries_of<VirtioDevice>(base(), blob_->virtio);
}

std::span<const BlockQueue> VmmView::block_queues() const noexcept {
  return entries_of<BlockQueue>(base(), blob_->block_queues);
}

std::span<const PacketQueue> VmmView::packet_queues() const noexcept {
  return entries_of<PacketQueue>(base(), blob_->packet_queues);
}

std::span<const RamDisk> VmmView::ram_disks() const noexcept {
  return entries_of<RamDisk>(base(), blob_->ram_disks);
}

const PciHost* VmmView::pci() const noexcept {
  return blob_->pci.ecam_size == 0 ? nullptr : &blob_->pci;
}

std::string_view VmmView::name_of(const VirtioDevice& device) noexcept {
  return name_text(device.name);
}

const SerialQueue* VmmView::log_queue() const noexcept {
  return blob_->log_queue == no_channel ? nullptr : &serial_queues()[blob_->log_queue];
}

}  // namespace serai::config
