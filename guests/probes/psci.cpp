// SPDX-License-Identifier: BSD-2-Clause
//
// PSCI 1.1 (DEN 0022) and SMCCC 1.2 (DEN 0028), as one vCPU sees them.
#include <array>

#include "base/bits.hpp"
#include "runtime/cpu.hpp"
#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"

extern "C" {
/// Calls SMC #0 with X0 = `function` and every other register a pattern; a bit mask of those among
/// X4 to X30 that did not keep it.
std::uint64_t probe_smc_changed(std::uint64_t function);
/// SMC with an immediate that SMCCC reserves.
std::uint64_t probe_smc_1(std::uint64_t function);
}

namespace {

using namespace probe;

constexpr std::uint64_t smc64 = 0x4000'0000;
constexpr std::uint64_t cpu_suspend = 0x8400'0001;
constexpr std::uint64_t cpu_off = 0x8400'0002;
constexpr std::uint64_t cpu_on = 0x8400'0003;
constexpr std::uint64_t affinity_info = 0x8400'0004;
constexpr std::uint64_t migrate = 0x8400'0005;
constexpr std::uint64_t migrate_info_type = 0x8400'0006;
constexpr std::uint64_t features = 0x8400'000a;
constexpr std::uint64_t smccc_version = 0x8000'0000;
constexpr std::uint64_t smccc_arch_features = 0x8000'0001;

constexpr std::uint64_t not_supported = ~std::uint64_t{0};
constexpr std::uint64_t invalid_parameters = ~std::uint64_t{1};
constexpr std::uint64_t already_on = ~std::uint64_t{3};

/// The result of a 32-bit function is in W0; what X0 has above it does not count.
std::uint64_t signed_result(const FirmwareResult& result) {
  return serai::sign_extend(result.x[0], 32);
}

std::uint64_t call(std::uint64_t function, std::uint64_t a = 0, std::uint64_t b = 0,
                   std::uint64_t c = 0) {
  return signed_result(secure_call(function, a, b, c));
}

void versions() {
  const std::uint64_t version = call(psci_version);
  check("psci.version", version >= 0x10000 && version < 0x20000, "not PSCI 1.x");
  check("psci.smccc-version", call(smccc_version) >= 0x10001, "older than SMCCC 1.1");
}

void feature_flags() {
  for (const std::uint64_t function :
       {psci_version, cpu_suspend, cpu_suspend | smc64, cpu_off, cpu_on, cpu_on | smc64,
        affinity_info, affinity_info | smc64, psci_system_off, psci_system_reset, features,
        smccc_version}) {
    Line name;
    name << "psci.features " << serai::Hex{function};
    const std::uint64_t answer = call(features, function);
    check(name.view(), answer < 0x8000'0000, "reported as missing");
  }
  check_equal("psci.features-unknown", call(features, 0x8400'00ff), not_supported);
  check_equal("smccc.arch-features-unknown", call(smccc_arch_features, 0x8000'7fff), not_supported);
  check_equal("smccc.arch-features-version", call(smccc_arch_features, smccc_version), 0);
}

void cpus() {
  check_equal("psci.affinity-info", call(affinity_info, 0, 0), 0);
  check_equal("psci.affinity-info64", call(affinity_info | smc64, 0, 0), 0);
  check_equal("psci.affinity-info-none", call(affinity_info, 0xff, 0), invalid_parameters);
  check_equal("psci.cpu-on-self", call(cpu_on, 0, 0x4008'0000), already_on);
  check_equal("psci.cpu-on-self64", call(cpu_on | smc64, 0, 0x4008'0000), already_on);
  check_equal("psci.cpu-on-none", call(cpu_on | smc64, 0xff, 0x4008'0000), invalid_parameters);
  const std::uint64_t type = call(migrate_info_type);
  check("psci.migrate-info-type", type == 2 || type == not_supported, "neither 2 nor unsupported");
  check_equal("psci.migrate", call(migrate, 0), not_supported);
}

void unknown_functions() {
  for (const std::uint64_t function : std::to_array<std::uint64_t>(
           {0x8400'00ff, 0xc400'00ff, 0x8200'0000, 0x8600'1234, 0xb200'0000, 0x0000'0000,
            0xffff'ffff, 0x8000'1234, 0x8400'001f})) {
    Line name;
    name << "psci.unknown " << serai::Hex{function};
    check_equal(name.view(), call(function), not_supported);
  }
  check_equal("psci.upper-half-ignored", call(psci_version | 0xdead'0000'0000'0000),
              call(psci_version));
  check_equal("psci.reserved-immediate", serai::sign_extend(probe_smc_1(psci_version), 32),
              not_supported);
}

void registers_kept() {
  check_equal("smccc.registers-kept", probe_smc_changed(psci_version), 0);
  check_equal("smccc.registers-kept-unknown", probe_smc_changed(0x8400'00ff), 0);
}

void stop_timer(std::uint32_t) {
  set_virtual_timer(0, 0);
}

void suspend() {
  gic::start();
  gic::record_interrupts(stop_timer);
  gic::enable(gic::virtual_timer_intid);
  const std::uint64_t due = virtual_counter() + counter_frequency() / 100;
  set_virtual_timer(due, 1);
  constexpr std::uint64_t standby = 0;
  check_equal("psci.suspend", call(cpu_suspend, standby, 0x4008'0000, 0), 0);
  check("psci.suspend-waits", virtual_counter() >= due, "it returned before the interrupt");
  check("psci.suspend-interrupt", gic::wait_for(1), "the interrupt was lost");
}

}  // namespace

void probe_main() {
  versions();
  feature_flags();
  cpus();
  unknown_functions();
  registers_kept();
  suspend();
}
