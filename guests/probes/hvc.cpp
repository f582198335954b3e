// SPDX-License-Identifier: BSD-2-Clause
//
// HVC is no conduit of Serai's: seL4 takes it as one of its own calls. Whatever happens to it, the
// guest must hear of it: an answer in X0, or an undefined instruction.
#include <array>

#include "base/bits.hpp"
#include "runtime/runtime.hpp"

extern "C" {
/// HVC with immediate 0, 1 or 0xffff; X7 is zero. X0 before it is `function`.
std::uint64_t probe_hvc_0(std::uint64_t function);
std::uint64_t probe_hvc_1(std::uint64_t function);
std::uint64_t probe_hvc_ffff(std::uint64_t function);
}

namespace {

using namespace probe;

constexpr std::uint64_t not_supported = ~std::uint64_t{0};

bool is_answer(std::uint64_t function, std::uint64_t x0) {
  const std::uint64_t result = serai::sign_extend(x0, 32);
  return result == not_supported || (function == psci_version && result >= 0x10000);
}

void try_call(std::string_view name, std::uint64_t (*hvc)(std::uint64_t), std::uint64_t function) {
  expect_trap();
  const std::uint64_t x0 = hvc(function);
  const Trap trap = take_trap();
  Line why;
  why << "X0 " << serai::Hex{x0} << ", ESR " << serai::Hex{trap.syndrome};
  const bool undefined = trap.taken && trap.exception_class() == ec_unknown;
  check(name, undefined || (!trap.taken && is_answer(function, x0)), why.view());
}

}  // namespace

void probe_main() {
  try_call("hvc.version", probe_hvc_0, psci_version);
  try_call("hvc.unknown", probe_hvc_0, 0x8400'00ff);
  try_call("hvc.zero", probe_hvc_0, 0);
  try_call("hvc.immediate-1", probe_hvc_1, psci_version);
  try_call("hvc.immediate-ffff", probe_hvc_ffff, psci_version);
}
