// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <optional>
#include <string>
#include <sys/types.h>
#include <vector>

#include "tool/run/file_descriptor.hpp"

namespace serai::tool {

/// Where a program's standard error goes.
enum class Errors { with_output, piped };

struct ChildOptions {
  std::vector<std::string> command;  ///< the program, found in PATH, and its arguments
  std::filesystem::path folder;      ///< where it runs; empty: here
  Errors errors = Errors::with_output;
};

/// A program that runs beside us, its standard input and output piped to us. It never outlives us:
/// the kernel kills it when we end, however that happens; and so does the destructor.
class Child {
 public:
  /// Starts it; the error is the number that says why not (ENOENT: there is no such program).
  static std::expected<Child, int> start(const ChildOptions& options);

  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  /// Write its input here; close it to end the input.
  FileDescriptor input;
  /// Its output can be read here until it ends.
  FileDescriptor output;
  /// Its standard error, where that is piped.
  FileDescriptor errors;

  /// Waits for its end. Returns its exit status, or 128 and the number of the signal that ended it.
  int wait();

  /// Asks it, and what it started itself, to end. Closes its input and output.
  void ask_to_end();

  /// Asks it to end, and ends it where it does not.
  void stop();

 private:
  explicit Child(pid_t process) : process_(process) {}

  bool ends_within(std::chrono::milliseconds time);

  pid_t process_;  ///< 0 once waited for
  int status_ = 0;
};

/// Runs a program to its end without input. Returns its status and all of its output.
struct Finished {
  int status;
  std::string output;
};

std::expected<Finished, int> run_to_end(const ChildOptions& options);

}  // namespace serai::tool
