// SPDX-License-Identifier: BSD-2-Clause
//
// Any guest memory, translation registers, general registers and instruction: the emulation ends,
// touches only guest RAM and the bus, and leaves the vCPU where its outcome says.
#include <array>
#include <cstring>

#include "arch/aarch64/exit/emulate.hpp"
#include "arch/aarch64/exit/translate.hpp"
#include "base/assert.hpp"
#include "support/fake_vcpu_port.hpp"

namespace serai::aarch64 {
namespace {

constexpr std::uint64_t ram = 0x40000000;
constexpr std::size_t ram_size = 0x8000;
constexpr std::uint64_t device_address = 0x9000000;

struct Input {
  std::uint64_t sctlr;
  std::uint64_t tcr;
  std::uint64_t ttbr0;
  std::uint64_t ttbr1;
  std::uint64_t spsr;
  std::uint64_t pc;
  std::uint64_t base;
  std::uint64_t fault;
  std::uint64_t esr;
  std::uint32_t instruction;
  std::uint8_t is_mapped_simply;
  std::uint8_t seed;
  std::uint8_t ignores_unclaimed;
  std::uint8_t reserved;
};

class Device final : public MmioDevice {
 public:
  Result<std::uint64_t> read(std::uint64_t offset, AccessSize size) noexcept override {
    SERAI_ASSERT(offset + bytes_of(size) <= 0x1000);
    return (offset & 0x100) != 0 ? Result<std::uint64_t>(fail(Error::unsupported)) : ~offset;
  }

  Result<void> write(std::uint64_t offset, AccessSize size, std::uint64_t value) noexcept override {
    SERAI_ASSERT(offset + bytes_of(size) <= 0x1000);
    SERAI_ASSERT(value == truncate(value, size));
    return (offset & 0x100) != 0 ? Result<void>(fail(Error::unsupported)) : Result<void>();
  }

  void reset() noexcept override {}
};

/// The rest of the input again and again, so that short inputs fill tables too.
void fill(std::span<std::byte> memory, std::span<const std::uint8_t> from) {
  if (from.empty()) {
    return;
  }
  for (std::size_t i = 0; i < memory.size(); ++i) {
    memory[i] = static_cast<std::byte>(from[i % from.size()]);
  }
}

/// Page 0 of the virtual addresses is code, page 1 the device, page 2 RAM: with this, inputs reach
/// the accesses without finding tables by luck.
void map_simply(GuestMemory& memory, Input& input) {
  input.sctlr = 1;
  input.tcr = 25 | 25ULL << 16 | 2ULL << 30 | 5ULL << 32;
  input.ttbr0 = ram;
  input.ttbr1 = ram;
  input.pc = 0x40;
  input.fault = device_address | (input.fault & 0xfff);
  input.base = input.base % 0x4000;
  constexpr std::uint64_t attributes = 3 | bit(10) | bit(6);
  static_cast<void>(memory.store<std::uint64_t>(GuestAddress(ram), (ram + 0x1000) | 3));
  static_cast<void>(memory.store<std::uint64_t>(GuestAddress(ram + 0x1000), (ram + 0x2000) | 3));
  const std::array<std::uint64_t, 3> pages = {ram + 0x3000, device_address, ram + 0x4000};
  for (std::uint64_t i = 0; i < pages.size(); ++i) {
    static_cast<void>(
        memory.store<std::uint64_t>(GuestAddress(ram + 0x2000 + 8 * i), pages[i] | attributes));
  }
  static_cast<void>(memory.store<std::uint32_t>(GuestAddress(ram + 0x3040), input.instruction));
}

void prepare(serai::test::FakeVcpuPort& port, const Input& input) {
  for (unsigned i = 0; i < 31; ++i) {
    port.x(i) = input.base + std::uint64_t{input.seed} * i;
  }
  port.context[slot::pc] = input.pc;
  port.context[slot::sp] = input.base;
  port.context[slot::spsr] = input.spsr;
  port.system(SystemRegister::sp_el1) = input.base;
  port.system(SystemRegister::sctlr_el1) = input.sctlr;
  port.system(SystemRegister::tcr_el1) = input.tcr;
  port.system(SystemRegister::ttbr0_el1) = input.ttbr0;
  port.system(SystemRegister::ttbr1_el1) = input.ttbr1;
}

void check(Vcpu& vcpu, const serai::test::FakeVcpuPort& port, const Input& input,
           const Emulation& result) {
  switch (result.outcome) {
    case EmulationOutcome::done:
      SERAI_ASSERT(vcpu.pc() == input.pc + 4 || vcpu.pc() == input.pc + 2);
      break;
    case EmulationOutcome::retry:
    case EmulationOutcome::unclaimed:
      vcpu.flush();
      SERAI_ASSERT(port.register_writes.empty());
      break;
    case EmulationOutcome::injected:
      SERAI_ASSERT((vcpu.word(slot::spsr) & 0x1f) == 5);
      SERAI_ASSERT(!result.reason.empty());
      break;
  }
  SERAI_ASSERT(input.ignores_unclaimed == 0 || result.outcome != EmulationOutcome::unclaimed);
}

}  // namespace
}  // namespace serai::aarch64

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace serai;
  using namespace serai::aarch64;
  Input input{};
  if (size < sizeof(input)) {
    return 0;
  }
  std::memcpy(&input, data, sizeof(input));
  alignas(4096) std::array<std::byte, ram_size> bytes{};
  fill(bytes, std::span(data, size).subspan(sizeof(input)));
  GuestMemory memory;
  SERAI_ASSERT(memory.add(GuestAddress(ram), bytes));
  if (input.is_mapped_simply % 4 != 0) {
    map_simply(memory, input);
  }
  Bus bus;
  Device device;
  SERAI_ASSERT(
      bus.attach(GuestRange::make(GuestAddress(device_address), 0x1000).value(), device, "device"));
  input.ignores_unclaimed &= 1;
  serai::test::FakeVcpuPort port;
  prepare(port, input);
  Vcpu vcpu(port);
  Emulator emulator(bus, memory);
  const Emulation result =
      emulator.emulate(vcpu, DataAbort(input.esr), GuestAddress(input.fault),
                       input.ignores_unclaimed != 0 ? Unclaimed::read_as_zero : Unclaimed::report);
  check(vcpu, port, input, result);
  static_cast<void>(translate(StageOne::of(port), memory, input.fault));
  return 0;
}
