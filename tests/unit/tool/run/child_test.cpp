// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/child.hpp"

#include <cerrno>
#include <chrono>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <thread>

namespace serai::tool {
namespace {

std::string read_line(int descriptor) {
  std::string line;
  char character = 0;
  while (read(descriptor, &character, 1) == 1 && character != '\n') {
    line += character;
  }
  return line;
}

/// Whether a process is gone (or waits only for its parent to notice) within a few seconds.
bool ends_soon(pid_t process) {
  for (int i = 0; i < 500; ++i) {
    if (kill(process, 0) != 0) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return false;
}

TEST(Child, GivesOutputAndStatus) {
  const auto finished =
      run_to_end({.command = {"sh", "-c", "echo out; echo err >&2; exit 7"}, .folder = "/"});
  ASSERT_TRUE(finished.has_value());
  EXPECT_EQ(finished->status, 7);
  EXPECT_EQ(finished->output, "out\nerr\n");
}

TEST(Child, RunsWhereItIsTold) {
  EXPECT_EQ(run_to_end({.command = {"pwd"}, .folder = "/usr"})->output, "/usr\n");
  EXPECT_EQ(run_to_end({.command = {"pwd"}, .folder = "/does-not-exist"}).error(), ENOENT);
}

TEST(Child, SaysWhyItCannotStart) {
  EXPECT_EQ(Child::start({.command = {"serai-no-such-program"}, .folder = {}}).error(), ENOENT);
  EXPECT_EQ(Child::start({.command = {"/"}, .folder = {}}).error(), EACCES);
}

TEST(Child, ReadsItsInput) {
  auto child = Child::start({.command = {"cat"}, .folder = {}});
  ASSERT_TRUE(child.has_value());
  ASSERT_EQ(write(child->input.number(), "hello\n", 6), 6);
  EXPECT_EQ(read_line(child->output.number()), "hello");
  child->input.close();
  EXPECT_EQ(child->wait(), 0);
}

TEST(Child, TellsASignal) {
  auto child = Child::start({.command = {"sh", "-c", "kill -KILL $$"}, .folder = {}});
  EXPECT_EQ(child->wait(), 128 + SIGKILL);
}

TEST(Child, EndsWithItsOwner) {
  pid_t process = 0;
  {
    auto child = Child::start({.command = {"sh", "-c", "echo $$; exec sleep 100"}, .folder = {}});
    process = std::stoi(read_line(child->output.number()));
    EXPECT_EQ(kill(process, 0), 0);
  }
  EXPECT_NE(kill(process, 0), 0);
}

TEST(Child, ThatIgnoresTheWishToEndIsKilled) {
  pid_t process = 0;
  {
    auto child =
        Child::start({.command = {"sh", "-c", "trap '' TERM; echo $$; while :; do sleep 0.1; done"},
                      .folder = {}});
    process = std::stoi(read_line(child->output.number()));
  }
  EXPECT_NE(kill(process, 0), 0);
}

TEST(Child, DoesNotOutliveAParentThatIsKilled) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t parent = fork();
  if (parent == 0) {
    auto child = Child::start({.command = {"sh", "-c", "echo $$; exec sleep 100"}, .folder = {}});
    const std::string line = read_line(child->output.number()) + "\n";
    static_cast<void>(!write(ends[1], line.data(), line.size()));
    pause();
    _exit(0);
  }
  const pid_t process = std::stoi(read_line(ends[0]));
  ASSERT_EQ(kill(process, 0), 0);
  kill(parent, SIGKILL);
  waitpid(parent, nullptr, 0);
  EXPECT_TRUE(ends_soon(process));
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace serai::tool
