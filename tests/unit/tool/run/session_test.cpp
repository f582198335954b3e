// SPDX-License-Identifier: BSD-2-Clause
//
// The machine is a shell script here.
#include "tool/run/session.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace serai::tool {
namespace {

using testing::HasSubstr;

/// A run whose input is given and whose output is kept.
class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    EXPECT_EQ(pipe2(input_, O_CLOEXEC), 0);
    output_ = memfd_create("output", MFD_CLOEXEC);
    options_.input = input_[0];
    options_.output = output_;
    options_.errors = output_;
    options_.vms = {{.name = "linux", .vmm = "linux_vmm"}};
    options_.timeout = std::chrono::seconds(20);
  }

  ~SessionTest() override {
    for (const int descriptor : {input_[0], input_[1], output_}) {
      close(descriptor);
    }
  }

  std::expected<int, Failure> run(const std::string& script) {
    options_.command = {"sh", "-c", script};
    return run_session(options_);
  }

  void type(std::string_view text) {
    ASSERT_EQ(write(input_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  std::string output() const {
    std::string text(1 << 20, '\0');
    text.resize(static_cast<std::size_t>(pread(output_, text.data(), text.size(), 0)));
    return text;
  }

  int input_[2];
  int output_;
  SessionOptions options_;
};

TEST_F(SessionTest, EndsWhenEveryVmIsOff) {
  EXPECT_EQ(run("echo hello; echo '[serai linux] off'; sleep 60"), 0);
  EXPECT_EQ(output(), "hello\n[serai linux] off\n");
}

TEST_F(SessionTest, FailsWhenAVmWasStopped) {
  options_.vms = {{.name = "linux", .vmm = "linux_vmm"}, {.name = "other", .vmm = "other_vmm"}};
  const auto status = run("echo '[serai linux] stopped: bad'; echo '[serai other] off'; sleep 60");
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().status, status_failure);
  EXPECT_EQ(status.error().error.what, "VM 'linux' was stopped: bad");
}

TEST_F(SessionTest, ShowsTheReportOfAStop) {
  const auto status =
      run("echo '[serai linux] stopped: bad'; sleep 0.1; echo 'x0 = 1'; echo 'x1 = 2'; sleep 60");
  EXPECT_FALSE(status.has_value());
  EXPECT_EQ(output(), "[serai linux] stopped: bad\nx0 = 1\nx1 = 2\n");
}

TEST_F(SessionTest, FailsWhenNothingWorksAnyMore) {
  EXPECT_EQ(run("echo \"testbed: PD 'console' is stopped: why\"; sleep 60").error().error.what,
            "the PD 'console' failed");
}

TEST_F(SessionTest, FailsWhenNobodyReads) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  close(ends[0]);
  options_.output = ends[1];
  EXPECT_EQ(run("echo hello; sleep 60").error().error.what, "nobody reads the console any more");
  close(ends[1]);
}

TEST_F(SessionTest, LetsTheLineOfTheTextEnd) {
  options_.until = "ready";
  EXPECT_EQ(run("printf ready; sleep 0.1; echo ' now'; sleep 60"), 0);
  EXPECT_EQ(output(), "ready now\n");
}

TEST_F(SessionTest, EndsWhenTheTextAppears) {
  options_.until = "ready";
  EXPECT_EQ(run("printf 'rea'; sleep 0.1; printf 'dy'; sleep 60"), 0);
}

TEST_F(SessionTest, TellsThatTheTextDidNotAppear) {
  options_.until = "ready";
  EXPECT_EQ(run("echo '[serai linux] off'; sleep 60").error().error.what,
            "all VMs are off, and 'ready' did not appear");
  EXPECT_EQ(run("exit 0").error().error.what,
            "QEMU ended by itself with status 0, and 'ready' did not appear");
}

TEST_F(SessionTest, TellsWhatItWaitedForWhenTimeIsOver) {
  options_.timeout = std::chrono::seconds(1);
  options_.until = "ready";
  const auto status = run("echo hello; printf unfinished; sleep 60");
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().status, status_timeout);
  EXPECT_EQ(status.error().error.what,
            "time is over after 1 s, and 'ready' did not appear; still running: linux");
  EXPECT_EQ(output(), "hello\nunfinished\n");
}

TEST_F(SessionTest, TellsTheMachinesFailure) {
  EXPECT_EQ(run("exit 3").error().error.what, "QEMU ended by itself with status 3");
  EXPECT_EQ(run("exit 0"), 0);
}

TEST_F(SessionTest, ShowsWhatTheMachineComplainsAbout) {
  EXPECT_FALSE(run("echo 'bad option' >&2; exit 1").has_value());
  EXPECT_EQ(output(), "bad option\n");
}

TEST_F(SessionTest, ShowsTheMachinesLastWordsExceptOfItsEnd) {
  options_.until = "ready";
  EXPECT_EQ(run("trap 'echo \"qemu: terminating on signal 15 from pid 1\" >&2; echo count 5 >&2; "
                "exit 0' TERM; printf ready; while :; do :; done"),
            0);
  EXPECT_EQ(output(), "ready\ncount 5\n");
}

TEST_F(SessionTest, NamesThePackageOfAMissingProgram) {
  options_.command = {"serai-no-such-qemu"};
  const auto status = run_session(options_);
  ASSERT_FALSE(status.has_value());
  EXPECT_EQ(status.error().error.what, "serai-no-such-qemu is not installed");
  EXPECT_EQ(status.error().error.hint, "on Debian: apt install qemu-system-arm");
}

TEST_F(SessionTest, PassesInputUnchanged) {
  type("one\ntwo \x01x\n");
  options_.until = "x!";
  EXPECT_EQ(run("read a; read b; echo \"$a+$b!\"; sleep 60"), 0);
  EXPECT_EQ(output(), "one+two \x01x!\n");
}

TEST_F(SessionTest, GoesOnWhenInputIsOver) {
  close(input_[1]);
  input_[1] = dup(output_);
  EXPECT_EQ(run("sleep 0.3; echo '[serai linux] off'; sleep 60"), 0);
}

TEST_F(SessionTest, ShowsOutputWhileTheMachineTakesNoInput) {
  const std::string much(60'000, 'x');
  type(much);
  type(much.substr(0, 4'000));
  options_.until = "done";
  EXPECT_EQ(
      run("i=0; while [ $i -lt 2000 ]; do echo line $i; i=$((i+1)); done; echo done; sleep 60"), 0);
  EXPECT_THAT(output(), HasSubstr("line 1999\ndone"));
}

TEST_F(SessionTest, EndsByTheKeysOnATerminal) {
  int controller = 0;
  int terminal = 0;
  if (openpty(&controller, &terminal, nullptr, nullptr, nullptr) != 0) {
    GTEST_SKIP() << "this machine offers no pseudo-terminals (/dev/pts)";
  }
  options_.input = terminal;
  std::jthread user([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    EXPECT_EQ(write(controller, "a\x01x", 3), 3);
  });
  EXPECT_EQ(run("sleep 60"), 0);
  user.join();
  close(controller);
  close(terminal);
}

TEST_F(SessionTest, TellsTheConsoleTheTerminalsNewSize) {
  int controller = 0;
  int terminal = 0;
  winsize size{.ws_row = 43, .ws_col = 132, .ws_xpixel = 0, .ws_ypixel = 0};
  if (openpty(&controller, &terminal, nullptr, nullptr, &size) != 0) {
    GTEST_SKIP() << "this machine offers no pseudo-terminals (/dev/pts)";
  }
  options_.input = terminal;
  options_.until = "s132x43";
  // The machine is our child: it shows that it is there, then we are told of another size.
  EXPECT_EQ(run("kill -WINCH $PPID; dd bs=1 count=9 2>/dev/null | tr '\\035\\r' '^$'; sleep 60"),
            0);
  EXPECT_THAT(output(), HasSubstr("^s132x43$"));
  close(controller);
  close(terminal);
}

TEST_F(SessionTest, EndsOnASignalAndTakesTheMachineAlong) {
  const pid_t us = fork();
  if (us == 0) {
    const auto status = run("echo $$; exec sleep 100");
    _exit(status.value_or(99));
  }
  std::string machine;
  while (machine.find('\n') == std::string::npos) {
    machine = output();
  }
  kill(us, SIGTERM);
  int status = 0;
  waitpid(us, &status, 0);
  EXPECT_EQ(WEXITSTATUS(status), 128 + SIGTERM);
  EXPECT_NE(kill(std::stoi(machine), 0), 0);
}

}  // namespace
}  // namespace serai::tool
