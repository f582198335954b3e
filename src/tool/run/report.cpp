// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/report.hpp"

#include <cstdio>
#include <fmt/core.h>

namespace serai::tool {

std::unexpected<Failure> failure(std::string what, std::string hint) {
  return std::unexpected(
      Failure{.status = status_failure, .error = {std::move(what), std::move(hint)}});
}

std::unexpected<Failure> bad_option(std::string what, std::string hint) {
  return std::unexpected(
      Failure{.status = status_bad_options, .error = {std::move(what), std::move(hint)}});
}

int report(const Failure& failure, bool colour) {
  const char* error = colour ? "\x1b[1;31merror:\x1b[0m" : "error:";
  fmt::print(stderr, "serai: {} {}\n", error, failure.error.what);
  if (!failure.error.hint.empty()) {
    fmt::print(stderr, "  {}\n", failure.error.hint);
  }
  return failure.status;
}

}  // namespace serai::tool
