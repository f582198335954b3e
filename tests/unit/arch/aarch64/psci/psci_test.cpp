// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/psci/psci.hpp"

#include <array>
#include <gtest/gtest.h>
#include <vector>

#include "arch/aarch64/psci/function_ids.hpp"
#include "support/fake_vcpu_port.hpp"

namespace serai::aarch64 {
namespace {

/// Two vCPUs, the second off, that record what is started.
class TwoCpus final : public CpuPower {
 public:
  std::size_t count() const noexcept override { return 2; }

  std::uint64_t affinity(std::size_t cpu) const noexcept override {
    return cpu == 0 ? 0 : 0x01'0000'0100;
  }

  PowerState state(std::size_t cpu) const noexcept override { return states.at(cpu); }

  void start(std::size_t cpu, GuestAddress entry, std::uint64_t context) noexcept override {
    states.at(cpu) = PowerState::on_pending;
    started_at = entry.value();
    started_with = context;
  }

  std::array<PowerState, 2> states = {PowerState::on, PowerState::off};
  std::uint64_t started_at = 0;
  std::uint64_t started_with = 0;
};

constexpr std::uint64_t ram = 0x40000000;
constexpr std::uint64_t all_ones = ~std::uint64_t{0};

std::uint64_t code(CallStatus status) {
  return call_result(status);
}

class PsciTest : public ::testing::Test {
 protected:
  PsciTest() { EXPECT_TRUE(memory.add(GuestAddress(ram), bytes)); }

  /// Makes the call and returns X0.
  std::uint64_t call(std::uint64_t x0, std::uint64_t x1 = 0, std::uint64_t x2 = 0,
                     std::uint64_t x3 = 0) {
    port.context[slot::pc] = 0x1000;
    for (unsigned i = 0; i < 31; ++i) {
      port.x(i) = 0xa5a5000000000000 + i;
    }
    port.x(0) = x0;
    port.x(1) = x1;
    port.x(2) = x2;
    port.x(3) = x3;
    Vcpu vcpu(port);
    action = psci.call(vcpu);
    vcpu.flush();
    EXPECT_EQ(port.context[slot::pc], 0x1004U);
    for (unsigned i = 4; i < 31; ++i) {
      EXPECT_EQ(port.x(i), 0xa5a5000000000000 + i);
    }
    return port.x(0);
  }

  alignas(8) std::array<std::byte, 4096> bytes{};
  GuestMemory memory;
  TwoCpus cpus;
  Psci psci{cpus, memory};
  serai::test::FakeVcpuPort port;
  ExitAction action = ExitAction::resume;
};

TEST_F(PsciTest, VersionMovesFourWordsOnly) {
  EXPECT_EQ(call(psci::version), 0x10001U);
  EXPECT_EQ(action, ExitAction::resume);
  EXPECT_EQ(port.register_reads, std::vector<std::size_t>{4});
  EXPECT_EQ(port.register_writes, std::vector<std::size_t>{4});
}

TEST_F(PsciTest, UpperHalfOfTheIdentifierIsIgnored) {
  EXPECT_EQ(call(0xdead000000000000 | psci::version), 0x10001U);
}

TEST_F(PsciTest, FunctionsOfOneWidthHaveNoOther) {
  for (const std::uint32_t id : {psci::version, psci::cpu_off, psci::migrate_info_type,
                                 psci::system_off, psci::system_reset, psci::features}) {
    EXPECT_EQ(call(id | psci::wide), code(CallStatus::not_supported)) << std::hex << id;
    EXPECT_EQ(action, ExitAction::resume);
  }
}

TEST_F(PsciTest, StandbyParksAndReturns) {
  EXPECT_EQ(call(psci::cpu_suspend, 0), 0U);
  EXPECT_EQ(action, ExitAction::park);
  EXPECT_EQ(call(psci::cpu_suspend | psci::wide, 0x0300ffff), 0U);
  EXPECT_EQ(action, ExitAction::park);
}

TEST_F(PsciTest, PowerDownIsEnteredAsStandby) {
  EXPECT_EQ(call(psci::cpu_suspend | psci::wide, bit(16), ram + 8, 7), 0U);
  EXPECT_EQ(action, ExitAction::park);
  EXPECT_EQ(call(psci::cpu_suspend | psci::wide, bit(16), ram + 4096),
            code(CallStatus::invalid_address));
  EXPECT_EQ(action, ExitAction::resume);
}

TEST_F(PsciTest, SuspendRefusesReservedBits) {
  for (const unsigned position : {17U, 23U, 26U, 31U}) {
    EXPECT_EQ(call(psci::cpu_suspend, bit(position)), code(CallStatus::invalid_parameters));
    EXPECT_EQ(action, ExitAction::resume);
  }
}

TEST_F(PsciTest, SystemOffAndReset) {
  EXPECT_EQ(psci.last_event(), PowerEvent::none);
  call(psci::system_off);
  EXPECT_EQ(action, ExitAction::stop);
  EXPECT_EQ(psci.last_event(), PowerEvent::system_off);
  call(psci::system_reset);
  EXPECT_EQ(action, ExitAction::reset);
  EXPECT_EQ(psci.last_event(), PowerEvent::system_reset);
  call(psci::cpu_off);
  EXPECT_EQ(action, ExitAction::stop);
  EXPECT_EQ(psci.last_event(), PowerEvent::cpu_off);
  psci.reset();
  EXPECT_EQ(psci.last_event(), PowerEvent::none);
}

TEST_F(PsciTest, CpuOnStartsACpuThatIsOff) {
  EXPECT_EQ(call(psci::cpu_on | psci::wide, 0x01'0000'0100, ram + 16, 0x1234567890), 0U);
  EXPECT_EQ(cpus.started_at, ram + 16);
  EXPECT_EQ(cpus.started_with, 0x1234567890U);
  EXPECT_EQ(call(psci::cpu_on | psci::wide, 0x01'0000'0100, ram + 16),
            code(CallStatus::on_pending));
}

TEST_F(PsciTest, CpuOnRefusals) {
  EXPECT_EQ(call(psci::cpu_on | psci::wide, 0, ram), code(CallStatus::already_on));
  EXPECT_EQ(call(psci::cpu_on | psci::wide, 5, ram), code(CallStatus::invalid_parameters));
  EXPECT_EQ(call(psci::cpu_on | psci::wide, 0x80000000, ram), code(CallStatus::invalid_parameters));
  for (const std::uint64_t entry : {std::uint64_t{0}, ram + 2, ram + 4096, all_ones - 3}) {
    EXPECT_EQ(call(psci::cpu_on | psci::wide, 0x01'0000'0100, entry),
              code(CallStatus::invalid_address));
  }
  EXPECT_EQ(cpus.states[1], PowerState::off);
}

TEST_F(PsciTest, ShortCallsSeeLowerHalvesOnly) {
  const std::uint64_t dirt = 0xffffffff00000000;
  EXPECT_EQ(call(psci::cpu_on, dirt, dirt | ram), code(CallStatus::already_on));
  EXPECT_EQ(call(psci::cpu_on | psci::wide, dirt, ram), code(CallStatus::invalid_parameters));
  EXPECT_EQ(call(psci::affinity_info, dirt, dirt), 0U);
  EXPECT_EQ(call(psci::features, dirt | psci::version), 0U);
}

TEST_F(PsciTest, AffinityInfo) {
  EXPECT_EQ(call(psci::affinity_info, 0, 0), 0U);
  EXPECT_EQ(call(psci::affinity_info | psci::wide, 0x01'0000'0100, 0), 1U);
  EXPECT_EQ(call(psci::affinity_info | psci::wide, 0x01'0000'01ff, 1), 1U);
  EXPECT_EQ(call(psci::affinity_info | psci::wide, 0x01'00aa'bbcc, 3), 1U);
  EXPECT_EQ(call(psci::affinity_info, 0xff, 1), 0U);
  cpus.states[1] = PowerState::on_pending;
  EXPECT_EQ(call(psci::affinity_info | psci::wide, 0x01'0000'0100, 0), 2U);
  EXPECT_EQ(call(psci::affinity_info, 1, 0), code(CallStatus::invalid_parameters));
  EXPECT_EQ(call(psci::affinity_info, 0, 4), code(CallStatus::invalid_parameters));
  EXPECT_EQ(call(psci::affinity_info, 0x80000000, 0), code(CallStatus::invalid_parameters));
}

TEST_F(PsciTest, NoTrustedOsToMigrate) {
  EXPECT_EQ(call(psci::migrate_info_type), 2U);
  EXPECT_EQ(call(psci::migrate, 0), code(CallStatus::not_supported));
  EXPECT_EQ(call(psci::migrate_info_up_cpu), code(CallStatus::not_supported));
}

TEST_F(PsciTest, FeaturesTellWhatIsOffered) {
  for (const std::uint32_t id :
       {psci::version, psci::cpu_suspend, psci::cpu_suspend | psci::wide, psci::cpu_off,
        psci::cpu_on, psci::cpu_on | psci::wide, psci::affinity_info,
        psci::affinity_info | psci::wide, psci::migrate_info_type, psci::system_off,
        psci::system_reset, psci::features, smccc::version}) {
    EXPECT_EQ(call(psci::features, id), 0U) << std::hex << id;
  }
  for (const std::uint32_t id :
       {psci::version | psci::wide, psci::migrate, psci::cpu_freeze, psci::cpu_default_suspend,
        psci::node_hw_state, psci::system_suspend, psci::system_suspend | psci::wide,
        psci::set_suspend_mode, psci::stat_residency, psci::stat_count, psci::system_reset2,
        psci::system_reset2 | psci::wide, psci::mem_protect, psci::mem_protect_check_range,
        psci::first + 0x1f, psci::first + 0x20, smccc::arch_features, 0U, 0xffffffffU}) {
    EXPECT_EQ(call(psci::features, id), code(CallStatus::not_supported)) << std::hex << id;
  }
}

TEST_F(PsciTest, EveryOtherFunctionIsNotSupportedAndKeepsItsRegisters) {
  for (const std::uint64_t wide : {std::uint64_t{0}, std::uint64_t{psci::wide}}) {
    for (std::uint64_t number = 0x0b; number < 0x100; ++number) {
      EXPECT_EQ(call((psci::first + number) | wide, 11, 22, 33), all_ones);
      EXPECT_EQ(port.x(1), 11U);
      EXPECT_EQ(port.x(2), 22U);
      EXPECT_EQ(port.x(3), 33U);
      EXPECT_EQ(action, ExitAction::resume);
    }
  }
  // The random number service, the event service, paravirtual time, yielding calls, rubbish.
  for (const std::uint64_t id : {0x84000050ULL, 0xc4000053ULL, 0xc4000020ULL, 0xc5000020ULL, 0ULL,
                                 1337ULL, 0x32000000ULL, 0xffffffffULL, 0x8400ff01ULL}) {
    EXPECT_EQ(call(id), all_ones) << std::hex << id;
  }
}

TEST_F(PsciTest, Smccc) {
  EXPECT_EQ(call(smccc::version), 0x10002U);
  EXPECT_EQ(call(smccc::arch_features, smccc::version), 0U);
  EXPECT_EQ(call(smccc::arch_features, smccc::arch_features), 0U);
  for (const std::uint32_t id : {smccc::arch_soc_id, smccc::arch_workaround_1,
                                 smccc::arch_workaround_2, smccc::arch_workaround_3}) {
    EXPECT_EQ(call(smccc::arch_features, id), all_ones);
    EXPECT_EQ(call(id), all_ones);
  }
  EXPECT_EQ(call(smccc::arch_features, smccc::hypervisor_uid), all_ones);
  EXPECT_EQ(call(smccc::arch_features, psci::version), all_ones);
}

TEST_F(PsciTest, HypervisorIdentifiesItself) {
  EXPECT_EQ(call(smccc::hypervisor_uid), hypervisor_uid_words[0]);
  EXPECT_EQ(port.x(1), hypervisor_uid_words[1]);
  EXPECT_EQ(port.x(2), hypervisor_uid_words[2]);
  EXPECT_EQ(port.x(3), hypervisor_uid_words[3]);
  EXPECT_EQ(call(smccc::hypervisor_revision, 9, 8, 7), 1U);
  EXPECT_EQ(port.x(1), 0U);
  EXPECT_EQ(port.x(2), 8U);
  constexpr std::uint32_t call_count = 0x8600ff00;  // deprecated
  EXPECT_EQ(call(call_count), all_ones);
}

TEST_F(PsciTest, OnlyImmediateZeroIsACall) {
  port.x(0) = psci::system_off;
  port.context[slot::pc] = 0x2000;
  Vcpu vcpu(port);
  EXPECT_EQ(psci.call(vcpu, 1), ExitAction::resume);
  EXPECT_EQ(vcpu.x(0), all_ones);
  EXPECT_EQ(vcpu.pc(), 0x2004U);
  vcpu.begin();
  EXPECT_EQ(psci.call(vcpu, 0), ExitAction::stop);
}

TEST(SingleCpu, IsOnAndKnowsItsAffinity) {
  SingleCpu cpu(0x100);
  GuestMemory memory;
  alignas(8) std::array<std::byte, 64> bytes{};
  ASSERT_TRUE(memory.add(GuestAddress(ram), bytes));
  Psci psci(cpu, memory);
  serai::test::FakeVcpuPort port;
  port.x(0) = psci::cpu_on;
  port.x(1) = 0x100;
  port.x(2) = ram;
  Vcpu vcpu(port);
  EXPECT_EQ(psci.call(vcpu), ExitAction::resume);
  EXPECT_EQ(vcpu.x(0), call_result(CallStatus::already_on));
}

}  // namespace
}  // namespace serai::aarch64
