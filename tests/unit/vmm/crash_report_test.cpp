// SPDX-License-Identifier: BSD-2-Clause
#include "vmm/crash_report.hpp"

#include "arch/aarch64/exit/describe.hpp"
#include "base/bits.hpp"
#include "unit/vmm/machine_fixture.hpp"

namespace serai::vmm {
namespace {

TEST(CrashReport, TheAddressIsWholeHoweverLongTheExitsDescription) {
  test::FakeVcpuPort port;
  aarch64::Vcpu vcpu(port);
  const ExitHistory history;
  for (std::uint64_t exception_class = 0; exception_class < 64; ++exception_class) {
    for (std::uint64_t iss : {0x0ULL, 0x1ff'ffffULL, 0x1ff'ffd0ULL, 0x1ff'fe50ULL, 0x180'0046ULL}) {
      for (std::uint64_t status = 0; status < 64; ++status) {
        test::RecordingLog log;
        vcpu.begin();
        const std::uint64_t esr = exception_class << 26 | bit(25) | (iss & ~low_mask(6)) | status;
        report_crash(log, {.reason = "it did", .esr = esr, .address = ~0ULL}, vcpu, history);
        ASSERT_EQ(log.lines[0], "stopped: it did");
        const std::string exit = "  exit " + std::string(aarch64::describe(esr).view());
        ASSERT_EQ(log.lines[1], exit.substr(0, 120));
        ASSERT_EQ(log.lines[2], "  address 0xffffffffffffffff");
      }
    }
  }
}

}  // namespace
}  // namespace serai::vmm
