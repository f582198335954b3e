// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/emulate.hpp"

#include <map>
#include <vector>

#include "guest_tables.hpp"
#include "support/fake_vcpu_port.hpp"

namespace serai::aarch64 {
namespace {

/// Remembers what it was written and answers reads from a list.
class Probe final : public MmioDevice {
 public:
  Result<std::uint64_t> read(std::uint64_t offset, AccessSize size) noexcept override {
    accesses.push_back({offset, bytes_of(size), 0, false});
    if (refuses) {
      return fail(Error::unsupported);
    }
    return contents.count(offset) != 0 ? contents[offset] : 0;
  }

  Result<void> write(std::uint64_t offset, AccessSize size, std::uint64_t value) noexcept override {
    accesses.push_back({offset, bytes_of(size), value, true});
    if (refuses) {
      return fail(Error::unsupported);
    }
    return {};
  }

  void reset() noexcept override {}

  struct Access {
    std::uint64_t offset;
    unsigned size;
    std::uint64_t value;
    bool is_write;

    friend bool operator==(const Access&, const Access&) = default;
  };

  std::map<std::uint64_t, std::uint64_t> contents;
  std::vector<Access> accesses;
  bool refuses = false;
};

constexpr std::uint64_t device_address = 0x9000000;
constexpr std::uint64_t code_page = 1;  // of the virtual addresses
constexpr std::uint64_t device_page = 3;
constexpr std::uint64_t data_page = 4;
constexpr std::uint64_t empty_page = 8;  // mapped to an address that nobody claims
constexpr std::uint64_t pc = code_page << 12 | 0x40;
constexpr std::uint64_t device = device_page << 12;

/// A guest at EL1 with small pages: code, a device, and RAM behind it.
class Emulate : public ::testing::Test, protected test::GuestTables {
 protected:
  Emulate() {
    use_small_pages();
    map(code_page, ram + 0x8000);
    map(device_page, device_address);
    map(data_page, ram + 0x9000);
    map(empty_page, 0xa000000);
    for (const auto& [reg, value] : {std::pair{SystemRegister::sctlr_el1, registers.sctlr_el1},
                                     std::pair{SystemRegister::tcr_el1, registers.tcr_el1},
                                     std::pair{SystemRegister::ttbr0_el1, registers.ttbr0_el1},
                                     std::pair{SystemRegister::ttbr1_el1, registers.ttbr1_el1}}) {
      port.system(reg) = value;
    }
    port.system(SystemRegister::vbar_el1) = 0x10000;
    port.context[slot::pc] = pc;
    port.context[slot::spsr] = pstate::mode_el1h;
    for (unsigned i = 0; i < 31; ++i) {
      port.x(i) = 0x1111111111110000 + i;
    }
    EXPECT_TRUE(
        bus.attach(GuestRange::make(GuestAddress(device_address), 0x1000).value(), probe, "probe"));
  }

  Emulation run(std::uint32_t word, std::uint64_t address, std::uint64_t iss = 0x07) {
    EXPECT_TRUE(memory.store<std::uint32_t>(GuestAddress(ram + 0x8040), word));
    vcpu.begin_at(pc);
    const Emulation result = emulator.emulate(vcpu, DataAbort(0x24ULL << 26 | bit(25) | iss),
                                              GuestAddress(address), unclaimed);
    vcpu.flush();
    return result;
  }

  void expect_done(const Emulation& result) {
    EXPECT_EQ(result.outcome, EmulationOutcome::done) << result.reason;
    EXPECT_EQ(port.context[slot::pc], pc + 4);
  }

  /// The guest is in its handler, with this ISS and FAR_EL1.
  void expect_abort(const Emulation& result, std::uint64_t iss, std::uint64_t far) {
    EXPECT_EQ(result.outcome, EmulationOutcome::injected) << result.reason;
    EXPECT_FALSE(result.reason.empty());
    EXPECT_EQ(port.context[slot::pc], 0x10200U);
    EXPECT_EQ(port.system(SystemRegister::elr_el1), pc);
    EXPECT_EQ(port.system(SystemRegister::esr_el1), 0x25ULL << 26 | bit(25) | iss);
    EXPECT_EQ(port.system(SystemRegister::far_el1), far);
  }

  static constexpr std::uint64_t external_without_address = bit(10) | 0x10;

  Bus bus;
  Probe probe;
  serai::test::FakeVcpuPort port;
  Vcpu vcpu{port};
  Emulator emulator{bus, memory};
  Unclaimed unclaimed = Unclaimed::report;
};

TEST_F(Emulate, LoadPair) {
  port.x(3) = device + 0x10;
  probe.contents = {{0x20, 0x1122334455667788}, {0x28, 0x99}};
  expect_done(run(0xa9410861, device_address + 0x20));  // ldp x1, x2, [x3, #16]
  EXPECT_EQ(port.x(1), 0x1122334455667788U);
  EXPECT_EQ(port.x(2), 0x99U);
  EXPECT_EQ(port.x(3), device + 0x10);
}

TEST_F(Emulate, FaultMayNameTheSecondElement) {
  port.x(3) = device + 0x10;
  expect_done(run(0xa9410861, device_address + 0x28));
}

TEST_F(Emulate, LoadPairOfWordsWritesBackFirst) {
  port.x(3) = device + 0x20;
  probe.contents = {{0x18, 0xffffffff80000000}, {0x1c, 2}};
  expect_done(run(0x29ff0861, device_address + 0x18));  // ldp w1, w2, [x3, #-8]!
  EXPECT_EQ(port.x(1), 0x80000000U);
  EXPECT_EQ(port.x(2), 2U);
  EXPECT_EQ(port.x(3), device + 0x18);
}

TEST_F(Emulate, SignedPair) {
  port.x(6) = device + 0x100;
  probe.contents = {{0, 0x80000000}, {4, 0x7fffffff}};
  expect_done(run(0x696014c4, device_address));  // ldpsw x4, x5, [x6, #-256]
  EXPECT_EQ(port.x(4), 0xffffffff80000000);
  EXPECT_EQ(port.x(5), 0x7fffffffU);
}

TEST_F(Emulate, PairFromTheStack) {
  port.system(SystemRegister::sp_el1) = device;
  port.context[slot::sp] = 0xbad;
  probe.contents = {{0, 5}, {8, 6}};
  expect_done(run(0xa8c27fe1, device_address));  // ldp x1, xzr, [sp], #32
  EXPECT_EQ(port.x(1), 5U);
  EXPECT_EQ(port.system(SystemRegister::sp_el1), device + 32);
  EXPECT_EQ(port.context[slot::sp], 0xbadU);
}

TEST_F(Emulate, OtherModesUseTheOtherStack) {
  map(code_page, ram + 0x8000, el0);
  map(device_page, device_address, el0);
  port.context[slot::spsr] = pstate::mode_el0t;
  port.context[slot::sp] = device;
  expect_done(run(0x380017ff, device_address, bit(6) | 7));  // strb wzr, [sp], #1
  EXPECT_EQ(port.context[slot::sp], device + 1);
  EXPECT_EQ(probe.accesses, (std::vector<Probe::Access>{{0, 1, 0, true}}));
}

TEST_F(Emulate, StorePair) {
  port.x(3) = device;
  port.x(9) = 0xaabbccdd11223344;
  expect_done(run(0x2880a47f, device_address, bit(6) | 7));  // stp wzr, w9, [x3], #4
  EXPECT_EQ(probe.accesses,
            (std::vector<Probe::Access>{{0, 4, 0, true}, {4, 4, 0x11223344, true}}));
  EXPECT_EQ(port.x(3), device + 4);
}

TEST_F(Emulate, IndexedLoads) {
  port.x(2) = device + 0x100;
  port.x(3) = 0x00000000fffffffc;
  probe.contents = {{0xf0, 0x80000000}};
  expect_done(run(0xb8a3d841, device_address + 0xf0));  // ldrsw x1, [x2, w3, sxtw #2]
  EXPECT_EQ(port.x(1), 0xffffffff80000000);
  port.context[slot::pc] = pc;
  port.x(2) = device;
  port.x(3) = 0xffffffff00000004;
  probe.contents = {{0x20, 77}};
  expect_done(run(0xf8635841, device_address + 0x20));  // ldr x1, [x2, w3, uxtw #3]
  EXPECT_EQ(port.x(1), 77U);
  port.context[slot::pc] = pc;
  port.x(3) = 4;
  expect_done(run(0xf8637841, device_address + 0x20));  // ldr x1, [x2, x3, lsl #3]
}

TEST_F(Emulate, WriteBackOfALoadedBase) {
  // ldrsb x1, [x2, #255]! with both the same register is left to the processor's choice; whatever
  // happens, it ends.
  port.x(2) = device;
  probe.contents = {{255, 0x80}};
  expect_done(run(0x388ffc41, device_address + 255));
  EXPECT_EQ(port.x(1), 0xffffffffffffff80);
  EXPECT_EQ(port.x(2), device + 255);
}

TEST_F(Emulate, PairFromDeviceIntoRam) {
  port.x(3) = (data_page << 12) - 8 - 16;
  ASSERT_TRUE(memory.store<std::uint64_t>(GuestAddress(ram + 0x9000), 0xfeedface));
  probe.contents = {{0xff8, 3}};
  expect_done(run(0xa9410861, device_address + 0xff8));  // ldp x1, x2, [x3, #16]
  EXPECT_EQ(port.x(1), 3U);
  EXPECT_EQ(port.x(2), 0xfeedfaceU);
}

TEST_F(Emulate, StorePairIntoDeviceAndRam) {
  port.x(3) = (data_page << 12) - 8 + 512;
  port.x(1) = 21;
  port.x(2) = 22;
  expect_done(run(0xa9200861, device_address + 0xff8, bit(6) | 7));  // stp x1, x2, [x3, #-512]
  EXPECT_EQ(memory.load<std::uint64_t>(GuestAddress(ram + 0x9000)), 22U);
}

TEST_F(Emulate, SecondPageThatIsNotMappedFaultsThere) {
  set(ram + 0x2000, data_page, 0);
  port.x(3) = (data_page << 12) - 8 - 16;
  const auto before = port.x(1);
  expect_abort(run(0xa9410861, device_address + 0xff8), 0x07, data_page << 12);
  EXPECT_EQ(port.x(1), before);
  EXPECT_TRUE(probe.accesses.empty());
}

TEST_F(Emulate, SecondPageThatIsReadOnlyRefusesStores) {
  map(data_page, ram + 0x9000, read_only);
  port.x(3) = (data_page << 12) - 8 + 512;
  expect_abort(run(0xa9200861, device_address + 0xff8, bit(6) | 7), bit(6) | 0x0f, data_page << 12);
  EXPECT_TRUE(probe.accesses.empty());
}

TEST_F(Emulate, UserCannotReachTheKernelsSecondPage) {
  map(code_page, ram + 0x8000, el0);
  map(device_page, device_address, el0);
  port.context[slot::spsr] = pstate::mode_el0t;
  port.x(3) = (data_page << 12) - 8 - 16;
  const Emulation result = run(0xa9410861, device_address + 0xff8);
  EXPECT_EQ(result.outcome, EmulationOutcome::injected);
  EXPECT_EQ(port.system(SystemRegister::esr_el1), 0x24ULL << 26 | bit(25) | 0x0f);
  EXPECT_TRUE(probe.accesses.empty());
}

TEST_F(Emulate, UnclaimedSecondElementTouchesNothing) {
  map(data_page, 0xb000000);
  port.x(3) = (data_page << 12) - 8 - 16;
  const Emulation result = run(0xa9410861, device_address + 0xff8);
  EXPECT_EQ(result.outcome, EmulationOutcome::unclaimed);
  EXPECT_EQ(result.virtual_address, data_page << 12);
  EXPECT_EQ(port.context[slot::pc], pc);
  EXPECT_TRUE(probe.accesses.empty());
}

TEST_F(Emulate, UnclaimedReadsAsZeroWhereAskedTo) {
  unclaimed = Unclaimed::read_as_zero;
  port.x(3) = (empty_page << 12) - 16;
  expect_done(run(0xa9410861, 0xa000000));
  EXPECT_EQ(port.x(1), 0U);
  EXPECT_EQ(port.x(2), 0U);
  port.context[slot::pc] = pc;
  port.x(3) = empty_page << 12;
  expect_done(run(0x2880a47f, 0xa000000, bit(6) | 7));
}

TEST_F(Emulate, ARefusingDeviceIsUnclaimed) {
  probe.refuses = true;
  port.x(3) = device - 16;
  EXPECT_EQ(run(0xa9410861, device_address).outcome, EmulationOutcome::unclaimed);
  EXPECT_EQ(port.context[slot::pc], pc);
  unclaimed = Unclaimed::read_as_zero;
  expect_done(run(0xa9410861, device_address));
}

TEST_F(Emulate, ChangedCodeIsTriedAgain) {
  port.x(3) = device + 0x100;
  const Emulation result = run(0xa9410861, device_address + 0x20);
  EXPECT_EQ(result.outcome, EmulationOutcome::retry);
  EXPECT_EQ(port.context[slot::pc], pc);
  EXPECT_TRUE(port.register_writes.empty());
}

TEST_F(Emulate, UnmappedCodeIsTriedAgain) {
  set(ram + 0x2000, code_page, 0);
  EXPECT_EQ(run(0xa9410861, device_address).outcome, EmulationOutcome::retry);
}

TEST_F(Emulate, TryingAgainEnds) {
  port.x(3) = device + 0x100;
  Emulation result;
  int attempts = 0;
  do {
    result = run(0xa9410861, device_address + 0x20);
    ++attempts;
  } while (result.outcome == EmulationOutcome::retry && attempts < 100);
  EXPECT_EQ(attempts, 16);
  expect_abort(result, external_without_address, 0);
}

TEST_F(Emulate, VectorsAreOutOfReach) {
  port.x(1) = device;
  expect_abort(run(0x3dc00020, device_address), external_without_address, 0);  // ldr q0, [x1]
}

TEST_F(Emulate, ExclusivesAreNotSupportedByDevices) {
  port.x(2) = device + 8;
  expect_abort(run(0xc85f7c41, device_address + 8), 0x35, device + 8);  // ldxr x1, [x2]
}

TEST_F(Emulate, CacheMaintenanceOfADeviceIsDone) {
  expect_done(run(0xd50b7e22, device_address, bit(8) | bit(6) | 7));  // dc civac, x2
}

TEST_F(Emulate, ZeroingADeviceIsNot) {
  expect_abort(run(0xd50b7421, device_address, bit(6) | 7), bit(6) | external_without_address, 0);
}

TEST_F(Emulate, ElementsAcrossPages) {
  port.x(2) = (data_page << 12) - 4 + 256;
  expect_abort(run(0xf8500041, device_address + 0xffc), 0x10,
               (data_page << 12) - 4);  // ldur x1, [x2, #-256]
}

TEST_F(Emulate, AbortsThatAreNoAccess) {
  expect_abort(run(0xa9410861, 0x1234, bit(7) | 7), external_without_address, 0);
  port.context[slot::pc] = pc;
  port.context[slot::spsr] = pstate::mode_el1h;
  expect_abort(run(0xa9410861, 0x1234, bit(9) | 7), external_without_address, 0);
}

TEST_F(Emulate, OldInstructionSets) {
  port.context[slot::spsr] = pstate::aarch32;
  const Emulation result = run(0xa9410861, device_address);
  EXPECT_EQ(result.outcome, EmulationOutcome::injected);
  EXPECT_EQ(port.context[slot::pc], 0x10600U);
}

TEST_F(Emulate, CodeOutsideRam) {
  map(code_page, 0xa000000);
  expect_abort(run(0xa9410861, device_address), external_without_address, 0);
}

TEST_F(Emulate, UnprivilegedAccessNeedsUserRights) {
  port.x(2) = device - 4;
  const Emulation refused = run(0xb8404841, device_address);  // ldtr w1, [x2, #4]
  EXPECT_EQ(refused.outcome, EmulationOutcome::injected);
  EXPECT_EQ(extract(port.system(SystemRegister::esr_el1), 0, 6), 0x0fU);
  port.context[slot::pc] = pc;
  port.context[slot::spsr] = pstate::mode_el1h | pstate::pan;
  map(device_page, device_address, el0);
  expect_done(run(0xb8404841, device_address));
}

TEST_F(Emulate, WorksWithTranslationOff) {
  port.system(SystemRegister::sctlr_el1) = 0;
  ASSERT_TRUE(memory.store<std::uint32_t>(GuestAddress(ram + 0x8040), 0xa9410861));
  port.context[slot::pc] = ram + 0x8040;
  port.x(3) = device_address - 16;
  vcpu.begin();
  EXPECT_EQ(
      emulator.emulate(vcpu, DataAbort(0x24ULL << 26 | 7), GuestAddress(device_address)).outcome,
      EmulationOutcome::done);
  EXPECT_EQ(vcpu.pc(), ram + 0x8044);
}

}  // namespace
}  // namespace serai::aarch64
