// SPDX-License-Identifier: BSD-2-Clause
#include "report.hpp"

#include "check.hpp"

namespace serai::selftest {
namespace {

constinit unsigned failures = 0;
constinit unsigned passes = 0;

}  // namespace

void check(bool holds, std::string_view what) noexcept {
  ++(holds ? passes : failures);
  print(holds ? "ok: " : "NOT OK: ");
  print(what);
  print("\r\n");
}

void check_equal(std::uint64_t found, std::uint64_t expected, std::string_view what) noexcept {
  check(found == expected, what);
  if (found != expected) {
    Text<80> line;
    line << "  found " << Hex{found} << ", expected " << Hex{expected} << "\r\n";
    print(line.view());
  }
}

unsigned failure_count() noexcept {
  return failures;
}

void print_verdict() noexcept {
  Text<80> line;
  line << passes << " checks held, " << failures << " did not\r\n";
  print(line.view());
  print(failures == 0 ? "self-test passed\r\n" : "self-test FAILED\r\n");
}

}  // namespace serai::selftest
