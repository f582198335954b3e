// SPDX-License-Identifier: BSD-2-Clause
#include "unit/vmm/machine_fixture.hpp"

#include "base/bits.hpp"
#include "config/device_costs.hpp"

namespace serai::test {
namespace {

template <class Object>
std::uint64_t address_of(const Object* object) {
  return reinterpret_cast<std::uintptr_t>(object);
}

}  // namespace

MachineTest::MachineTest() : kernel(0x400, std::byte{0xaa}), device_tree(0x80, std::byte{0xdd}) {
  memory_.fill(std::byte{0xcc});
  auto& it = configuration;
  it.name = "guest";
  it.fixed.vcpu_count = 1;
  it.fixed.unclaimed = config::UnclaimedPolicy::inject_abort;
  it.fixed.entry = entry;
  it.fixed.boot_argument = tree;
  it.fixed.timer_channel = timer_channel;
  it.fixed.virtual_timer_intid = 27;
  it.fixed.physical_timer_intid = 30;
  it.fixed.gic_version = 2;
  it.fixed.distributor_address = distributor;
  it.fixed.distributor_size = 0x1'0000;
  it.fixed.interrupt_count = 288;
  it.fixed.log_queue = config::no_channel;
  it.memory = {{ram, ram_bytes, address_of(memory_.data())}};
  it.images = {
      {config::ImageKind::kernel, 0, address_of(kernel.data()), entry, kernel.size(), kernel_zeros},
      {config::ImageKind::device_tree, 0, address_of(device_tree.data()), tree, device_tree.size(),
       0}};
  it.devices = {{config::DeviceKind::pl011, uart_intid, uart, 0x1000, 0, 0, 0},
                {config::DeviceKind::pl031, rtc_intid, rtc, 0x1000, config::no_channel, 0, epoch}};
  it.serial_queues = {{address_of(&transmit), address_of(transmitted.data()), address_of(&receive),
                       address_of(received.data()), 64, 64, console_channel, 0}};
  it.passthrough = {{level_intid, level_channel, config::Trigger::level, 0},
                    {edge_intid, edge_channel, config::Trigger::edge, 0}};
}

Result<void> MachineTest::build() {
  configuration.fixed.device_memory_size =
      config::device_memory(configuration.fixed.pci, configuration.devices, configuration.virtio);
  blob_ = tool::compile(configuration);
  const auto view = config::VmmView::open(blob_);
  if (!view) {
    return fail(view.error());
  }
  view_ = *view;
  device_memory_ = std::vector<Line>(configuration.fixed.device_memory_size / sizeof(Line));
  machine.emplace(
      *view_,
      vmm::Ports{.vcpu = vcpu, .signals = signals, .clock = clock, .cache = cache, .log = log},
      std::as_writable_bytes(std::span(device_memory_)));
  exits.emplace(*machine);
  return machine->build();
}

void MachineTest::start() {
  const auto built = build();
  ASSERT_TRUE(built.has_value()) << static_cast<int>(built.error());
  machine->start();
  vcpu.system(aarch64::SystemRegister::vbar_el1) = vectors;
  vcpu.register_reads.clear();
  vcpu.register_writes.clear();
  vcpu.acknowledged.clear();
  vcpu.injections.clear();
}

bool MachineTest::access(std::uint64_t address, unsigned size_log2, bool is_write) {
  constexpr std::uint64_t data_abort = 0x24ULL << 26;
  constexpr std::uint64_t translation_fault = 0x06;
  constexpr std::uint64_t rt = 5;
  const std::uint64_t esr = data_abort | bit(25) | bit(24) | std::uint64_t{size_log2} << 22 |
                            rt << 16 | (size_log2 == 3 ? bit(15) : 0) | (is_write ? bit(6) : 0) |
                            translation_fault;
  return fault(address, esr);
}

bool MachineTest::fault(std::uint64_t address, std::uint64_t esr) {
  const aarch64::AfterFault after = exits->memory_fault(pc(), address, esr);
  if (after == aarch64::AfterFault::skip) {
    const std::array<std::uint64_t, 1> next = {pc() + 4};
    vcpu.write_registers(next);
  }
  return after != aarch64::AfterFault::stay;
}

bool MachineTest::store(std::uint64_t address, std::uint64_t value, unsigned size_log2) {
  vcpu.x(5) = value;
  return access(address, size_log2, true);
}

bool MachineTest::load(std::uint64_t address, unsigned size_log2) {
  return access(address, size_log2, false);
}

std::uint64_t MachineTest::loaded(std::uint64_t address) {
  EXPECT_TRUE(load(address));
  return vcpu.x(5);
}

bool MachineTest::wait_for_interrupt() {
  return exits->vcpu_fault(0x01ULL << 26 | bit(25));
}

bool MachineTest::smc(std::uint64_t function) {
  vcpu.x(0) = function;
  return exits->vcpu_fault(0x17ULL << 26 | bit(25));
}

void MachineTest::enable(std::uint32_t intid) {
  EXPECT_TRUE(store(distributor, 1));
  EXPECT_TRUE(store(distributor + 0x100 + 4 * (intid / 32), bit(intid % 32)));
}

std::uint32_t MachineTest::serve_interrupt() {
  const std::uint32_t intid = vcpu.guest_acknowledges();
  if (const auto index = vcpu.guest_ends(intid)) {
    EXPECT_TRUE(exits->maintenance(*index));
  }
  return intid;
}

void MachineTest::type(std::string_view text) {
  for (const char character : text) {
    received.at(receive.tail++ % received.size()) = static_cast<std::byte>(character);
  }
  machine->notified(console_channel);
}

}  // namespace serai::test
