// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/terminal.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

namespace serai::tool {
namespace {

TEST(TerminalSize, IsZeroForWhatIsNoTerminal) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(terminal_size(ends[0]).columns, 0);
  EXPECT_EQ(terminal_size(ends[0]).rows, 0);
  close(ends[0]);
  close(ends[1]);
}

TEST(EscapeKeys, PassOrdinaryKeys) {
  EscapeKeys keys;
  EXPECT_EQ(keys.feed("ls\r\x03\x1d"), "ls\r\x03\x1d");
  EXPECT_FALSE(keys.leave());
}

TEST(EscapeKeys, LeaveByControlAX) {
  for (const char* typed : {"a\x01x", "a\x01X"}) {
    EscapeKeys keys;
    EXPECT_EQ(keys.feed(typed), "a");
    EXPECT_TRUE(keys.leave());
  }
}

TEST(EscapeKeys, WorkAcrossPieces) {
  EscapeKeys keys;
  EXPECT_EQ(keys.feed("\x01"), "");
  EXPECT_FALSE(keys.leave());
  EXPECT_EQ(keys.feed("x"), "");
  EXPECT_TRUE(keys.leave());
}

TEST(EscapeKeys, ControlATwiceTypesOne) {
  EscapeKeys keys;
  EXPECT_EQ(keys.feed("\x01\x01x"), "\x01x");
  EXPECT_FALSE(keys.leave());
}

TEST(EscapeKeys, PassWhatTheyDoNotKnow) {
  EscapeKeys keys;
  EXPECT_EQ(keys.feed("\x01q"), "\x01q");
}

TEST(RawTerminal, PutsTheSettingsBack) {
  int controller = 0;
  int terminal = 0;
  if (openpty(&controller, &terminal, nullptr, nullptr, nullptr) != 0) {
    GTEST_SKIP() << "this machine offers no pseudo-terminals (/dev/pts)";
  }
  termios before{};
  ASSERT_EQ(tcgetattr(terminal, &before), 0);
  {
    const RawTerminal raw(terminal);
    termios during{};
    ASSERT_EQ(tcgetattr(terminal, &during), 0);
    EXPECT_EQ(during.c_lflag & static_cast<tcflag_t>(ECHO | ICANON | ISIG), 0U);
  }
  termios after{};
  ASSERT_EQ(tcgetattr(terminal, &after), 0);
  EXPECT_EQ(after.c_lflag, before.c_lflag);
  EXPECT_EQ(after.c_iflag, before.c_iflag);
  close(terminal);
  close(controller);
}

TEST(RawTerminal, LeavesAPipeAlone) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  {
    const RawTerminal raw(ends[0]);
  }
  EXPECT_EQ(write(ends[1], "x", 1), 1);
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace serai::tool
