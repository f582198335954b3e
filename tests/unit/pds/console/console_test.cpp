// SPDX-License-Identifier: BSD-2-Clause
#include "pds/console/console.hpp"

#include <array>
#include <deque>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "support/fake_serial_backend.hpp"
#include "support/fake_signal_port.hpp"

namespace serai::console {
namespace {

constexpr ChannelId uart_channel = 40;
constexpr std::string_view escape = "\x1d";

class FakeUart final : public UartPort {
 public:
  std::size_t write(std::span<const std::byte> characters) noexcept override {
    const std::size_t count = std::min(characters.size(), room);
    for (const std::byte character : characters.first(count)) {
      output.push_back(static_cast<char>(character));
    }
    if (room != unlimited) {
      room -= count;
    }
    return count;
  }

  std::size_t read(std::span<std::byte> to) noexcept override {
    const std::size_t count = std::min(to.size(), typed.size());
    for (std::size_t i = 0; i < count; ++i) {
      to[i] = static_cast<std::byte>(typed.front());
      typed.pop_front();
    }
    return count;
  }

  void set_transmit_interrupt(bool enabled) noexcept override { transmit_interrupt = enabled; }

  void acknowledge() noexcept override { ++acknowledged; }

  static constexpr std::size_t unlimited = ~std::size_t{0};

  std::size_t room = unlimited;
  std::string output;
  std::deque<char> typed;
  bool transmit_interrupt = false;
  int acknowledged = 0;
};

/// A console with `Count` VMs called a, b, c...
template <std::size_t Count>
class ConsoleFixture : public testing::Test {
 protected:
  explicit ConsoleFixture(bool terminal = false)
      : console(uart, signals,
                {.uart_channel = uart_channel, .prefix_lines = Count > 1, .terminal = terminal}) {
    for (std::size_t i = 0; i < Count; ++i) {
      const char name = static_cast<char>('a' + i);
      EXPECT_TRUE(console.add_client(std::string_view(&name, 1), vms[i], logs[i]));
    }
  }

  /// What appears on the screen since the last call, after one event.
  std::string shown() {
    console.notified(1);
    return std::exchange(uart.output, {});
  }

  std::string after_typing(std::string_view text) {
    uart.typed.insert(uart.typed.end(), text.begin(), text.end());
    console.notified(uart_channel);
    return std::exchange(uart.output, {});
  }

  FakeUart uart;
  test::FakeSignalPort signals;
  std::array<test::FakeSerialBackend, Count> vms;
  std::array<test::FakeSerialBackend, Count> logs;
  Console console;
};

using OneVm = ConsoleFixture<1>;
using TwoVms = ConsoleFixture<2>;
using ThreeVms = ConsoleFixture<3>;

TEST_F(OneVm, IsTransparent) {
  std::string all;
  for (int i = 0; i < 256; ++i) {
    all.push_back(static_cast<char>(i));
  }
  vms[0].arrive(all);
  EXPECT_EQ(shown(), all);
  EXPECT_EQ(after_typing("ls\r\x03\x1b[A"), "");
  EXPECT_EQ(vms[0].sent, "ls\r\x03\x1b[A");
}

TEST_F(OneVm, LogLinesStandAlone) {
  vms[0].arrive("booting");
  logs[0].arrive("vCPU stopped\n");
  EXPECT_EQ(shown(), "[serai a] vCPU stopped\r\nbooting");
  logs[0].arrive("again\n");
  EXPECT_EQ(shown(), "\r\n[serai a] again\r\n");
  vms[0].arrive("x\r\n");
  EXPECT_EQ(shown(), "x\r\n");
  logs[0].arrive("third\n");
  EXPECT_EQ(shown(), "[serai a] third\r\n");
}

TEST_F(OneVm, LearnsTheSizeOfTheWindow) {
  EXPECT_EQ(after_typing("\x1ds132x43\r"), "");
  EXPECT_EQ(vms[0].window, (WindowSize{.columns = 132, .rows = 43}));
  EXPECT_EQ(vms[0].sent, "");
  EXPECT_GT(vms[0].flushes, 0);
  for (const std::string_view wrong :
       {"\x1ds80\r", "\x1ds80x24q", "\x1ds80x2x", "\x1dsx\x1d", "\x1ds123456789x1\r"}) {
    after_typing(wrong);
    EXPECT_EQ(vms[0].window, (WindowSize{.columns = 132, .rows = 43})) << wrong;
    EXPECT_EQ(vms[0].sent.find('\x1d'), std::string::npos);
  }
  vms[0].sent.clear();
  after_typing("ls");
  EXPECT_EQ(vms[0].sent, "ls");
}

TEST_F(TwoVms, TheirWindowIsWhatTheNameLeaves) {
  after_typing("\x1ds80x24\r");
  EXPECT_EQ(vms[0].window, (WindowSize{.columns = 77, .rows = 24}));
  EXPECT_EQ(vms[1].window, (WindowSize{.columns = 77, .rows = 24}));
  after_typing("\x1ds2x24\r");
  EXPECT_EQ(vms[1].window, (WindowSize{.columns = 2, .rows = 24}));
}

TEST(ConsoleWindow, HasTheSizeOfTheConfigurationAtFirst) {
  FakeUart uart;
  test::FakeSignalPort signals;
  test::FakeSerialBackend vm;
  test::FakeSerialBackend log;
  Console console(uart, signals,
                  {.uart_channel = uart_channel, .window = {.columns = 100, .rows = 30}});
  ASSERT_TRUE(console.add_client("a", vm, log));
  console.start();
  EXPECT_EQ(vm.window, (WindowSize{.columns = 100, .rows = 30}));
}

TEST_F(OneVm, LogCanBeHidden) {
  EXPECT_EQ(after_typing("\x1dl"), "[serai console] the log is hidden\r\n");
  logs[0].arrive("secret\n");
  EXPECT_EQ(shown(), "");
  EXPECT_EQ(after_typing("\x1dl"), "[serai console] the log is shown\r\n");
  logs[0].arrive("news\n");
  EXPECT_EQ(shown(), "[serai a] news\r\n");
  EXPECT_EQ(vms[0].sent, "");
}

TEST_F(OneVm, AcknowledgesTheUartBeforeAndTheInterruptAfter) {
  after_typing("x");
  EXPECT_EQ(uart.acknowledged, 1);
  EXPECT_EQ(signals.acknowledged[uart_channel], 1);
  shown();
  EXPECT_EQ(signals.acknowledged[uart_channel], 1);
}

TEST_F(OneVm, ASlowUartLosesNothing) {
  std::string text;
  for (int i = 0; i < 5000; ++i) {
    text += std::to_string(i) + "\r\n";
  }
  vms[0].arrive(text);
  uart.room = 0;
  console.notified(1);
  EXPECT_TRUE(uart.transmit_interrupt);
  EXPECT_GT(vms[0].arrived.size(), text.size() - 8192) << "the rest stays where it was";
  while (uart.transmit_interrupt) {
    uart.room = 16;
    console.notified(uart_channel);
  }
  EXPECT_EQ(uart.output, text);
}

TEST_F(OneVm, TellsItsPeersOncePerEvent) {
  vms[0].arrive("abc");
  shown();
  EXPECT_EQ(vms[0].flushes, 1);
  EXPECT_EQ(logs[0].flushes, 1);
}

TEST_F(OneVm, AnswersCalls) {
  EXPECT_EQ(console.called(1, {.label = 7}).label, 1U);
}

TEST_F(TwoVms, LinesCarryTheirVmsName) {
  vms[0].arrive("one\r\ntwo\n");
  vms[1].arrive("uno\n\nblank before\n");
  EXPECT_EQ(shown(), "a| one\r\na| two\r\nb| uno\r\nb| \r\nb| blank before\r\n");
}

TEST_F(TwoVms, PromptOfTheFocusedVmAppearsAtOnce) {
  vms[0].arrive("login: ");
  vms[1].arrive("waiting: ");
  EXPECT_EQ(shown(), "a| login: ");
  EXPECT_EQ(after_typing("r"), "");
  vms[0].arrive("r");
  EXPECT_EQ(shown(), "") << "no prompt any more";
  vms[0].arrive("\r\nok\r\n");
  EXPECT_EQ(shown(), "r\r\na| ok\r\n");
  EXPECT_EQ(after_typing("\x1d"
                         "2"),
            "[serai console] input goes to b\r\nb| waiting: ");
}

TEST_F(TwoVms, HalfALineWaitsForItsEnd) {
  vms[0].arrive("half a ");
  EXPECT_EQ(shown(), "");
  vms[1].arrive("noise\n");
  EXPECT_EQ(shown(), "b| noise\r\n");
  vms[0].arrive("line\n");
  EXPECT_EQ(shown(), "a| half a line\r\n");
}

TEST_F(TwoVms, LinesNeverEndUpInsideEachOther) {
  vms[0].arrive("login: ");
  EXPECT_EQ(shown(), "a| login: ");
  vms[1].arrive("noise\n");
  EXPECT_EQ(shown(), "\r\nb| noise\r\n");
  vms[0].arrive("root");
  EXPECT_EQ(shown(), "");
  logs[1].arrive("stopped\n");
  EXPECT_EQ(shown(), "[serai b] stopped\r\n");
  vms[0].arrive("\r\n");
  EXPECT_EQ(shown(), "a| login: root\r\n");
}

TEST_F(TwoVms, BackspaceStaysInsideTheLine) {
  vms[0].arrive("# ab\b\b");
  EXPECT_EQ(shown(), "a| # ");
  vms[0].arrive("ab");
  EXPECT_EQ(shown(), "");
  vms[0].arrive("\b\b\b");
  EXPECT_EQ(shown(), "\b \b") << "only one of the three is on the screen";
  vms[0].arrive("\b\b\b\b\b\b");
  EXPECT_EQ(shown(), "\b \b");
  vms[0].arrive("x\r\n");
  EXPECT_EQ(shown(), "x\r\n");
}

TEST_F(TwoVms, NoVmCanForgeAnothersPrefix) {
  vms[0].arrive("x\rb| forged\n");
  vms[0].arrive("\x1b[1G\x1b[Ab| forged\n");
  vms[0].arrive("\b\b\b\b\bb| forged\n");
  EXPECT_EQ(shown(), "a| x\r\na| b| forged\r\na| b| forged\r\na| b| forged\r\n");
  logs[0].arrive("fine\r[serai b] forged\n");
  EXPECT_EQ(shown(), "[serai a] fine[serai b] forged\r\n");
}

TEST_F(TwoVms, CarriageReturnEndsALineOnce) {
  vms[0].arrive("10%\r20%\r\r\n\r\nend\r\r\n");
  EXPECT_EQ(shown(), "a| 10%\r\na| 20%\r\na| \r\na| end\r\n");
}

TEST_F(TwoVms, LongLinesAreBroken) {
  vms[1].arrive(std::string(450, 'y') + "\n");
  EXPECT_EQ(shown(), "b| " + std::string(200, 'y') + "\r\nb| " + std::string(200, 'y') + "\r\nb| " +
                         std::string(50, 'y') + "\r\n");
  logs[1].arrive(std::string(201, 'z') + "\n");
  EXPECT_EQ(shown(), "[serai b] " + std::string(200, 'z') + "\r\n[serai b] z\r\n");
}

TEST_F(TwoVms, InputGoesToTheVmInFocus) {
  after_typing("x");
  EXPECT_EQ(after_typing("\x1d"
                         "2y"),
            "[serai console] input goes to b\r\n");
  after_typing(
      "z\x1dn"
      "w");
  EXPECT_EQ(vms[0].sent, "xw");
  EXPECT_EQ(vms[1].sent, "yz");
  EXPECT_EQ(after_typing("\x1d"
                         "9"),
            "[serai console] there is no such VM\r\n");
  after_typing("\x1d\x1d");
  EXPECT_EQ(vms[0].sent, "xw\x1d");
}

TEST_F(TwoVms, HelpNamesTheKeys) {
  const std::string help = after_typing("\x1d?");
  EXPECT_NE(help.find("n the next VM"), std::string::npos);
  EXPECT_EQ(vms[0].sent, "");
}

TEST_F(TwoVms, AFullVmLosesItsOwnInputOnly) {
  vms[0].room = 1;
  after_typing(
      "xyz\x1d"
      "2w");
  EXPECT_EQ(vms[0].sent, "x");
  EXPECT_EQ(vms[1].sent, "w");
}

TEST_F(TwoVms, KeysWorkWhileTheScreenIsStuck) {
  uart.room = 0;
  vms[0].arrive(std::string(20000, '\n'));
  vms[1].arrive(std::string(20000, 'x'));
  console.notified(1);
  for (int i = 0; i < 100; ++i) {
    after_typing(
        "\x1d?\x1d"
        "2\x1d"
        "1");
  }
  after_typing(
      "\x1d"
      "2q");
  EXPECT_EQ(vms[1].sent, "q");
}

TEST_F(ThreeVms, VmsTakeTurns) {
  for (auto& vm : vms) {
    for (int i = 0; i < 500; ++i) {
      vm.arrive("line\n");
    }
  }
  uart.room = 6000;
  console.notified(1);
  std::array<std::size_t, 3> lines{};
  for (std::size_t i = 0; i < 3; ++i) {
    const std::string prefix = {static_cast<char>('a' + i), '|'};
    for (std::size_t at = uart.output.find(prefix); at != std::string::npos;
         at = uart.output.find(prefix, at + 1)) {
      ++lines[i];
    }
  }
  const auto [least, most] = std::minmax_element(lines.begin(), lines.end());
  EXPECT_GT(*least, 150U);
  EXPECT_LE(*most - *least, 60U);
}

class TwoVmsOnATerminal : public ConsoleFixture<2> {
 protected:
  TwoVmsOnATerminal() : ConsoleFixture(true) {}
};

TEST_F(TwoVmsOnATerminal, PrefixesHaveColourAndTextHasNone) {
  vms[0].arrive("\x1b[31mred?\x1b[0m\n");
  EXPECT_EQ(shown(), "\x1b[36ma| \x1b[0mred?\r\n");
}

TEST_F(TwoVmsOnATerminal, AnUnfinishedLineMakesWayAndComesAgain) {
  vms[0].arrive("booti");
  EXPECT_EQ(shown(), "\x1b[36ma| \x1b[0mbooti");
  vms[1].arrive("noise\n");
  EXPECT_EQ(shown(), "\r\x1b[K\x1b[33mb| \x1b[0mnoise\r\n");
  vms[0].arrive("ng");
  EXPECT_EQ(shown(), "\x1b[36ma| \x1b[0mbooting");
  vms[0].arrive("\n");
  EXPECT_EQ(shown(), "\r\n");
}

/// Whatever VMs print, every line on the screen starts with the name of the VM that wrote it.
RC_GTEST_PROP(ConsoleProperty, EveryLineStartsWithItsOwnersName, ()) {
  FakeUart uart;
  test::FakeSignalPort signals;
  std::array<test::FakeSerialBackend, 4> lines;
  Console console(uart, signals, {.uart_channel = uart_channel, .prefix_lines = true});
  RC_ASSERT(console.add_client("vmA", lines[0], lines[1]).has_value());
  RC_ASSERT(console.add_client("vmB", lines[2], lines[3]).has_value());
  const auto steps =
      *rc::gen::container<std::vector<std::pair<std::uint8_t, std::string>>>(rc::gen::pair(
          rc::gen::arbitrary<std::uint8_t>(), rc::gen::container<std::string>(rc::gen::element(
                                                  'x', '|', '\r', '\n', '\b', '\x1b', '[', 'A', ']',
                                                  '\t', '\xc3', '\xa4', '\x9b', ';', '1'))));
  for (const auto& [which, text] : steps) {
    lines[which % 4].arrive(text);
    uart.room = (which & 0x10) != 0 ? 7 : FakeUart::unlimited;
    console.notified(1);
  }
  uart.room = FakeUart::unlimited;
  console.notified(uart_channel);
  RC_ASSERT(!uart.transmit_interrupt);
  for (const auto& line : lines) {
    RC_ASSERT(line.arrived.empty());
  }
  std::size_t start = 0;
  while (start < uart.output.size()) {
    const std::size_t end = std::min(uart.output.find("\r\n", start), uart.output.size());
    const std::string_view line = std::string_view(uart.output).substr(start, end - start);
    RC_ASSERT(line.starts_with("vmA| ") || line.starts_with("vmB| ") ||
              line.starts_with("[serai vmA] ") || line.starts_with("[serai vmB] "));
    RC_ASSERT(line.find('\r') == std::string_view::npos);
    RC_ASSERT(line.find('\x1b') == std::string_view::npos);
    start = end + 2;
  }
}

}  // namespace
}  // namespace serai::console
