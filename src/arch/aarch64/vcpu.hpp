// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <span>

#include "arch/aarch64/register_file.hpp"
#include "arch/aarch64/vcpu_port.hpp"
#include "base/assert.hpp"

namespace serai::aarch64 {

/// One vCPU's registers during an exit: read from the hypervisor when first needed, written back
/// once at the end and only as far as they changed. Does not own the port.
class Vcpu {
 public:
  explicit Vcpu(VcpuPort& port) noexcept : port_(port) {}

  [[nodiscard]] VcpuPort& port() noexcept { return port_; }

  /// Starts an exit of which nothing is known yet.
  void begin() noexcept {
    valid_ = 0;
    dirty_ = 0;
  }

  /// Starts an exit whose message told the PC.
  void begin_at(std::uint64_t pc) noexcept {
    words_[slot::pc] = pc;
    valid_ = 1;
    dirty_ = 0;
  }

  /// X0 to X30; 31 is the zero register.
  // Guest-controlled: number (0 to 31 by its encoding).
  [[nodiscard]] std::uint64_t x(unsigned number) noexcept {
    return number == xzr ? 0 : word(slot_of(number));
  }

  /// Writes X0 to X30; a write to 31 is dropped.
  void set_x(unsigned number, std::uint64_t value) noexcept {
    if (number != xzr) {
      set_word(slot_of(number), value);
    }
  }

  /// Any word of the context by its slot.
  [[nodiscard]] std::uint64_t word(std::uint8_t index) noexcept {
    fetch(index);
    return words_.data()[index];  // in bounds: `fetch` knows no more than all words
  }

  void set_word(std::uint8_t index, std::uint64_t value) noexcept {
    // Only prefixes can be written back, so what lies before must be known.
    fetch(index);
    words_.data()[index] = value;
    if (index >= dirty_) {
      dirty_ = static_cast<std::uint8_t>(index + 1);
    }
  }

  [[nodiscard]] std::uint64_t pc() noexcept { return word(slot::pc); }

  void set_pc(std::uint64_t value) noexcept { set_word(slot::pc, value); }

  /// Moves the PC past the instruction that exited; all A64 instructions have four bytes.
  void skip_instruction() noexcept { set_pc(pc() + 4); }

  /// Ends a trapped call: X0 becomes `result` and the PC moves past the instruction; cheaper than
  /// `set_x` and `skip_instruction`.
  void finish_call(std::uint64_t result) noexcept {
    fetch(slot::x0);
    words_[slot::x0] = result;
    words_[slot::pc] += 4;
    if (dirty_ <= slot::x0) {
      dirty_ = slot::x0 + 1;
    }
  }

  /// Writes back what changed. Every exit ends with it before the vCPU runs again.
  void flush() noexcept {
    if (dirty_ != 0) {
      port_.write_registers(std::span(words_).first(dirty_));
      dirty_ = 0;
    }
  }

  /// Whether `flush` has something to write.
  [[nodiscard]] bool is_changed() const noexcept { return dirty_ != 0; }

  /// `flush` and `VcpuPort::resume_with` in one.
  [[nodiscard]] bool flush_and_resume_with(const Injection& injection) noexcept {
    const std::size_t count = dirty_;
    dirty_ = 0;
    return port_.resume_with(std::span(words_.data(), count), injection);
  }

 private:
  [[nodiscard]] static std::uint8_t slot_of(unsigned number) noexcept {
    SERAI_ASSERT(number < slot_of_register.size());
    return slot_of_register[number];
  }

  void fetch(std::uint8_t index) noexcept {
    if (index < valid_) {
      return;
    }
    if (dirty_ != 0) [[unlikely]] {
      fetch_behind_changes(index);
      return;
    }
    port_.read_registers(std::span(words_.data(), std::size_t{index} + 1));
    valid_ = static_cast<std::uint8_t>(index + 1);
  }

  /// The same where this exit already changed words, which must not be read over.
  void fetch_behind_changes(std::uint8_t index) noexcept;

  VcpuPort& port_;
  Context words_{};
  std::uint8_t valid_ = 0;  ///< how many words of the prefix are known
  std::uint8_t dirty_ = 0;  ///< how many words of the prefix must be written back
};

}  // namespace serai::aarch64
