// SPDX-License-Identifier: BSD-2-Clause
//
// A guest that runs into nowhere. By default it gets an abort and says so; under `unclaimed =
// "stop"` the VMM stops it with a report; once its vectors lie in nowhere as well it can only be
// stopped.
#include "runtime/cpu.hpp"
#include "runtime/runtime.hpp"

namespace {

using namespace probe;

using Function = void (*)();

Function nowhere() {
  return reinterpret_cast<Function>(unclaimed_address);
}

}  // namespace

void probe_main() {
  print_line("crash: jumping to nowhere");
  expect_trap();
  nowhere()();
  const Trap trap = take_trap();
  check("crash.abort", trap.taken && trap.exception_class() == ec_prefetch_abort,
        "no prefetch abort");
  print_line("crash: jumping to nowhere, with vectors that lie there too");
  asm volatile("msr vbar_el1, %0\n\tisb" : : "r"(unclaimed_address) : "memory");
  nowhere()();
}
