// SPDX-License-Identifier: BSD-2-Clause
//
// What a PD that looks after others asks of its platform, and hears from it.
#pragma once

#include <cstdint>
#include <string_view>

namespace serai {

/// A PD whose faults come to this one, by the number that the system gives it (Microkit: 0 to 61).
using ChildId = std::uint32_t;

/// What a PD begins with.
struct ChildStart {
  std::uint64_t pc = 0;
  std::uint64_t sp = 0;
};

/// Why a child was stopped.
struct ChildFault {
  std::string_view what;  ///< "a write that is not allowed"
  std::uint64_t pc = 0;
  bool has_address = false;
  std::uint64_t address = 0;  ///< that it wanted, where there is one
};

/// The children of this PD.
class ChildPort {
 public:
  /// Where the child is now: before it has run for the first time, what it begins with.
  [[nodiscard]] virtual ChildStart start_of(ChildId child) noexcept = 0;

  /// Starts a child that was stopped by a fault, in the memory that its earlier life left.
  virtual void restart(ChildId child, const ChildStart& start) noexcept = 0;

 protected:
  ~ChildPort() = default;
};

/// Hears of the children's faults.
class ChildFaultSink {
 public:
  /// The child is stopped, until it is restarted.
  virtual void child_faulted(ChildId child, const ChildFault& fault) noexcept = 0;

 protected:
  ~ChildFaultSink() = default;
};

}  // namespace serai
