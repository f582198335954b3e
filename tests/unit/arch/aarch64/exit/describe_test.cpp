// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/describe.hpp"

#include <gtest/gtest.h>

namespace serai::aarch64 {
namespace {

struct Case {
  std::uint64_t esr;
  std::string_view text;
};

TEST(Describe, Exits) {
  for (const Case& c : {
           Case{0x93850046, "data abort: write of 4 bytes, W5, translation fault, level 2"},
           Case{0x93c90007, "data abort: read of 8 bytes, W9, translation fault, level 3"},
           Case{0x92000087,
                "data abort: read, translation fault, level 3, on a walk of the "
                "guest's tables"},
           Case{0x92000147, "data abort: write, cache maintenance, translation fault, level 3"},
           Case{0x82000010, "instruction abort, synchronous external abort"},
           Case{0x8200003f, "instruction abort, reserved fault status"},
           Case{0x5e000000, "SMC #0"},
           Case{0x5a001234, "HVC #4660"},
           Case{0x06000001, "wait instruction: WFE"},
           Case{0x6232c521, "system register access: read S3_3_C1_C0_1, X9"},
           Case{0x6232f925, "system register access: read S3_3_C14_C2_1 (CNTP_CTL_EL0), X9"},
           Case{0xf2001234, "BRK: ISS 0x1234"},
           Case{0xfe000001, "unallocated class: EC 0x3f, ISS 0x1"},
           Case{0x02000000, "undefined instruction"},
           Case{0x1fe00000, "floating point or SIMD"},
       }) {
    EXPECT_EQ(describe(c.esr).view(), c.text) << std::hex << c.esr;
  }
}

TEST(Describe, EverythingFitsTheLine) {
  for (std::uint64_t ec = 0; ec < 64; ++ec) {
    for (const std::uint64_t iss : {std::uint64_t{0}, low_mask(25), std::uint64_t{0x1ff}}) {
      const auto text = describe(ec << 26 | iss);
      EXPECT_FALSE(text.view().empty());
      EXPECT_LT(text.view().size(), 160U);
    }
  }
}

TEST(Describe, FaultsOfEveryLevel) {
  for (unsigned level = 0; level < 4; ++level) {
    EXPECT_EQ(fault_name(at_level(FaultStatus::permission, level)), "permission fault");
    EXPECT_EQ(fault_name(at_level(FaultStatus::external_abort_on_walk, level)),
              "external abort on a table walk");
  }
  EXPECT_EQ(fault_name(FaultStatus::tag_check), "tag check fault");
  EXPECT_EQ(fault_name(static_cast<FaultStatus>(0x12)), "reserved fault status");
}

}  // namespace
}  // namespace serai::aarch64
