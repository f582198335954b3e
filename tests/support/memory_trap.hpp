// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace serai::test {

/// Watches every access to a stretch of whole pages, such as a guest's RAM, and may change the
/// memory between two accesses as another thread of the guest would, but at a chosen moment. One at
/// a time; works on Linux on x86-64 by protection faults and single steps, which costs microseconds
/// an access.
class MemoryTrap {
 public:
  /// Called after each access with how many there were; runs in a signal handler: it may write into
  /// the memory and nothing else. The memory is accessible while it runs.
  using Hook = std::function<void(std::size_t)>;

  explicit MemoryTrap(std::span<std::byte> pages, Hook hook = {});
  ~MemoryTrap();
  MemoryTrap(const MemoryTrap&) = delete;
  MemoryTrap& operator=(const MemoryTrap&) = delete;

  /// Whether it works on this machine.
  static bool is_supported();

  /// Lets go of the memory; the offsets that were accessed, in order.
  const std::vector<std::size_t>& stop();

 private:
  struct Handlers;

  void protect(bool on) const;

  std::span<std::byte> pages_;
  Hook hook_;
  std::vector<std::size_t> accesses_;
  bool watching_ = true;
};

}  // namespace serai::test
