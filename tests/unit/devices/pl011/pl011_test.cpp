// SPDX-License-Identifier: BSD-2-Clause
#include "devices/pl011/pl011.hpp"

#include <gtest/gtest.h>
#include <string>

#include "support/fake_interrupt_controller.hpp"
#include "support/fake_serial_backend.hpp"

namespace serai::pl011 {
namespace {

constexpr std::uint64_t dr_offset = 0x00;
constexpr std::uint64_t rsr_offset = 0x04;
constexpr std::uint64_t fr_offset = 0x18;
constexpr std::uint64_t lcr_h_offset = 0x2c;
constexpr std::uint64_t cr_offset = 0x30;
constexpr std::uint64_t ifls_offset = 0x34;
constexpr std::uint64_t imsc_offset = 0x38;
constexpr std::uint64_t ris_offset = 0x3c;
constexpr std::uint64_t mis_offset = 0x40;
constexpr std::uint64_t icr_offset = 0x44;
constexpr std::uint32_t intid = 33;

class Pl011Test : public testing::Test {
 protected:
  std::uint64_t get(std::uint64_t offset, AccessSize size = AccessSize::word) {
    return uart.read(offset, size).value();
  }

  void set(std::uint64_t offset, std::uint64_t value, AccessSize size = AccessSize::word) {
    ASSERT_TRUE(uart.write(offset, size, value));
  }

  void type(std::string_view text) {
    backend.arrive(text);
    uart.on_backend_ready();
  }

  std::string read_all() {
    std::string text;
    while ((get(fr_offset) & fr::rxfe) == 0) {
      text.push_back(static_cast<char>(get(dr_offset)));
    }
    return text;
  }

  void enable_fifos() { set(lcr_h_offset, 0x70); }

  [[nodiscard]] bool interrupted() const { return gic.is_high(intid); }

  test::FakeSerialBackend backend;
  test::FakeInterruptController gic;
  Pl011 uart{backend, IrqLine(gic, intid)};
};

TEST_F(Pl011Test, TransmitsAtOnceWithoutAnySetup) {
  for (const char character : std::string("hello")) {
    set(dr_offset, static_cast<std::uint8_t>(character), AccessSize::byte);
    EXPECT_EQ(get(fr_offset) & (fr::txfe | fr::txff | fr::busy), fr::txfe);
  }
  EXPECT_EQ(backend.sent, "hello");
  EXPECT_EQ(backend.flushes, 0) << "one notification for the whole event, by end_of_event";
  uart.end_of_event();
  EXPECT_EQ(backend.flushes, 1);
}

TEST_F(Pl011Test, IdentifiesItselfAsRevision1p5) {
  const std::array<std::uint64_t, 8> expected = {0x11, 0x10, 0x34, 0x00, 0x0d, 0xf0, 0x05, 0xb1};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_EQ(get(0xfe0 + 4 * i), expected[i]);
    EXPECT_EQ(get(0xfe0 + 4 * i, AccessSize::byte), expected[i]);
    set(0xfe0 + 4 * i, 0xff);
    EXPECT_EQ(get(0xfe0 + 4 * i), expected[i]) << "identification is read-only";
  }
}

TEST_F(Pl011Test, KeepsOnlyImplementedBits) {
  struct Case {
    std::uint64_t offset;
    std::uint32_t bits;
  };

  for (const Case& c : {Case{0x20, 0xff}, Case{0x24, 0xffff}, Case{0x28, 0x3f}, Case{0x2c, 0xff},
                        Case{0x30, 0xff87}, Case{0x34, 0x3f}, Case{0x38, 0x7ff}, Case{0x48, 0x7}}) {
    set(c.offset, 0xffff'ffff);
    EXPECT_EQ(get(c.offset), c.bits) << std::hex << c.offset;
    set(c.offset, 0);
    EXPECT_EQ(get(c.offset), 0U) << std::hex << c.offset;
  }
}

TEST_F(Pl011Test, ReadsNarrowAndRefusesWhatTheBusCannotDo) {
  set(0x24, 0x1234);
  EXPECT_EQ(get(0x24, AccessSize::byte), 0x34U);
  EXPECT_EQ(get(0x24, AccessSize::half), 0x1234U);
  EXPECT_EQ(uart.read(0x20, AccessSize::double_word).error(), Error::unsupported);
  EXPECT_EQ(uart.write(0x20, AccessSize::double_word, 0).error(), Error::unsupported);
  EXPECT_EQ(uart.read(0x25, AccessSize::byte).error(), Error::misaligned);
  EXPECT_EQ(uart.write(0x26, AccessSize::half, 0).error(), Error::misaligned);
  EXPECT_EQ(get(0x24), 0x1234U);
}

TEST_F(Pl011Test, FullBackendShowsInTheFlagsAndDrainsLater) {
  enable_fifos();
  backend.room = 3;
  for (unsigned i = 0; i < 3 + fifo_depth; ++i) {
    EXPECT_EQ(get(fr_offset) & fr::txff, 0U) << i;
    set(dr_offset, 'a' + i % 26);
  }
  EXPECT_EQ(get(fr_offset) & (fr::txff | fr::txfe | fr::busy), fr::txff | fr::busy);
  set(dr_offset, '!');
  backend.room = test::FakeSerialBackend::unlimited;
  uart.on_backend_ready();
  EXPECT_EQ(get(fr_offset) & (fr::txff | fr::txfe | fr::busy), fr::txfe);
  EXPECT_EQ(backend.sent, "abcdefghijklmnopqrstuvwxyzabcdefghi");
}

TEST_F(Pl011Test, TransmitInterruptFollowsTheLevelAndCanBeCleared) {
  enable_fifos();
  set(imsc_offset, interrupt::transmit);
  EXPECT_FALSE(interrupted()) << "nothing was ever transmitted";
  backend.room = 0;
  for (unsigned i = 0; i < fifo_depth; ++i) {
    set(dr_offset, 'x');
  }
  EXPECT_FALSE(interrupted());
  backend.room = fifo_depth / 2 - 1;
  uart.on_backend_ready();
  EXPECT_FALSE(interrupted()) << "still above half";
  backend.room = 1;
  uart.on_backend_ready();
  EXPECT_TRUE(interrupted());
  set(icr_offset, interrupt::transmit);
  EXPECT_FALSE(interrupted());
  uart.on_backend_ready();
  EXPECT_FALSE(interrupted()) << "nothing was drained";
  set(dr_offset, 'x');
  EXPECT_FALSE(interrupted());
}

TEST_F(Pl011Test, WithoutFifosOneCharacterIsHeld) {
  backend.room = 0;
  set(dr_offset, 'a');
  EXPECT_EQ(get(fr_offset) & (fr::txff | fr::busy), fr::txff | fr::busy);
  set(dr_offset, 'b');
  backend.room = 10;
  uart.on_backend_ready();
  EXPECT_EQ(backend.sent, "a");
  EXPECT_EQ(get(ris_offset), interrupt::transmit);
}

TEST_F(Pl011Test, ReceivesThroughOneCharacterWithoutFifos) {
  type("xyz");
  EXPECT_EQ(get(fr_offset) & (fr::rxfe | fr::rxff), fr::rxff);
  EXPECT_EQ(get(ris_offset) & interrupt::receive, interrupt::receive);
  EXPECT_EQ(read_all(), "xyz");
  EXPECT_EQ(get(ris_offset), 0U);
}

TEST_F(Pl011Test, ReceiveInterruptAtTheTriggerLevel) {
  enable_fifos();
  set(ifls_offset, 0x00 << 3);  // 1/8: four characters
  set(imsc_offset, interrupt::receive);
  type("abc");
  EXPECT_FALSE(interrupted());
  type("d");
  EXPECT_TRUE(interrupted());
  EXPECT_EQ(get(mis_offset), interrupt::receive);
  get(dr_offset);
  EXPECT_FALSE(interrupted()) << "below the level";
}

TEST_F(Pl011Test, ReceiveTimeoutWhileTheFifoIsNotEmpty) {
  enable_fifos();
  set(imsc_offset, interrupt::receive_timeout);
  type("ab");
  EXPECT_TRUE(interrupted());
  set(icr_offset, interrupt::receive_timeout);
  EXPECT_FALSE(interrupted());
  type("c");
  EXPECT_TRUE(interrupted());
  EXPECT_EQ(read_all(), "abc");
  EXPECT_FALSE(interrupted());
}

TEST_F(Pl011Test, NeverTakesMoreThanTheFifoHolds) {
  enable_fifos();
  const std::string text(100, 'q');
  type(text);
  EXPECT_EQ(backend.arrived.size(), 100 - fifo_depth);
  EXPECT_EQ(get(fr_offset) & fr::rxff, fr::rxff);
  EXPECT_EQ(read_all(), text);
  EXPECT_EQ(get(rsr_offset), 0U);
}

TEST_F(Pl011Test, DisabledUartNeitherSendsNorReceives) {
  set(cr_offset, cr::txe | cr::rxe);
  set(dr_offset, 'a');
  type("b");
  EXPECT_EQ(backend.sent, "");
  EXPECT_EQ(get(fr_offset) & (fr::rxfe | fr::txff), fr::rxfe | fr::txff);
  set(cr_offset, cr::uarten | cr::rxe);
  EXPECT_EQ(backend.sent, "") << "TXE is off";
  EXPECT_EQ(read_all(), "b");
  set(cr_offset, cr::uarten | cr::txe);
  EXPECT_EQ(backend.sent, "a");
  type("c");
  EXPECT_EQ(get(fr_offset) & fr::rxfe, fr::rxfe) << "RXE is off";
}

TEST_F(Pl011Test, SwitchingFifosOffFlushesThem) {
  enable_fifos();
  backend.room = 0;
  type("abc");
  set(dr_offset, 'x');
  set(lcr_h_offset, 0x60);
  EXPECT_EQ(get(fr_offset) & (fr::rxfe | fr::txfe), fr::rxfe | fr::txfe);
  EXPECT_EQ(get(ris_offset) & (interrupt::receive | interrupt::receive_timeout), 0U);
}

TEST_F(Pl011Test, LoopbackFeedsTheReceiver) {
  enable_fifos();
  set(cr_offset, cr::uarten | cr::txe | cr::rxe | cr::lbe);
  set(dr_offset, 'k');
  EXPECT_EQ(backend.sent, "");
  EXPECT_EQ(read_all(), "k");
}

TEST_F(Pl011Test, LoopbackOverrunIsReportedWithTheNextCharacter) {
  enable_fifos();
  set(cr_offset, cr::uarten | cr::txe | cr::rxe | cr::lbe);
  for (unsigned i = 0; i <= fifo_depth; ++i) {
    set(dr_offset, i);
  }
  EXPECT_EQ(get(ris_offset) & interrupt::overrun, interrupt::overrun);
  EXPECT_EQ(get(rsr_offset), 0x8U);
  for (unsigned i = 0; i < fifo_depth; ++i) {
    EXPECT_EQ(get(dr_offset), i);
  }
  set(dr_offset, 'z');
  EXPECT_EQ(get(dr_offset), dr::overrun_error | 'z');
  EXPECT_EQ(get(rsr_offset), 0x8U);
  set(rsr_offset, 0);
  EXPECT_EQ(get(rsr_offset), 0U);
  set(icr_offset, interrupt::overrun);
  EXPECT_EQ(get(ris_offset) & interrupt::overrun, 0U);
}

TEST_F(Pl011Test, LoopbackBreakAndModemLines) {
  set(cr_offset, cr::uarten | cr::txe | cr::rxe | cr::lbe);
  EXPECT_EQ(get(fr_offset) & (fr::cts | fr::dsr | fr::dcd | fr::ri), 0U);
  EXPECT_EQ(get(ris_offset), interrupt::cts | interrupt::dsr | interrupt::dcd);
  set(cr_offset, cr::uarten | cr::txe | cr::rxe | cr::lbe | cr::rts | cr::out2);
  EXPECT_EQ(get(fr_offset) & (fr::cts | fr::dsr | fr::dcd | fr::ri), fr::cts | fr::ri);
  set(lcr_h_offset, lcr_h::brk);
  EXPECT_EQ(get(ris_offset) & interrupt::break_, interrupt::break_);
  EXPECT_EQ(get(dr_offset), dr::break_error);
  EXPECT_EQ(get(rsr_offset), 0x4U);
}

TEST_F(Pl011Test, MaskDecidesAboutTheLineButNotTheRawStatus) {
  enable_fifos();
  set(dr_offset, 'a');
  EXPECT_EQ(get(ris_offset), interrupt::transmit);
  EXPECT_EQ(get(mis_offset), 0U);
  EXPECT_FALSE(interrupted());
  set(imsc_offset, interrupt::transmit);
  EXPECT_TRUE(interrupted());
  set(imsc_offset, 0);
  EXPECT_FALSE(interrupted());
  EXPECT_EQ(gic.changes, 2);
}

TEST_F(Pl011Test, EmptyReceiverReadsZero) {
  EXPECT_EQ(get(dr_offset), 0U);
  EXPECT_EQ(get(fr_offset) & fr::rxfe, fr::rxfe);
}

TEST_F(Pl011Test, ResetForgetsEverythingAndLowersTheLine) {
  enable_fifos();
  set(imsc_offset, 0x7ff);
  type("abc");
  backend.room = 0;
  set(dr_offset, 'x');
  ASSERT_TRUE(interrupted());
  uart.reset();
  EXPECT_FALSE(interrupted());
  EXPECT_EQ(get(fr_offset), fr::txfe | fr::rxfe | fr::cts | fr::dsr | fr::dcd);
  EXPECT_EQ(get(cr_offset), 0x301U);
  EXPECT_EQ(get(ifls_offset), 0x12U);
  EXPECT_EQ(get(imsc_offset), 0U);
  EXPECT_EQ(get(ris_offset), 0U);
}

TEST_F(Pl011Test, EveryTriggerLevelOfTheSpecification) {
  enable_fifos();
  set(imsc_offset, interrupt::receive);
  const std::array<unsigned, 5> levels = {4, 8, 16, 24, 28};
  for (unsigned selection = 0; selection < levels.size(); ++selection) {
    set(ifls_offset, selection << 3);
    type(std::string(levels[selection] - 1, '.'));
    EXPECT_FALSE(interrupted()) << selection;
    type(".");
    EXPECT_TRUE(interrupted()) << selection;
    read_all();
  }
}

}  // namespace
}  // namespace serai::pl011
