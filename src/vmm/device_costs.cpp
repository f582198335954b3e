// SPDX-License-Identifier: BSD-2-Clause
//
// Holds the figures of config/device_costs.hpp to the objects that they stand for. When one of them
// grows or shrinks, the error below names its type and its figure, and what to write instead.
#include "config/device_costs.hpp"

#include "arch/aarch64/vgic/distributor.hpp"
#include "backends/ram_disk/ram_disk.hpp"
#include "backends/sddf/block_backend.hpp"
#include "backends/sddf/packet_backend.hpp"
#include "backends/sddf/serial_backend.hpp"
#include "base/arena.hpp"
#include "devices/pl011/pl011.hpp"
#include "devices/pl031/pl031.hpp"
#include "devices/virtio_block/block.hpp"
#include "devices/virtio_console/console.hpp"
#include "devices/virtio_entropy/entropy.hpp"
#include "devices/virtio_net/net.hpp"
#include "devices/virtio_socket/socket.hpp"
#include "pci/host_bridge.hpp"
#include "pci/msi_frame.hpp"
#include "virtio/queue.hpp"
#include "virtio/transport/mmio.hpp"
#include "virtio/transport/pci.hpp"
#include "vmm/port_name.hpp"
#include "vmm/unconnected_serial.hpp"

namespace serai::vmm {
namespace {

template <class T, std::uint64_t declared, std::uint64_t found>
struct Cost {
  static_assert(declared == found, "write what was found into config/device_costs.hpp");
  static constexpr bool holds = declared == found;
};

template <class T, std::uint64_t declared>
constexpr bool takes = Cost<T, declared, Arena::cost<T>()>::holds;

static_assert(takes<pl011::Pl011, config::cost::pl011>);
static_assert(takes<pl031::Pl031, config::cost::pl031>);
static_assert(takes<virtio_block::Block, config::cost::block>);
static_assert(takes<virtio_net::Net, config::cost::network>);
static_assert(takes<virtio_console::Console, config::cost::console>);
static_assert(takes<PortName, config::cost::port_name>);
static_assert(takes<virtio_entropy::Entropy, config::cost::entropy>);
static_assert(takes<virtio_socket::Socket, config::cost::socket>);
static_assert(takes<sddf::SddfBlockBackend, config::cost::block_queue>);
static_assert(takes<RamDisk, config::cost::ram_disk>);
static_assert(takes<sddf::SddfPacketBackend, config::cost::packet_queue>);
static_assert(takes<sddf::SddfSerialBackend, config::cost::serial_queue>);
static_assert(takes<UnconnectedSerial, config::cost::no_serial_queue>);
static_assert(takes<pci::HostBridge, config::cost::host_bridge>);
static_assert(takes<pci::MsiFrame, config::cost::msi_frame>);
static_assert(takes<virtio::PciTransport, config::cost::pci_transport>);
static_assert(takes<virtio::MmioTransport, config::cost::mmio_transport>);
static_assert(takes<virtio::SegmentPool, config::cost::segment_pool>);
static_assert(Cost<virtio::Queue, config::cost::queue, sizeof(virtio::Queue)>::holds);
static_assert(Cost<virtio::Segment, config::cost::segment, sizeof(virtio::Segment)>::holds);
static_assert(aarch64::Distributor::intid_count == config::most_interrupts);

}  // namespace
}  // namespace serai::vmm
