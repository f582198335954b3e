// SPDX-License-Identifier: BSD-2-Clause
//
// Any syndrome, calling registers and vCPU state: each exit ends in an answer that leaves the vCPU
// at the next instruction or at its exception vector.
#include <array>
#include <cstring>

#include "arch/aarch64/exit/describe.hpp"
#include "arch/aarch64/exit/exit.hpp"
#include "arch/aarch64/exit/finish_load.hpp"
#include "arch/aarch64/exit/reflect.hpp"
#include "arch/aarch64/exit/skip.hpp"
#include "arch/aarch64/exit/system_traps.hpp"
#include "arch/aarch64/psci/psci.hpp"
#include "base/assert.hpp"
#include "support/fake_vcpu_port.hpp"

namespace serai::aarch64 {
namespace {

struct Input {
  std::uint64_t esr;
  std::uint64_t spsr;
  std::uint64_t vbar;
  std::uint64_t sctlr;
  std::array<std::uint64_t, 4> x;
};

constexpr std::uint64_t pc = 0x1000;

void prepare(serai::test::FakeVcpuPort& port, const Input& input) {
  port.context[slot::pc] = pc;
  port.context[slot::spsr] = input.spsr;
  for (unsigned i = 0; i < input.x.size(); ++i) {
    port.x(i) = input.x[i];
  }
  port.system(SystemRegister::vbar_el1) = input.vbar;
  port.system(SystemRegister::sctlr_el1) = input.sctlr;
}

void expect_vector(Vcpu& vcpu, const Input& input) {
  const std::uint64_t offset = vcpu.pc() - (input.vbar & ~low_mask(11));
  SERAI_ASSERT(offset == 0 || offset == 0x200 || offset == 0x400 || offset == 0x600);
  SERAI_ASSERT((vcpu.word(slot::spsr) & 0x1f) == 5);
  SERAI_ASSERT(vcpu.port().read_system(SystemRegister::elr_el1) == pc);
}

void reflect_it(serai::test::FakeVcpuPort& port, const Input& input) {
  prepare(port, input);
  Vcpu vcpu(port);
  if (reflect(vcpu, decode(input.esr)) == ExitAction::resume) {
    expect_vector(vcpu, input);
  }
}

void trap_it(serai::test::FakeVcpuPort& port, const Input& input, const SystemAccess& access) {
  prepare(port, input);
  Vcpu vcpu(port);
  SystemTraps traps;
  SERAI_ASSERT(traps.handle(vcpu, access) == ExitAction::resume);
  if (vcpu.pc() != pc + 4) {
    expect_vector(vcpu, input);
  }
}

void call_it(serai::test::FakeVcpuPort& port, const Input& input) {
  prepare(port, input);
  Vcpu vcpu(port);
  SingleCpu cpu;
  GuestMemory memory;
  Psci psci(cpu, memory);
  static_cast<void>(psci.call(vcpu, static_cast<std::uint16_t>(input.esr & 1)));
  SERAI_ASSERT(vcpu.pc() == pc + 4);
  for (unsigned i = 4; i < 31; ++i) {
    SERAI_ASSERT(vcpu.x(i) == port.x(i));
  }
}

void access_it(serai::test::FakeVcpuPort& port, const Input& input) {
  const DataAbort abort(input.esr);
  prepare(port, input);
  Vcpu vcpu(port);
  SERAI_ASSERT(stored_value(vcpu, abort) <= low_mask(bits_of(abort.size())));
  finish_load(vcpu, abort, input.x[3]);
  if (!abort.is_64_bit_register()) {
    SERAI_ASSERT(vcpu.x(abort.register_number()) <= low_mask(32));
  }
  skip_instruction(vcpu, abort);
  SERAI_ASSERT(vcpu.pc() == pc + (abort.is_long_instruction() ? 4 : 2));
}

}  // namespace
}  // namespace serai::aarch64

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace serai::aarch64;
  Input input{};
  if (size < sizeof(input)) {
    return 0;
  }
  std::memcpy(&input, data, sizeof(input));
  serai::test::FakeVcpuPort port;
  const Exit exit = decode(input.esr);
  SERAI_ASSERT(!describe(input.esr).view().empty());
  reflect_it(port, input);
  call_it(port, input);
  access_it(port, input);
  if (const auto* access = std::get_if<SystemAccess>(&exit)) {
    trap_it(port, input, *access);
  }
  return 0;
}
