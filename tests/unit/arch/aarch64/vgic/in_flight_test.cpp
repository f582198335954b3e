// SPDX-License-Identifier: BSD-2-Clause
//
// What the guest does to an interrupt that is in a list register already.
#include <algorithm>

#include "harness.hpp"

namespace serai::test {
namespace {

using aarch64::ListRegisters;
using aarch64::VcpuIs;

constexpr std::uint32_t spi = 40;
constexpr std::uint32_t spi_bit = 1U << (spi - 32);

class InFlight : public RunningVgic {
 protected:
  InFlight() { enable(spi); }
};

class Recorder final : public aarch64::EndOfInterruptListener {
 public:
  [[nodiscard]] bool ended(std::uint32_t intid) noexcept override {
    ends.push_back(intid);
    return still_high;
  }

  std::vector<std::uint32_t> ends;
  bool still_high = false;
};

TEST_F(InFlight, counts_as_active) {
  set_level(spi, true);
  EXPECT_TRUE(bit(gicd_isactiver, spi));
  acknowledge();
  EXPECT_TRUE(bit(gicd_isactiver, spi));
  set_level(spi, false);
  end(spi);
  EXPECT_FALSE(bit(gicd_isactiver, spi));
}

TEST_F(InFlight, level_interrupt_disabled_before_it_was_taken_does_not_arrive) {
  set_level(spi, true);
  disable(spi);
  EXPECT_EQ(acknowledge(), spurious);
  EXPECT_TRUE(bit(gicd_ispendr, spi));
  EXPECT_FALSE(vgic.wakes());
  enable(spi);
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(InFlight, level_interrupt_disabled_in_its_handler_comes_back_only_if_still_high) {
  set_level(spi, true);
  EXPECT_EQ(acknowledge(), spi);
  disable(spi);
  end(spi);
  EXPECT_EQ(acknowledge(), spurious);
  vgic.set_level(spi, false);
  enable(spi);
  EXPECT_EQ(acknowledge(), spurious);
}

TEST_F(InFlight, level_interrupt_whose_wire_fell_is_taken_back) {
  set_level(spi, true);
  vgic.set_level(spi, false);
  vgic.sync(VcpuIs::stopped);
  EXPECT_EQ(acknowledge(), spurious);
  EXPECT_EQ(port.injections.back().intid, ListRegisters::retired_intid);
}

TEST_F(InFlight, nothing_is_taken_back_from_a_running_vcpu) {
  set_level(spi, true);
  set_level(spi, false);
  EXPECT_EQ(port.copies_of(spi), 1U);
  // The end was on its way; were the register reused, its new interrupt would be thought ended.
  EXPECT_EQ(acknowledge(), spi);
  const auto index = port.guest_ends(spi);
  ASSERT_TRUE(index.has_value());
  set_level(41, true);
  vgic.maintenance(*index);
  vgic.sync(VcpuIs::stopped);
  EXPECT_FALSE(vgic.wakes());
}

TEST_F(InFlight, edge_interrupt_stays_when_disabled_and_comes_exactly_once) {
  make_edge(spi);
  set_level(spi, true);
  disable(spi);
  EXPECT_EQ(drain(), std::vector<std::uint32_t>{spi});
  enable(spi);
  EXPECT_EQ(acknowledge(), spurious);
}

TEST_F(InFlight, icpendr_takes_an_edge_interrupt_back) {
  make_edge(spi);
  set_level(spi, true);
  write(gicd_icpendr + 4, spi_bit);
  EXPECT_EQ(acknowledge(), spurious);
  EXPECT_FALSE(bit(gicd_isactiver, spi));
}

TEST_F(InFlight, icpendr_does_not_clear_a_high_wire) {
  set_level(spi, true);
  write(gicd_icpendr + 4, spi_bit);
  EXPECT_TRUE(bit(gicd_ispendr, spi));
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(InFlight, icpendr_takes_a_software_pended_interrupt_back) {
  write(gicd_ispendr + 4, spi_bit);
  EXPECT_EQ(port.copies_of(spi), 1U);
  write(gicd_icpendr + 4, spi_bit);
  EXPECT_EQ(acknowledge(), spurious);
}

TEST_F(InFlight, icactiver_in_the_handler_of_an_sgi_deactivates_it) {
  send_sgi(1);
  EXPECT_EQ(acknowledge(), 1U);
  write(gicd_icactiver, 1U << 1);
  EXPECT_FALSE(bit(gicd_isactiver, 1));
  EXPECT_FALSE(vgic.wakes());
  EXPECT_EQ(acknowledge(), spurious);
}

TEST_F(InFlight, icactiver_of_a_high_wire_pends_it_again) {
  set_level(spi, true);
  EXPECT_EQ(acknowledge(), spi);
  write(gicd_icactiver + 4, spi_bit);
  EXPECT_EQ(acknowledge(), spurious);  // the running priority still holds it
  end(spi);
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(InFlight, cpendsgir_takes_an_sgi_back) {
  send_sgi(1);
  write(gicd_cpendsgir, 0x0100);
  EXPECT_EQ(acknowledge(), spurious);
}

TEST_F(InFlight, a_register_that_is_not_let_go_keeps_its_interrupt) {
  set_level(spi, true);
  EXPECT_EQ(acknowledge(), spi);
  port.switched_out();
  disable(spi);
  EXPECT_TRUE(bit(gicd_isactiver, spi));
  EXPECT_EQ(port.copies_of(spi), 1U);
  enable(spi);
  EXPECT_EQ(port.copies_of(spi), 1U);
  end(spi);
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(InFlight, priority_changes_count_from_the_next_time) {
  set_priority(spi, 0x80);
  set_level(spi, true);
  set_priority(spi, 0x20);
  EXPECT_EQ(port.injections.back().priority, 0x80 >> 3);
  acknowledge();
  end(spi);
  EXPECT_EQ(port.injections.back().priority, 0x20 >> 3);
}

TEST_F(InFlight, listener_hears_the_end) {
  Recorder recorder;
  vgic.attach(spi, recorder);
  set_level(spi, true);
  acknowledge();
  EXPECT_TRUE(recorder.ends.empty());
  end(spi);
  EXPECT_EQ(recorder.ends, std::vector<std::uint32_t>{spi});
  EXPECT_EQ(acknowledge(), spurious);
}

TEST_F(InFlight, listener_of_a_masked_level_interrupt_waits_until_it_is_unmasked) {
  Recorder recorder;
  vgic.attach(spi, recorder);
  set_level(spi, true);
  acknowledge();
  disable(spi);
  end(spi);
  EXPECT_TRUE(recorder.ends.empty());
  EXPECT_TRUE(bit(gicd_ispendr, spi));
  enable(spi);
  EXPECT_EQ(recorder.ends, std::vector<std::uint32_t>{spi});
  EXPECT_EQ(acknowledge(), spurious);
}

TEST_F(InFlight, listener_of_an_edge_interrupt_hears_at_once) {
  Recorder recorder;
  make_edge(spi);
  vgic.attach(spi, recorder);
  set_level(spi, true);
  set_level(spi, false);
  acknowledge();
  disable(spi);
  end(spi);
  EXPECT_EQ(recorder.ends, std::vector<std::uint32_t>{spi});
}

TEST_F(InFlight, listener_hears_of_an_interrupt_that_the_guest_deactivates) {
  Recorder recorder;
  vgic.attach(spi, recorder);
  set_level(spi, true);
  acknowledge();
  write(gicd_icactiver + 4, spi_bit);
  EXPECT_EQ(recorder.ends, std::vector<std::uint32_t>{spi});
}

TEST_F(InFlight, listener_does_not_hear_of_a_waiting_interrupt_that_is_enabled_twice) {
  Recorder recorder;
  vgic.attach(spi, recorder);
  for (std::uint32_t intid = 33; intid < 37; ++intid) {
    enable(intid);
    set_level(intid, true);  // fills all list registers
  }
  set_level(spi, true);
  enable(spi);
  EXPECT_TRUE(recorder.ends.empty());
}

TEST_F(InFlight, listener_does_not_hear_of_an_interrupt_that_was_not_let_go) {
  Recorder recorder;
  vgic.attach(spi, recorder);
  set_level(spi, true);
  acknowledge();
  port.switched_out();
  disable(spi);
  enable(spi);
  EXPECT_TRUE(recorder.ends.empty());
  end(spi);
  EXPECT_EQ(recorder.ends, std::vector<std::uint32_t>{spi});
}

TEST_F(InFlight, listener_may_say_that_the_wire_is_still_high) {
  Recorder recorder;
  recorder.still_high = true;
  vgic.attach(spi, recorder);
  set_level(spi, true);
  acknowledge();
  end(spi);
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(InFlight, icpendr_of_a_high_wire_leaves_the_list_register_alone) {
  set_level(spi, true);
  const std::size_t before = port.injections.size();
  write(gicd_icpendr + 4, spi_bit);
  EXPECT_EQ(port.injections.size(), before);
}

TEST_F(InFlight, isactiver_of_an_active_interrupt_does_not_outlive_its_end) {
  set_level(spi, true);
  acknowledge();
  write(gicd_isactiver + 4, spi_bit);
  end(spi);
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(InFlight, the_end_of_the_list_registers_is_met_once) {
  for (int round = 0; round < 3; ++round) {
    for (std::uint32_t intid = 33; intid < 43; ++intid) {
      enable(intid);
      vgic.set_level(intid, true);
    }
    vgic.sync(VcpuIs::running);
    for (std::uint32_t intid = acknowledge(); intid != spurious; intid = acknowledge()) {
      vgic.set_level(intid, false);
      end(intid);
    }
  }
  EXPECT_EQ(std::ranges::count(port.injections, aarch64::InjectResult::no_such_register,
                               &FakeVcpuPort::Injection::result),
            1);
}

TEST_F(InFlight, an_sgi_that_was_taken_is_not_pending) {
  send_sgi(5);
  EXPECT_EQ(acknowledge(), 5U);
  EXPECT_EQ(read(gicd_spendsgir + 4), 0U);
  send_sgi(4);
  EXPECT_FALSE(bit(gicd_ispendr, 5));
}

TEST_F(InFlight, reset_makes_stale_list_registers_silent) {
  send_sgi(1);
  set_level(spi, true);
  vgic.reset();
  EXPECT_EQ(acknowledge(), spurious);
  EXPECT_FALSE(vgic.wakes());
  EXPECT_FALSE(port.guest_is_interrupted());
  set_level(spi, false);
  write(gicd_ctlr, 1);
  enable(spi);
  EXPECT_EQ(acknowledge(), spurious);
  set_level(spi, true);
  EXPECT_EQ(acknowledge(), spi);
}

TEST_F(InFlight, reset_keeps_an_interrupt_that_is_not_let_go_out_of_other_registers) {
  set_level(spi, true);
  acknowledge();
  port.switched_out();
  vgic.reset();
  write(gicd_ctlr, 1);
  enable(spi);
  EXPECT_EQ(port.copies_of(spi), 1U);
  end(spi);
  EXPECT_EQ(acknowledge(), spi);
}

}  // namespace
}  // namespace serai::test
