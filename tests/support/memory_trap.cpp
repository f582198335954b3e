// SPDX-License-Identifier: BSD-2-Clause
#include "support/memory_trap.hpp"

#include <csignal>
#include <cstdlib>
#include <sys/mman.h>
#include <ucontext.h>

namespace serai::test {

namespace {

MemoryTrap* current = nullptr;
struct sigaction old_fault;
struct sigaction old_step;

constexpr std::size_t most_accesses = 4096;

}  // namespace

#if defined(__x86_64__) && defined(__linux__)

struct MemoryTrap::Handlers {
  static constexpr greg_t trap_flag = 0x100;

  static void fault(int /*signal*/, siginfo_t* info, void* context) {
    auto* const address = static_cast<std::byte*>(info->si_addr);
    const auto pages = current->pages_;
    if (address < pages.data() || address >= pages.data() + pages.size() ||
        current->accesses_.size() == most_accesses) {
      // Not ours: the next try ends the program as it should.
      sigaction(SIGSEGV, &old_fault, nullptr);
      return;
    }
    current->accesses_.push_back(static_cast<std::size_t>(address - pages.data()));
    current->protect(false);
    static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_EFL] |= trap_flag;
  }

  static void step(int /*signal*/, siginfo_t* /*info*/, void* context) {
    static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_EFL] &= ~trap_flag;
    if (current->hook_) {
      current->hook_(current->accesses_.size());
    }
    current->protect(true);
  }

  static void install(int signal, void (*handler)(int, siginfo_t*, void*), struct sigaction* old) {
    struct sigaction action{};
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_NODEFER;
    sigaction(signal, &action, old);
  }
};

bool MemoryTrap::is_supported() {
  return true;
}

#else

struct MemoryTrap::Handlers {
  static void fault(int /*signal*/, siginfo_t* /*info*/, void* /*context*/) {}

  static void step(int /*signal*/, siginfo_t* /*info*/, void* /*context*/) {}

  static void install(int /*signal*/, void (* /*handler*/)(int, siginfo_t*, void*),
                      struct sigaction* /*old*/) {
    std::abort();
  }
};

bool MemoryTrap::is_supported() {
  return false;
}

#endif

MemoryTrap::MemoryTrap(std::span<std::byte> pages, Hook hook)
    : pages_(pages), hook_(std::move(hook)) {
  accesses_.reserve(most_accesses);
  current = this;
  Handlers::install(SIGSEGV, Handlers::fault, &old_fault);
  Handlers::install(SIGTRAP, Handlers::step, &old_step);
  protect(true);
}

MemoryTrap::~MemoryTrap() {
  stop();
}

const std::vector<std::size_t>& MemoryTrap::stop() {
  if (watching_) {
    watching_ = false;
    protect(false);
    sigaction(SIGSEGV, &old_fault, nullptr);
    sigaction(SIGTRAP, &old_step, nullptr);
    current = nullptr;
  }
  return accesses_;
}

void MemoryTrap::protect(bool on) const {
  if (mprotect(pages_.data(), pages_.size(), on ? PROT_NONE : PROT_READ | PROT_WRITE) != 0) {
    std::abort();
  }
}

}  // namespace serai::test
