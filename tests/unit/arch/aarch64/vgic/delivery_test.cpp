// SPDX-License-Identifier: BSD-2-Clause
#include "harness.hpp"

namespace serai::test {
namespace {

using aarch64::VcpuIs;

constexpr std::uint32_t spi = 40;

class Delivery : public RunningVgic {
 protected:
  using RunningVgic::RunningVgic;
};

class OneListRegister : public Delivery {
 protected:
  OneListRegister() : Delivery(1) {}
};

class NoListRegister : public Delivery {
 protected:
  NoListRegister() : Delivery(0) {}
};

TEST_F(Delivery, level_interrupt_reaches_the_guest_once_per_assertion) {
  enable(spi);
  set_level(spi, true);
  EXPECT_EQ(acknowledge(), spi);
  set_level(spi, false);
  end(spi);
  EXPECT_EQ(acknowledge(), spurious);
  EXPECT_FALSE(vgic.wakes());
}

TEST_F(Delivery, lone_interrupt_is_left_to_the_caller_once_a_list_register_is_proven) {
  constexpr std::uint32_t sgi = 5;
  EXPECT_TRUE(vgic.write(gicd_sgir, AccessSize::word, 2U << 24 | sgi).has_value());
  EXPECT_FALSE(vgic.has_lone_injection());  // nothing is known of the registers yet
  vgic.sync(VcpuIs::stopped);
  EXPECT_EQ(drain(), std::vector{sgi});

  set_priority(sgi, 0x20);
  EXPECT_TRUE(vgic.write(gicd_sgir, AccessSize::word, 2U << 24 | sgi).has_value());
  ASSERT_TRUE(vgic.has_lone_injection());
  const aarch64::Injection injection = vgic.take_lone_injection();
  EXPECT_EQ(injection.intid, sgi);
  EXPECT_EQ(injection.priority, 0x20 >> 3);
  EXPECT_EQ(port.injections.size(), 1U);
  EXPECT_FALSE(vgic.has_work());
  EXPECT_TRUE(bit(gicd_isactiver, sgi));
  EXPECT_FALSE(port.resume_with(port.context, injection));
  EXPECT_EQ(port.injections.back().result, aarch64::InjectResult::done);
  EXPECT_EQ(drain(), std::vector{sgi});
  EXPECT_FALSE(vgic.wakes());
}

TEST_F(Delivery, one_of_two_interrupts_is_no_lone_one) {
  send_sgi(5);
  EXPECT_EQ(drain(), std::vector{5U});
  EXPECT_TRUE(vgic.write(gicd_sgir, AccessSize::word, 2U << 24 | 5U).has_value());
  EXPECT_TRUE(vgic.write(gicd_sgir, AccessSize::word, 2U << 24 | 6U).has_value());
  EXPECT_FALSE(vgic.has_lone_injection());
  vgic.sync(VcpuIs::stopped);
  EXPECT_EQ(drain(), (std::vector{5U, 6U}));
}

TEST_F(OneListRegister, lone_interrupt_waits_where_no_list_register_is_free) {
  enable(spi);
  set_level(spi, true);
  EXPECT_TRUE(vgic.write(gicd_sgir, AccessSize::word, 2U << 24 | 5U).has_value());
  EXPECT_FALSE(vgic.has_lone_injection());
  EXPECT_TRUE(vgic.has_work());
}

TEST_F(Delivery, level_interrupt_is_sampled_again_at_its_end) {
  enable(spi);
  set_level(spi, true);
  EXPECT_EQ(acknowledge(), spi);
  end(spi);
  EXPECT_EQ(acknowledge(), spi);
  set_level(spi, false);
  end(spi);
  EXPECT_EQ(acknowledge(), spurious);
}

TEST_F(Delivery, edge_interrupt_latches) {
  make_edge(spi);
  enable(spi);
  set_level(spi, true);
  set_level(spi, false);
  EXPECT_EQ(acknowledge(), spi);
  set_level(spi, true);  // a second edge while active
  EXPECT_EQ(port.copies_of(spi), 1U);
  end(spi);
  EXPECT_EQ(acknowledge(), spi);
  end(spi);
  EXPECT_EQ(acknowledge(), spurious);
}

TEST_F(Delivery, what_happens_while_disabled_is_delivered_later) {
  make_edge(spi);
  set_level(spi, true);
  set_level(spi, false);
  EXPECT_EQ(acknowledge(), spurious);
  EXPECT_TRUE(bit(gicd_ispendr, spi));
  enable(spi);
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(Delivery, what_happens_while_the_distributor_is_off_is_delivered_later) {
  enable(spi);
  write(gicd_ctlr, 0);
  set_level(spi, true);
  send_sgi(2);
  EXPECT_EQ(acknowledge(), spurious);
  write(gicd_ctlr, 1);
  EXPECT_EQ(acknowledge(), 2U);
  end(2);
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(Delivery, groups_are_forwarded_apart) {
  enable(spi);
  write(gicd_igroupr + 4, 1U << (spi - 32));
  set_level(spi, true);
  EXPECT_EQ(acknowledge(), spurious);
  write(gicd_ctlr, 2);
  EXPECT_EQ(port.injections.back().group, 1U);
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(Delivery, list_registers_fill_by_priority_then_number) {
  for (const std::uint32_t intid : {100U, 101U, 102U, 103U, 104U, 105U}) {
    enable(intid);
    set_priority(intid, intid == 105 ? 0x10 : 0x80);
  }
  for (const std::uint32_t intid : {100U, 101U, 102U, 103U, 104U, 105U}) {
    vgic.set_level(intid, true);
  }
  vgic.sync(VcpuIs::running);
  std::vector<std::uint32_t> handed;
  for (const auto& injection : port.injections) {
    if (injection.result == aarch64::InjectResult::done) {
      handed.push_back(injection.intid);
    }
  }
  EXPECT_EQ(handed, (std::vector<std::uint32_t>{105, 100, 101, 102}));
  EXPECT_EQ(acknowledge(), 105U);
  vgic.set_level(105, false);
  end(105);
  EXPECT_EQ(port.copies_of(103), 1U);
}

TEST_F(OneListRegister, everything_arrives_through_one) {
  for (std::uint32_t intid = 32; intid < 288; intid += 8) {
    make_edge(intid);
    enable(intid);
    set_level(intid, true);
  }
  EXPECT_EQ(drain().size(), 32U);
}

TEST_F(NoListRegister, nothing_arrives_and_nothing_breaks) {
  enable(spi);
  set_level(spi, true);
  EXPECT_EQ(acknowledge(), spurious);
  EXPECT_TRUE(vgic.wakes());
}

TEST_F(Delivery, sgi_to_self) {
  send_sgi(5);
  EXPECT_TRUE(vgic.wakes());
  EXPECT_EQ(acknowledge(), 5U);
  EXPECT_FALSE(bit(gicd_ispendr, 5));
  EXPECT_TRUE(bit(gicd_isactiver, 5));
  send_sgi(5);
  EXPECT_EQ(read(gicd_spendsgir + 4), 0x100U);
  end(5);
  EXPECT_EQ(acknowledge(), 5U);
  end(5);
  EXPECT_FALSE(vgic.wakes());
}

TEST_F(Delivery, same_wire_level_twice_changes_nothing) {
  enable(spi);
  set_level(spi, true);
  set_level(spi, true);
  EXPECT_EQ(port.copies_of(spi), 1U);
}

TEST_F(Delivery, numbers_without_a_wire_are_ignored) {
  write(gicd_ispendr, 0);
  for (const std::uint32_t intid : {0U, 15U, 288U, 1019U, 1023U, 0xffffffffU}) {
    set_level(intid, true);
  }
  EXPECT_FALSE(vgic.wakes());
}

TEST_F(Delivery, software_can_pend_a_level_interrupt_whose_wire_is_low) {
  enable(spi);
  write(gicd_ispendr + 4, 1U << (spi - 32));
  EXPECT_EQ(acknowledge(), spi);
  end(spi);
  EXPECT_EQ(acknowledge(), spurious);
}

TEST_F(Delivery, an_active_bit_set_by_software_holds_the_interrupt_back) {
  enable(spi);
  write(gicd_isactiver + 4, 1U << (spi - 32));
  set_level(spi, true);
  EXPECT_EQ(acknowledge(), spurious);
  write(gicd_icactiver + 4, 1U << (spi - 32));
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(Delivery, the_lowest_priority_is_never_handed_over) {
  enable(spi);
  set_priority(spi, 0xf8);
  set_level(spi, true);
  EXPECT_TRUE(port.injections.empty());
  EXPECT_FALSE(vgic.wakes());
  set_priority(spi, 0xf0);
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(Delivery, maintenance_with_any_index_is_safe) {
  enable(spi);
  set_level(spi, true);
  for (const std::int64_t index : {std::int64_t{-1}, std::int64_t{3}, std::int64_t{16},
                                   std::int64_t{64}, std::int64_t{1} << 40}) {
    vgic.maintenance(index);
    vgic.sync(VcpuIs::stopped);
  }
  EXPECT_EQ(port.copies_of(spi), 1U);
}

}  // namespace
}  // namespace serai::test
