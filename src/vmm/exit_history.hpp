// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace serai::vmm {

/// The kinds of events a vCPU leaves the guest with.
enum class ExitKind : std::uint8_t {
  none,
  memory,
  trap,
  maintenance,
  private_interrupt,
  hypervisor_call,
  other,
};

/// One exit, as much of it as a crash report shows.
struct ExitRecord {
  std::uint64_t pc = 0;      ///< 0 where the message did not tell
  std::uint64_t detail = 0;  ///< guest-physical address, list register or INTID
  std::uint64_t esr = 0;
  ExitKind kind = ExitKind::none;
};

/// The last exits of a vCPU, for the report when it ends badly.
class ExitHistory {
 public:
  static constexpr std::size_t length = 8;

  void record(ExitKind kind, std::uint64_t pc, std::uint64_t detail, std::uint64_t esr) noexcept {
    // Field by field: the compiler would move a whole record byte by byte.
    ExitRecord& record = records_.data()[count_++ % length];
    record.pc = pc;
    record.detail = detail;
    record.esr = esr;
    record.kind = kind;
  }

  /// The exit `age` exits ago, 0 being the newest; kind `none` where there was none.
  [[nodiscard]] const ExitRecord& recent(std::size_t age) const noexcept {
    return records_[(count_ - 1 - age) % length];
  }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

 private:
  std::array<ExitRecord, length> records_{};
  std::uint64_t count_ = 0;
};

}  // namespace serai::vmm
