// SPDX-License-Identifier: BSD-2-Clause
#include "harness.hpp"

namespace serai::test {
namespace {

class Registers : public VgicHarness {};

TEST_F(Registers, typer_tells_lines_and_one_cpu) {
  EXPECT_EQ(read(gicd_typer), 8U);
  write(gicd_typer, 0xffffffff);
  EXPECT_EQ(read(gicd_typer), 8U);
}

TEST_F(Registers, iidr_is_read_only) {
  const std::uint32_t value = read(gicd_iidr);
  EXPECT_NE(value, 0U);
  write(gicd_iidr, ~value);
  EXPECT_EQ(read(gicd_iidr), value);
}

TEST_F(Registers, identification_says_gicv2) {
  EXPECT_EQ(read(0xfe8), 0x2bU);
  EXPECT_EQ(read(0xff0), 0x0dU);
  EXPECT_EQ(read(0xff4), 0xf0U);
  EXPECT_EQ(read(0xff8), 0x05U);
  EXPECT_EQ(read(0xffc), 0xb1U);
  for (const std::uint32_t pattern : {0xffffffffU, 0xa5a55a5aU, 0U}) {
    write(0xfe8, pattern);
    EXPECT_EQ(read(0xfe8), 0x2bU);
  }
}

TEST_F(Registers, ctlr_has_two_bits_and_starts_off) {
  EXPECT_EQ(read(gicd_ctlr), 0U);
  write(gicd_ctlr, 0xffffffff);
  EXPECT_EQ(read(gicd_ctlr), 3U);
  write(gicd_ctlr, 0);
  EXPECT_EQ(read(gicd_ctlr), 0U);
}

TEST_F(Registers, igroupr_keeps_what_is_written) {
  for (std::uint32_t index = 0; index < 9; ++index) {
    EXPECT_EQ(read(gicd_igroupr + 4 * index), 0U);
    write(gicd_igroupr + 4 * index, 0xdeadbeef);
    EXPECT_EQ(read(gicd_igroupr + 4 * index), 0xdeadbeefU);
  }
}

TEST_F(Registers, enable_bits_set_and_clear) {
  for (std::uint32_t index = 1; index < 9; ++index) {
    EXPECT_EQ(read(gicd_isenabler + 4 * index), 0U);
    write(gicd_isenabler + 4 * index, 0xf0f0f0f0);
    EXPECT_EQ(read(gicd_isenabler + 4 * index), 0xf0f0f0f0U);
    EXPECT_EQ(read(gicd_icenabler + 4 * index), 0xf0f0f0f0U);
    write(gicd_icenabler + 4 * index, 0x00f000f0);
    EXPECT_EQ(read(gicd_isenabler + 4 * index), 0xf000f000U);
    write(gicd_isenabler + 4 * index, 0);
    EXPECT_EQ(read(gicd_isenabler + 4 * index), 0xf000f000U);
  }
}

TEST_F(Registers, sgis_are_always_enabled) {
  EXPECT_EQ(read(gicd_isenabler), 0xffffU);
  write(gicd_icenabler, 0xffffffff);
  EXPECT_EQ(read(gicd_isenabler), 0xffffU);
  write(gicd_isenabler, 0xffffffff);
  EXPECT_EQ(read(gicd_isenabler), 0xffffffffU);
}

TEST_F(Registers, pending_bits_set_and_clear) {
  for (std::uint32_t index = 1; index < 9; ++index) {
    write(gicd_ispendr + 4 * index, 0x0000ffff);
    EXPECT_EQ(read(gicd_ispendr + 4 * index), 0xffffU);
    write(gicd_icpendr + 4 * index, 0x000000ff);
    EXPECT_EQ(read(gicd_icpendr + 4 * index), 0xff00U);
  }
}

TEST_F(Registers, sgis_are_not_pended_by_ispendr) {
  write(gicd_ispendr, 0xffffffff);
  EXPECT_EQ(read(gicd_ispendr), 0xffff0000U);
  send_sgi(3);
  write(gicd_icpendr, 0xffffffff);
  EXPECT_EQ(read(gicd_ispendr), 0x8U);
}

TEST_F(Registers, active_bits_set_and_clear) {
  for (std::uint32_t index = 0; index < 9; ++index) {
    write(gicd_isactiver + 4 * index, 0x0000ffff);
    EXPECT_EQ(read(gicd_isactiver + 4 * index), 0xffffU);
    write(gicd_icactiver + 4 * index, 0x000000ff);
    EXPECT_EQ(read(gicd_icactiver + 4 * index), 0xff00U);
  }
}

TEST_F(Registers, priorities_have_five_bits) {
  for (std::uint32_t intid = 0; intid < 288; intid += 4) {
    EXPECT_EQ(read(gicd_ipriorityr + intid), 0U);
    write(gicd_ipriorityr + intid, 0xffffffff);
    EXPECT_EQ(read(gicd_ipriorityr + intid), 0xf8f8f8f8U);
    write(gicd_ipriorityr + intid, 0xff7fbf3f);
    EXPECT_EQ(read(gicd_ipriorityr + intid), 0xf878b838U);
  }
}

TEST_F(Registers, priorities_are_bytes) {
  write(gicd_ipriorityr + 32, 0xff7fbf3f);
  EXPECT_EQ(read(gicd_ipriorityr + 33, AccessSize::byte), 0xb8U);
  write(gicd_ipriorityr + 34, 0x1f, AccessSize::byte);
  EXPECT_EQ(read(gicd_ipriorityr + 32), 0xf818b838U);
}

TEST_F(Registers, priorities_beyond_the_last_are_zero) {
  for (std::uint64_t offset = gicd_ipriorityr + 288; offset < gicd_itargetsr; offset += 4) {
    write(offset, 0xffffffff);
    EXPECT_EQ(read(offset), 0U);
  }
  write(gicd_ipriorityr + 289, 0xff, AccessSize::byte);
  EXPECT_EQ(read(gicd_ipriorityr + 289, AccessSize::byte), 0U);
}

TEST_F(Registers, targets_of_private_interrupts_are_the_reader) {
  for (std::uint64_t offset = gicd_itargetsr; offset < gicd_itargetsr + 32; offset += 4) {
    write(offset, 0);
    EXPECT_EQ(read(offset), 0x01010101U);
  }
}

TEST_F(Registers, targets_of_spis_hold_existing_cpus) {
  const std::uint64_t first = gicd_itargetsr + 32;
  write(first, 0xffffffff);
  EXPECT_EQ(read(first), 0x01010101U);
  write(first, 0x0103020f);
  EXPECT_EQ(read(first), 0x01010001U);
  EXPECT_EQ(read(first + 1, AccessSize::byte), 0U);
  write(first + 2, 0x1f, AccessSize::byte);
  EXPECT_EQ(read(first), 0x01010001U);
  write(gicd_itargetsr + 288, 0xffffffff);
  EXPECT_EQ(read(gicd_itargetsr + 288), 0U);
}

TEST_F(Registers, configuration_of_private_interrupts_is_fixed) {
  write(gicd_icfgr, 0);
  EXPECT_EQ(read(gicd_icfgr), 0xaaaaaaaaU);
  write(gicd_icfgr + 4, 0xffffffff);
  EXPECT_EQ(read(gicd_icfgr + 4), 0U);
}

TEST_F(Registers, configuration_of_spis_has_the_upper_bits) {
  for (std::uint64_t offset = gicd_icfgr + 8; offset < gicd_icfgr + 18 * 4; offset += 4) {
    EXPECT_EQ(read(offset), 0U);
    write(offset, 0xffffffff);
    EXPECT_EQ(read(offset), 0xaaaaaaaaU);
    write(offset, 0x8000a002);
    EXPECT_EQ(read(offset), 0x8000a002U);
  }
}

TEST_F(Registers, sgi_sources_set_and_clear_by_bytes) {
  write(gicd_spendsgir + 4, 0x01010101);
  EXPECT_EQ(read(gicd_spendsgir + 4), 0x01010101U);
  EXPECT_EQ(read(gicd_ispendr), 0xf0U);
  write(gicd_cpendsgir + 5, 0x01, AccessSize::byte);
  EXPECT_EQ(read(gicd_cpendsgir + 4), 0x01010001U);
  EXPECT_EQ(read(gicd_ispendr), 0xd0U);
  write(gicd_spendsgir + 3, 0xff, AccessSize::byte);
  EXPECT_EQ(read(gicd_spendsgir), 0x01000000U);
}

TEST_F(Registers, sgir_filters) {
  write(gicd_sgir, 0U << 24 | 1U << 16 | 1);  // the list holds this vCPU
  EXPECT_EQ(read(gicd_ispendr), 1U << 1);
  write(gicd_sgir, 0U << 24 | 0xfeU << 16 | 2);  // the list holds others only
  write(gicd_sgir, 1U << 24 | 3);                // all but this vCPU
  write(gicd_sgir, 3U << 24 | 0xffU << 16 | 4);  // reserved
  EXPECT_EQ(read(gicd_ispendr), 1U << 1);
  write(gicd_sgir, 2U << 24 | 15);  // this vCPU
  EXPECT_EQ(read(gicd_ispendr), 1U << 1 | 1U << 15);
  EXPECT_EQ(read(gicd_sgir), 0U);
}

TEST_F(Registers, sgir_fields_are_cut_to_their_size) {
  write(gicd_sgir, 2U << 24 | 0xfff0U | 3);  // no SGI has a number above 15
  EXPECT_EQ(read(gicd_ispendr), 1U << 3);
  write(gicd_sgir, 0xfc00'0000U | 2U << 24 | 5);
  EXPECT_EQ(read(gicd_ispendr), 1U << 3 | 1U << 5);
  for (std::uint64_t word = 1; word < 9; ++word) {
    EXPECT_EQ(read(gicd_ispendr + 4 * word), 0U) << "no SPI is an SGI";
  }
}

TEST_F(Registers, reset_restores_every_register) {
  std::vector<std::uint32_t> before;
  for (std::uint64_t offset = 0; offset < 0x1000; offset += 4) {
    before.push_back(read(offset));
  }
  for (std::uint64_t offset = 0; offset < 0x1000; offset += 4) {
    write(offset, 0xffffffff);
  }
  vgic.reset();
  for (std::uint64_t offset = 0; offset < 0x1000; offset += 4) {
    EXPECT_EQ(read(offset), before.at(offset / 4)) << std::hex << offset;
  }
}

TEST_F(Registers, every_access_has_a_defined_result) {
  for (std::uint64_t offset = 0; offset < 0x3000; ++offset) {
    for (const auto size :
         {AccessSize::byte, AccessSize::half, AccessSize::word, AccessSize::double_word}) {
      const bool bytes = (offset >= 0x400 && offset < 0x7fc) ||
                         (offset >= 0x800 && offset < 0xbfc) || (offset >= 0xf10 && offset < 0xf30);
      const bool word = size == AccessSize::word;
      const bool aligned = offset % bytes_of(size) == 0;
      const bool width = word || (size == AccessSize::byte && bytes);
      const bool allowed = offset >= 0x1000 || (width && aligned);
      const Error expected = width ? Error::misaligned : Error::unsupported;
      const auto value = vgic.read(offset, size);
      ASSERT_EQ(value.has_value(), allowed) << std::hex << offset;
      for (const std::uint64_t pattern : {~std::uint64_t{0}, std::uint64_t{0x5a5a5a5a}}) {
        const auto written = vgic.write(offset, size, truncate(pattern, size));
        ASSERT_EQ(written.has_value(), allowed) << std::hex << offset;
        if (!allowed) {
          EXPECT_EQ(value.error(), expected);
          EXPECT_EQ(written.error(), expected);
        }
        vgic.sync(aarch64::VcpuIs::stopped);
      }
      if (allowed) {
        EXPECT_EQ(truncate(*value, size), *value);
        EXPECT_TRUE(offset < 0x1000 || *value == 0);
      }
    }
  }
}

}  // namespace
}  // namespace serai::test
