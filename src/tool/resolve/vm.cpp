// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "base/bits.hpp"
#include "config/device_costs.hpp"
#include "tool/emit/config_blob.hpp"
#include "tool/resolve/parts.hpp"
#include "tool/resolve/serial.hpp"
#include "tool/resolve/virtio.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t page = 0x1000;
constexpr std::uint64_t large_page = 0x20'0000;
constexpr std::uint32_t gic_version = 2;
constexpr SerialCapacity console_capacity{.forth = 16 * 1024, .back = 4 * 1024};
constexpr SerialCapacity log_capacity{.forth = 4 * 1024, .back = 0};

/// Everything that goes into one VM's VMM, gathered step by step.
class VmBuilder {
 public:
  VmBuilder(SystemBuilder& builder, const CheckedSystem& system, const CheckedVm& vm,
            std::size_t pd)
      : builder_(builder), system_(system), vm_(vm), board_(system.board), pd_(pd) {
    configuration_.name = vm.name;
    machine_.name = vm.name;
    machine_.vcpu_count = vm.vcpus;
    machine_.schedule = {
        .priority = 2 * vm.priority, .budget_us = vm.budget_us, .period_us = vm.period_us};
    guest_.name = vm.name;
    guest_.pd = pd;
    guest_.cmdline = vm.cmdline;
  }

  void connect(const Services& services) {
    connect_timer(services);
    configuration_.fixed.log_queue = config::no_channel;
    if (services.console != nullptr) {
      connect_console(*services.console);
    }
    if (const ExternalClient* client = external_client(); client != nullptr && client->serial) {
      console_queue_ = add_queue(external_queue(*client->serial, services.external[pd_]));
    }
  }

  /// Takes from the pool what there is, the rest from the window.
  void add_memory(MemorySpace& space) {
    const std::uint64_t from_pool = std::min(vm_.memory, space.pool_left);
    const std::uint64_t from_window = vm_.memory - from_pool;
    if (from_pool != 0) {
      add_memory_piece("ram", std::nullopt, 0, from_pool);
    }
    if (from_window != 0) {
      add_memory_piece("ram_fixed", space.window_next, from_pool, from_window);
    }
    space.pool_left -= from_pool;
    space.window_next += from_window;
    // Its pieces lie behind each other in both address spaces, so it is one to the VMM.
    configuration_.memory.push_back({.guest_address = board_.guest_ram,
                                     .size = vm_.memory,
                                     .vmm_address = config::ram_address + board_.guest_ram});
    guest_.ram_address = board_.guest_ram;
    guest_.ram_size = vm_.memory;
  }

  void add_interrupt_controller(std::size_t virtual_interface_region) {
    const GuestGic& gic = board_.gic;
    machine_.mappings.push_back({.region = virtual_interface_region,
                                 .address = gic.cpu_interface,
                                 .access = read_write,
                                 .cached = false});
    config::VmmBlob& blob = configuration_.fixed;
    blob.gic_version = gic_version;
    blob.distributor_address = gic.distributor;
    blob.distributor_size = gic.distributor_size;
    blob.interrupt_count = gic.interrupts;
    blob.virtual_timer_intid = board_.virtual_timer_intid;
    blob.physical_timer_intid = board_.physical_timer_intid;
    guest_.devices.push_back({"gic-v2 distributor", gic.distributor, gic.distributor_size, 0});
    guest_.devices.push_back(
        {"gic-v2 CPU interface", gic.cpu_interface, gic.virtual_interface_size, 0});
  }

  void add_emulated_devices() {
    if (vm_.pl011) {
      add_device(config::DeviceKind::pl011, "pl011", board_.pl011, console_queue_);
    }
    if (vm_.pl031) {
      add_device(config::DeviceKind::pl031, "pl031", board_.pl031, config::no_channel);
    }
  }

  void add_passthrough() {
    for (const BoardDevice& device : vm_.passthrough) {
      const MemoryRegion region = device_region(device);
      const std::uint64_t address = *region.physical;
      machine_.mappings.push_back({.region = builder_.add_region(region),
                                   .address = address,
                                   .access = read_write,
                                   .cached = false});
      guest_.devices.push_back(
          {"passthrough " + device.name, device.address, device.size, device.intid});
      if (device.intid != 0) {
        const std::uint32_t channel =
            builder_.add_interrupt(pd_, device.intid, device.trigger, device.name);
        configuration_.passthrough.push_back(
            {.intid = device.intid, .channel = channel, .trigger = device.trigger, .reserved = 0});
      }
    }
  }

  void add_images(GuestLayout layout) {
    configuration_.fixed.entry = layout.entry;
    configuration_.fixed.boot_argument = layout.boot_argument;
    guest_.entry = layout.entry;
    for (PlacedImage& image : layout.images) {
      guest_.images.push_back({image.name, image.address, image.room, image.file, image.note});
      const std::uint64_t size = image.bytes.size();
      configuration_.images.push_back({.kind = image.kind,
                                       .reserved = 0,
                                       .vmm_address = next_image_,
                                       .guest_address = image.address,
                                       .size = size,
                                       .zero_bytes = image.zero_bytes});
      if (size != 0) {
        attachments_.push_back({image.name, next_image_, std::move(image.bytes)});
      }
      next_image_ += align_up(size, page);
    }
  }

  void add_virtio_devices(Services& services) {
    VmmDraft draft{.builder = builder_,
                   .system = system_,
                   .vm = vm_,
                   .pd = pd_,
                   .configuration = configuration_,
                   .guest = guest_,
                   .attachments = attachments_,
                   .next_image = next_image_,
                   .console_queue = vm_.pl011 ? config::no_channel : console_queue_,
                   .console = services.console,
                   .external_client = external_client(),
                   .external = services.external.empty() ? nullptr : &services.external[pd_]};
    add_virtio(draft, services.io, services.memory);
  }

  /// Memory for what the VMM makes the devices of.
  void add_device_memory() {
    config::VmmBlob& blob = configuration_.fixed;
    blob.device_memory_size =
        config::device_memory(blob.pci, configuration_.devices, configuration_.virtio);
    if (blob.device_memory_size == 0) {
      return;
    }
    MemoryRegion memory;
    memory.name = region_name(vm_.name) + "_devices";
    memory.size = align_up(blob.device_memory_size, page);
    memory.what = "state of " + vm_.name + "'s devices";
    builder_.pd(pd_).mappings.push_back({.region = builder_.add_region(std::move(memory)),
                                         .address = config::device_memory_address,
                                         .access = read_write,
                                         .cached = true});
  }

  void finish() {
    configuration_.fixed.vcpu_count = vm_.vcpus;
    configuration_.fixed.unclaimed = vm_.unclaimed;
    ProtectionDomain& pd = builder_.pd(pd_);
    pd.attachments.push_back({"configuration", config::blob_address, compile(configuration_)});
    for (Attachment& attachment : attachments_) {
      pd.attachments.push_back(std::move(attachment));
    }
    pd.vm = std::move(machine_);
    builder_.system().guests.push_back(std::move(guest_));
  }

 private:
  void add_memory_piece(const char* name, std::optional<std::uint64_t> physical,
                        std::uint64_t offset, std::uint64_t size) {
    MemoryRegion ram;
    ram.name = fmt::format("{}_{}", region_name(vm_.name), name);
    ram.size = size;
    ram.page_size = large_page;
    ram.physical = physical;
    ram.what = "memory of " + vm_.name;
    const std::size_t region = builder_.add_region(std::move(ram));
    const std::uint64_t address = board_.guest_ram + offset;
    machine_.mappings.push_back(
        {.region = region, .address = address, .access = all_access, .cached = true});
    builder_.pd(pd_).mappings.push_back({.region = region,
                                         .address = config::ram_address + address,
                                         .access = read_write,
                                         .cached = true});
  }

  /// What the external system has for this VM; null where there is no such system.
  [[nodiscard]] const ExternalClient* external_client() const {
    return system_.external ? &system_.external->clients[pd_] : nullptr;
  }

  void connect_timer(const Services& services) {
    if (services.timer_pd) {
      Channel& timer = builder_.connect(pd_, *services.timer_pd, "time and alarms");
      timer.a.may_notify = false;
      timer.a.may_call = true;
      configuration_.fixed.timer_channel = timer.a.id;
      return;
    }
    const std::uint32_t channel = external_client()->timer_channel.value();
    configuration_.fixed.timer_channel = services.external[pd_].channel(channel);
  }

  void connect_console(ConsolePart& console) {
    const Channel channel = builder_.connect(pd_, console.pd, "console and log");
    const std::string name = region_name(vm_.name);
    config::ConsoleClient client{};
    client.name = blob_name(vm_.name);
    client.console.channel = channel.b.id;
    client.console.receive_channel = channel.b.id;
    if (has_console()) {
      const SerialPair pair = add_serial(builder_, channel, name + "_console",
                                         vm_.name + "'s console", console_capacity);
      console_queue_ = add_queue(pair.near);
      client.console = pair.far;
    }
    const SerialPair log =
        add_serial(builder_, channel, name + "_log", vm_.name + "'s log", log_capacity);
    configuration_.fixed.log_queue = add_queue(log.near);
    client.log = log.far;
    console.clients.push_back(client);
  }

  /// Whether a UART or a VirtIO console shows what the VM's name stands before.
  [[nodiscard]] bool has_console() const {
    return vm_.pl011 || std::ranges::find(vm_.virtio, config::VirtioKind::console,
                                          &CheckedVirtio::kind) != vm_.virtio.end();
  }

  std::uint32_t add_queue(const config::SerialQueue& queue) {
    configuration_.serial_queues.push_back(queue);
    return static_cast<std::uint32_t>(configuration_.serial_queues.size() - 1);
  }

  void add_device(config::DeviceKind kind, const char* name, const GuestWindow& window,
                  std::uint32_t serial_queue) {
    configuration_.devices.push_back({.kind = kind,
                                      .intid = window.intid,
                                      .guest_address = window.address,
                                      .size = window.size,
                                      .serial_queue = serial_queue,
                                      .reserved = 0,
                                      .epoch_seconds = vm_.epoch_seconds});
    guest_.devices.push_back({name, window.address, window.size, window.intid});
  }

  SystemBuilder& builder_;
  const CheckedSystem& system_;
  const CheckedVm& vm_;
  const Board& board_;
  std::size_t pd_;
  VmmConfiguration configuration_;
  std::uint32_t console_queue_ = config::no_channel;
  std::uint64_t next_image_ = config::images_address;
  std::vector<Attachment> attachments_;
  VirtualMachine machine_;
  Guest guest_;
};

}  // namespace

void add_vm(SystemBuilder& builder, const CheckedSystem& system, const CheckedVm& vm,
            GuestLayout layout, std::size_t pd, Services& services) {
  VmBuilder parts(builder, system, vm, pd);
  parts.add_memory(services.memory);
  parts.add_interrupt_controller(services.virtual_interface_region);
  parts.connect(services);
  parts.add_emulated_devices();
  parts.add_passthrough();
  parts.add_images(std::move(layout));
  parts.add_virtio_devices(services);
  parts.add_device_memory();
  parts.finish();
}

}  // namespace serai::tool
