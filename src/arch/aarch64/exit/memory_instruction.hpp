// SPDX-License-Identifier: BSD-2-Clause
//
// A64 loads and stores of general registers (DDI 0487, C4.1.94 "Loads and Stores"), as far as their
// effect can be carried out without the processor.
#pragma once

#include <cstdint>
#include <expected>

#include "core/access.hpp"

namespace serai::aarch64 {

/// How an instruction makes its address.
enum class Addressing : std::uint8_t {
  offset,           ///< [Xn, #imm]
  pre_index,        ///< [Xn, #imm]!
  post_index,       ///< [Xn], #imm
  register_offset,  ///< [Xn, Rm, extend #shift]
  literal,          ///< from the PC
};

/// A load or store of one register or two.
struct MemoryInstruction {
  AccessSize size = AccessSize::word;  ///< of each element
  std::uint8_t count = 1;              ///< elements, 1 or 2, one behind the other
  bool is_store = false;
  bool extends_sign = false;
  bool is_64_bit_register = false;
  bool is_unprivileged = false;  ///< LDTR, STTR: with EL0's rights
  Addressing addressing = Addressing::offset;
  std::uint8_t rt = 0;           ///< 31 is the zero register
  std::uint8_t rt2 = 0;          ///< of the second element
  std::uint8_t rn = 0;           ///< base; 31 is the stack pointer
  std::uint8_t rm = 0;           ///< of `register_offset`; 31 is the zero register
  bool is_word_index = false;    ///< Rm is used as W
  bool is_signed_index = false;  ///< and its sign extended
  std::uint8_t index_shift = 0;  ///< bits
  std::int64_t immediate = 0;    ///< bytes

  [[nodiscard]] constexpr bool writes_back() const noexcept {
    return addressing == Addressing::pre_index || addressing == Addressing::post_index;
  }
};

/// Why an instruction is not a `MemoryInstruction`.
enum class Refusal : std::uint8_t {
  unknown,          ///< no load or store, or one of an extension that is not known here
  vector_register,  ///< moves SIMD, SVE or SME registers, which a VMM cannot reach
  atomic,           ///< exclusive, compare and swap, or another atomic access
  cache,            ///< a cache instruction, DC ZVA among them
};

/// Decodes the A64 instruction `word`. Total.
// Guest-controlled: word.
[[nodiscard]] std::expected<MemoryInstruction, Refusal> decode_memory_instruction(
    std::uint32_t word) noexcept;

}  // namespace serai::aarch64
