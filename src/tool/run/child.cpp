// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/child.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <thread>

namespace serai::tool {

namespace {

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

std::expected<Pipe, int> make_pipe() {
  std::array<int, 2> ends{};
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return std::unexpected(errno);
  }
  return Pipe{.read = FileDescriptor(ends[0]), .write = FileDescriptor(ends[1])};
}

/// What the new process does between fork and exec: only calls that are safe there.
[[noreturn]] void become(const ChildOptions& options, char* const* arguments, pid_t parent,
                         int input, int output, int errors, int failed) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  signal(SIGPIPE, SIG_DFL);
  // A group of its own: Ctrl-C at the terminal is ours to handle.
  setpgid(0, 0);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const bool orphaned = getppid() != parent;
  const bool ready = !orphaned && dup2(input, STDIN_FILENO) >= 0 &&
                     dup2(output, STDOUT_FILENO) >= 0 && dup2(errors, STDERR_FILENO) >= 0 &&
                     (options.folder.empty() || chdir(options.folder.c_str()) == 0);
  if (ready) {
    execvp(arguments[0], arguments);
  }
  const int error = errno;
  static_cast<void>(write(failed, &error, sizeof error) == 0);
  _exit(127);
}

std::vector<char*> argument_pointers(std::vector<std::string>& command) {
  std::vector<char*> pointers;
  for (std::string& argument : command) {
    pointers.push_back(argument.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

int decode(int status) {
  constexpr int signal_base = 128;
  return WIFEXITED(status) ? WEXITSTATUS(status) : signal_base + WTERMSIG(status);
}

}  // namespace

std::expected<Child, int> Child::start(const ChildOptions& options) {
  auto input = make_pipe();
  auto output = make_pipe();
  auto errors = make_pipe();
  auto failed = make_pipe();
  if (!input || !output || !errors || !failed) {
    return std::unexpected(EMFILE);
  }
  std::vector<std::string> command = options.command;
  const auto arguments = argument_pointers(command);
  const pid_t parent = getpid();
  const pid_t process = fork();
  if (process < 0) {
    return std::unexpected(errno);
  }
  if (process == 0) {
    const Pipe& errors_to = options.errors == Errors::piped ? *errors : *output;
    become(options, arguments.data(), parent, input->read.number(), output->write.number(),
           errors_to.write.number(), failed->write.number());
  }
  Child child(process);
  failed->write.close();
  int error = 0;
  // The pipe closes without a word when the program has taken over.
  if (read(failed->read.number(), &error, sizeof error) == sizeof error) {
    child.wait();
    return std::unexpected(error);
  }
  child.input = std::move(input->write);
  child.output = std::move(output->read);
  child.errors = std::move(errors->read);
  return child;
}

Child::Child(Child&& other) noexcept
    : input(std::move(other.input)),
      output(std::move(other.output)),
      errors(std::move(other.errors)),
      process_(std::exchange(other.process_, 0)),
      status_(other.status_) {}

Child::~Child() {
  stop();
}

int Child::wait() {
  if (process_ != 0) {
    int status = 0;
    while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
    }
    status_ = decode(status);
    process_ = 0;
  }
  return status_;
}

bool Child::ends_within(std::chrono::milliseconds time) {
  constexpr std::chrono::milliseconds step(10);
  for (std::chrono::milliseconds waited(0); waited < time; waited += step) {
    int status = 0;
    if (waitpid(process_, &status, WNOHANG) == process_) {
      status_ = decode(status);
      process_ = 0;
      return true;
    }
    std::this_thread::sleep_for(step);
  }
  return false;
}

void Child::ask_to_end() {
  // A program that waits for somebody to read its output must not have to be killed.
  output.close();
  input.close();
  if (process_ != 0) {
    kill(-process_, SIGTERM);
  }
}

void Child::stop() {
  ask_to_end();
  errors.close();
  if (process_ != 0 && !ends_within(std::chrono::seconds(2))) {
    kill(-process_, SIGKILL);
    wait();
  }
}

std::expected<Finished, int> run_to_end(const ChildOptions& options) {
  auto child = Child::start(options);
  if (!child) {
    return std::unexpected(child.error());
  }
  child->input.close();
  std::string output;
  std::array<char, 4096> piece{};
  for (;;) {
    const ssize_t got = read(child->output.number(), piece.data(), piece.size());
    if (got > 0) {
      output.append(piece.data(), static_cast<std::size_t>(got));
    } else if (got == 0 || errno != EINTR) {
      break;
    }
  }
  return Finished{.status = child->wait(), .output = std::move(output)};
}

}  // namespace serai::tool
