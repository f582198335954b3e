// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/memory_instruction.hpp"

#include <array>

#include "base/bits.hpp"

namespace serai::aarch64 {
namespace {

using Decoded = std::expected<MemoryInstruction, Refusal>;

Decoded refuse(Refusal refusal) noexcept {
  return std::unexpected(refusal);
}

std::uint8_t field(std::uint32_t word, unsigned lsb, unsigned width) noexcept {
  return static_cast<std::uint8_t>(extract(word, lsb, width));
}

std::int64_t signed_field(std::uint32_t word, unsigned lsb, unsigned width) noexcept {
  return static_cast<std::int64_t>(sign_extend(extract(word, lsb, width), width));
}

bool is_vector(std::uint32_t word) noexcept {
  return test_bit(word, 26);
}

/// What all forms have in the same places.
MemoryInstruction common(std::uint32_t word) noexcept {
  return {.rt = field(word, 0, 5), .rn = field(word, 5, 5)};
}

/// Size (31:30) and opc (23:22) of the forms with one register.
Decoded one_register(std::uint32_t word) noexcept {
  const unsigned size = field(word, 30, 2);
  const unsigned opc = field(word, 22, 2);
  if (is_vector(word)) {
    return refuse(Refusal::vector_register);
  }
  // Of a double word there is no sign to extend: PRFM; of a word none into W: unallocated.
  if ((size == 3 && opc >= 2) || (size == 2 && opc == 3)) {
    return refuse(Refusal::unknown);
  }
  MemoryInstruction instruction = common(word);
  instruction.size = static_cast<AccessSize>(1U << size);
  instruction.is_store = opc == 0;
  instruction.extends_sign = opc >= 2;
  instruction.is_64_bit_register = opc == 2 || (opc < 2 && size == 3);
  return instruction;
}

template <Addressing addressing>
Decoded nine_bits(std::uint32_t word) noexcept {
  Decoded decoded = one_register(word);
  if (decoded) {
    decoded->addressing = addressing;
    decoded->immediate = signed_field(word, 12, 9);
  }
  return decoded;
}

Decoded unprivileged(std::uint32_t word) noexcept {
  Decoded decoded = nine_bits<Addressing::offset>(word);
  if (decoded) {
    decoded->is_unprivileged = true;
  }
  return decoded;
}

Decoded twelve_bits(std::uint32_t word) noexcept {
  Decoded decoded = one_register(word);
  if (decoded) {
    decoded->immediate = static_cast<std::int64_t>(extract(word, 10, 12) * bytes_of(decoded->size));
  }
  return decoded;
}

Decoded indexed(std::uint32_t word) noexcept {
  const unsigned option = field(word, 13, 3);
  if ((option & 2) == 0) {
    return refuse(Refusal::unknown);
  }
  Decoded decoded = one_register(word);
  if (decoded) {
    decoded->addressing = Addressing::register_offset;
    decoded->rm = field(word, 16, 5);
    decoded->is_word_index = (option & 1) == 0;
    decoded->is_signed_index = (option & 4) != 0;
    decoded->index_shift = test_bit(word, 12) ? field(word, 30, 2) : std::uint8_t{0};
  }
  return decoded;
}

Decoded pair(std::uint32_t word) noexcept {
  const unsigned opc = field(word, 30, 2);
  const unsigned form = field(word, 23, 2);
  const bool is_load = test_bit(word, 22);
  const bool is_no_allocate = form == 0;
  if (is_vector(word)) {
    return refuse(Refusal::vector_register);
  }
  // opc 1 is LDPSW; as a store it is STGP.
  if (opc == 3 || (opc == 1 && (!is_load || is_no_allocate))) {
    return refuse(Refusal::unknown);
  }
  constexpr std::array forms = {Addressing::offset, Addressing::post_index, Addressing::offset,
                                Addressing::pre_index};
  MemoryInstruction instruction = common(word);
  instruction.size = opc == 2 ? AccessSize::double_word : AccessSize::word;
  instruction.count = 2;
  instruction.is_store = !is_load;
  instruction.extends_sign = opc == 1;
  instruction.is_64_bit_register = opc != 0;
  instruction.addressing = forms[form];
  instruction.rt2 = field(word, 10, 5);
  instruction.immediate = signed_field(word, 15, 7) * bytes_of(instruction.size);
  return instruction;
}

Decoded literal(std::uint32_t word) noexcept {
  const unsigned opc = field(word, 30, 2);
  if (is_vector(word)) {
    return refuse(Refusal::vector_register);
  }
  if (opc == 3) {
    return refuse(Refusal::unknown);  // PRFM
  }
  MemoryInstruction instruction = common(word);
  instruction.size = opc == 1 ? AccessSize::double_word : AccessSize::word;
  instruction.extends_sign = opc == 2;
  instruction.is_64_bit_register = opc != 0;
  instruction.addressing = Addressing::literal;
  instruction.immediate = signed_field(word, 5, 19) * 4;
  return instruction;
}

/// Exclusive, compare-and-swap and ordered accesses; only LDAR, STLR and their kin are plain ones.
Decoded exclusive_or_ordered(std::uint32_t word) noexcept {
  const bool is_ordered = test_bit(word, 23) && !test_bit(word, 21);
  if (!is_ordered) {
    return refuse(Refusal::atomic);
  }
  MemoryInstruction instruction = common(word);
  instruction.size = static_cast<AccessSize>(1U << field(word, 30, 2));
  instruction.is_store = !test_bit(word, 22);
  instruction.is_64_bit_register = instruction.size == AccessSize::double_word;
  return instruction;
}

/// LDAPR; shares its bits with the atomic operations.
Decoded acquire_pc(std::uint32_t word) noexcept {
  MemoryInstruction instruction = common(word);
  instruction.size = static_cast<AccessSize>(1U << field(word, 30, 2));
  instruction.is_64_bit_register = instruction.size == AccessSize::double_word;
  return instruction;
}

template <Refusal refusal>
Decoded refused(std::uint32_t) noexcept {
  return refuse(refusal);
}

Decoded atomic(std::uint32_t word) noexcept {
  return refuse(is_vector(word) ? Refusal::vector_register : Refusal::atomic);
}

struct Pattern {
  std::uint32_t mask;
  std::uint32_t value;
  Decoded (*decoder)(std::uint32_t) noexcept;
};

// The first match counts. Bit 26 tells vector registers and is left to the decoders.
constexpr auto patterns = std::to_array<Pattern>({
    Pattern{0x3a000000, 0x28000000, pair}, Pattern{0x3b000000, 0x39000000, twelve_bits},
    Pattern{0x3b200c00, 0x38000000, nine_bits<Addressing::offset>},
    Pattern{0x3b200c00, 0x38000400, nine_bits<Addressing::post_index>},
    Pattern{0x3b200c00, 0x38000800, unprivileged},
    Pattern{0x3b200c00, 0x38000c00, nine_bits<Addressing::pre_index>},
    Pattern{0x3b200c00, 0x38200800, indexed}, Pattern{0x3ffffc00, 0x38bfc000, acquire_pc},
    Pattern{0x3b200c00, 0x38200000, atomic},
    Pattern{0x3f200c00, 0x19000000, nine_bits<Addressing::offset>},  // LDAPUR, STLUR
    Pattern{0x3b000000, 0x18000000, literal}, Pattern{0x3f000000, 0x08000000, exclusive_or_ordered},
    Pattern{0xbe000000, 0x0c000000, refused<Refusal::vector_register>},  // LD1 to ST4
    Pattern{0x1e000000, 0x04000000, refused<Refusal::vector_register>},  // SVE
    Pattern{0xfff8f000, 0xd5087000, refused<Refusal::cache>},            // DC, IC
});

}  // namespace

std::expected<MemoryInstruction, Refusal> decode_memory_instruction(std::uint32_t word) noexcept {
  for (const Pattern& pattern : patterns) {
    if ((word & pattern.mask) == pattern.value) {
      return pattern.decoder(word);
    }
  }
  return refuse(Refusal::unknown);
}

}  // namespace serai::aarch64
