// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/memory_instruction.hpp"

#include <array>
#include <gtest/gtest.h>

#include "base/bits.hpp"

namespace serai::aarch64 {
namespace {

// Encodings by GNU as 2.40.

struct Load {
  std::uint32_t word;
  const char* text;
  AccessSize size;
  bool is_store;
  bool extends_sign;
  bool is_64_bit;
  Addressing addressing;
  unsigned rt;
  unsigned rn;
  std::int64_t immediate;
};

constexpr auto byte = AccessSize::byte;
constexpr auto half = AccessSize::half;
constexpr auto word = AccessSize::word;
constexpr auto quad = AccessSize::double_word;
constexpr auto plain = Addressing::offset;
constexpr auto pre = Addressing::pre_index;
constexpr auto post = Addressing::post_index;

TEST(MemoryInstruction, OneRegister) {
  constexpr std::array loads = {
      Load{0xf97ffc41, "ldr x1, [x2, #32760]", quad, false, false, true, plain, 1, 2, 32760},
      Load{0xb9400441, "ldr w1, [x2, #4]", word, false, false, false, plain, 1, 2, 4},
      Load{0x397ffc41, "ldrb w1, [x2, #4095]", byte, false, false, false, plain, 1, 2, 4095},
      Load{0x78500441, "ldrh w1, [x2], #-256", half, false, false, false, post, 1, 2, -256},
      Load{0x388ffc41, "ldrsb x1, [x2, #255]!", byte, false, true, true, pre, 1, 2, 255},
      Load{0x39c00441, "ldrsb w1, [x2, #1]", byte, false, true, false, plain, 1, 2, 1},
      Load{0xf8008c41, "str x1, [x2, #8]!", quad, true, false, true, pre, 1, 2, 8},
      Load{0x380017ff, "strb wzr, [sp], #1", byte, true, false, false, post, 31, 31, 1},
      Load{0xb81fd041, "stur w1, [x2, #-3]", word, true, false, false, plain, 1, 2, -3},
      Load{0xf8500041, "ldur x1, [x2, #-256]", quad, false, false, true, plain, 1, 2, -256},
      Load{0xb8800841, "ldtrsw x1, [x2]", word, false, true, true, plain, 1, 2, 0},
      Load{0x38000841, "sttrb w1, [x2]", byte, true, false, false, plain, 1, 2, 0},
      Load{0x88dffc41, "ldar w1, [x2]", word, false, false, false, plain, 1, 2, 0},
      Load{0x08dffc41, "ldarb w1, [x2]", byte, false, false, false, plain, 1, 2, 0},
      Load{0xc89ffc41, "stlr x1, [x2]", quad, true, false, true, plain, 1, 2, 0},
      Load{0x489ffc41, "stlrh w1, [x2]", half, true, false, false, plain, 1, 2, 0},
      Load{0xf8bfc041, "ldapr x1, [x2]", quad, false, false, true, plain, 1, 2, 0},
      Load{0x995ff041, "ldapur w1, [x2, #-1]", word, false, false, false, plain, 1, 2, -1},
      Load{0x190ff041, "stlurb w1, [x2, #255]", byte, true, false, false, plain, 1, 2, 255},
  };
  for (const Load& load : loads) {
    const auto decoded = decode_memory_instruction(load.word);
    ASSERT_TRUE(decoded) << load.text;
    EXPECT_EQ(decoded->size, load.size) << load.text;
    EXPECT_EQ(decoded->count, 1) << load.text;
    EXPECT_EQ(decoded->is_store, load.is_store) << load.text;
    EXPECT_EQ(decoded->extends_sign, load.extends_sign) << load.text;
    EXPECT_EQ(decoded->is_64_bit_register, load.is_64_bit) << load.text;
    EXPECT_EQ(decoded->addressing, load.addressing) << load.text;
    EXPECT_EQ(decoded->rt, load.rt) << load.text;
    EXPECT_EQ(decoded->rn, load.rn) << load.text;
    EXPECT_EQ(decoded->immediate, load.immediate) << load.text;
  }
}

TEST(MemoryInstruction, UnprivilegedForms) {
  EXPECT_TRUE(decode_memory_instruction(0xb8404841)->is_unprivileged);   // ldtr w1, [x2, #4]
  EXPECT_TRUE(decode_memory_instruction(0x38000841)->is_unprivileged);   // sttrb w1, [x2]
  EXPECT_FALSE(decode_memory_instruction(0xb81fd041)->is_unprivileged);  // stur
}

TEST(MemoryInstruction, RegisterOffsets) {
  struct Case {
    std::uint32_t word;
    const char* text;
    bool is_word_index;
    bool is_signed_index;
    unsigned shift;
  };

  constexpr std::array cases = {
      Case{0x78e36841, "ldrsh w1, [x2, x3]", false, false, 0},
      Case{0xb8a3d841, "ldrsw x1, [x2, w3, sxtw #2]", true, true, 2},
      Case{0xf8635841, "ldr x1, [x2, w3, uxtw #3]", true, false, 3},
      Case{0xf8637841, "ldr x1, [x2, x3, lsl #3]", false, false, 3},
      Case{0xf863e841, "ldr x1, [x2, x3, sxtx]", false, true, 0},
      Case{0x38635841, "ldrb w1, [x2, w3, uxtw #0]", true, false, 0},
  };
  for (const Case& c : cases) {
    const auto decoded = decode_memory_instruction(c.word);
    ASSERT_TRUE(decoded) << c.text;
    EXPECT_EQ(decoded->addressing, Addressing::register_offset) << c.text;
    EXPECT_EQ(decoded->rm, 3) << c.text;
    EXPECT_EQ(decoded->is_word_index, c.is_word_index) << c.text;
    EXPECT_EQ(decoded->is_signed_index, c.is_signed_index) << c.text;
    EXPECT_EQ(decoded->index_shift, c.shift) << c.text;
  }
}

TEST(MemoryInstruction, Pairs) {
  struct Case {
    std::uint32_t word;
    const char* text;
    AccessSize size;
    bool is_store;
    bool extends_sign;
    bool is_64_bit;
    Addressing addressing;
    unsigned rt;
    unsigned rt2;
    unsigned rn;
    std::int64_t immediate;
  };

  constexpr std::array cases = {
      Case{0xa9410861, "ldp x1, x2, [x3, #16]", quad, false, false, true, plain, 1, 2, 3, 16},
      Case{0x29ff0861, "ldp w1, w2, [x3, #-8]!", word, false, false, false, pre, 1, 2, 3, -8},
      Case{0xa8c27fe1, "ldp x1, xzr, [sp], #32", quad, false, false, true, post, 1, 31, 31, 32},
      Case{0x696014c4, "ldpsw x4, x5, [x6, #-256]", word, false, true, true, plain, 4, 5, 6, -256},
      Case{0xa85f8861, "ldnp x1, x2, [x3, #504]", quad, false, false, true, plain, 1, 2, 3, 504},
      Case{0xa9200861, "stp x1, x2, [x3, #-512]", quad, true, false, true, plain, 1, 2, 3, -512},
      Case{0x2880a47f, "stp wzr, w9, [x3], #4", word, true, false, false, post, 31, 9, 3, 4},
      Case{0x28000861, "stnp w1, w2, [x3]", word, true, false, false, plain, 1, 2, 3, 0},
  };
  for (const Case& c : cases) {
    const auto decoded = decode_memory_instruction(c.word);
    ASSERT_TRUE(decoded) << c.text;
    EXPECT_EQ(decoded->count, 2) << c.text;
    EXPECT_EQ(decoded->size, c.size) << c.text;
    EXPECT_EQ(decoded->is_store, c.is_store) << c.text;
    EXPECT_EQ(decoded->extends_sign, c.extends_sign) << c.text;
    EXPECT_EQ(decoded->is_64_bit_register, c.is_64_bit) << c.text;
    EXPECT_EQ(decoded->addressing, c.addressing) << c.text;
    EXPECT_EQ(decoded->rt, c.rt) << c.text;
    EXPECT_EQ(decoded->rt2, c.rt2) << c.text;
    EXPECT_EQ(decoded->rn, c.rn) << c.text;
    EXPECT_EQ(decoded->immediate, c.immediate) << c.text;
  }
}

TEST(MemoryInstruction, Literals) {
  EXPECT_EQ(decode_memory_instruction(0x58000041)->immediate, 8);  // ldr x1, .+8
  EXPECT_EQ(decode_memory_instruction(0x58000041)->size, quad);
  EXPECT_EQ(decode_memory_instruction(0x98ffffe1)->immediate, -4);  // ldrsw x1, .-4
  EXPECT_TRUE(decode_memory_instruction(0x98ffffe1)->extends_sign);
  EXPECT_EQ(decode_memory_instruction(0x187ffffe)->immediate, 0xffffc);  // ldr w30
  EXPECT_EQ(decode_memory_instruction(0x187ffffe)->addressing, Addressing::literal);
}

TEST(MemoryInstruction, Refusals) {
  struct Case {
    std::uint32_t word;
    const char* text;
    Refusal refusal;
  };

  constexpr std::array cases = {
      Case{0xc85f7c41, "ldxr x1, [x2]", Refusal::atomic},
      Case{0xc8208861, "stlxp w0, x1, x2, [x3]", Refusal::atomic},
      Case{0xc8e1fc62, "casal x1, x2, [x3]", Refusal::atomic},
      Case{0xb8210062, "ldadd w1, w2, [x3]", Refusal::atomic},
      Case{0x38218062, "swpb w1, w2, [x3]", Refusal::atomic},
      Case{0xf8200441, "ldraa x1, [x2]", Refusal::unknown},
      Case{0x3dc00020, "ldr q0, [x1]", Refusal::vector_register},
      Case{0x6d400420, "ldp d0, d1, [x1]", Refusal::vector_register},
      Case{0xbc004420, "str s0, [x1], #4", Refusal::vector_register},
      Case{0x4c407020, "ld1 {v0.16b}, [x1]", Refusal::vector_register},
      Case{0x0d202420, "st4 {v0.b-v3.b}[1], [x1]", Refusal::vector_register},
      Case{0x9c000080, "ldr q0, .+16", Refusal::vector_register},
      Case{0xa400a000, "ld1b {z0.b}, p0/z, [x0]", Refusal::vector_register},
      Case{0xd50b7421, "dc zva, x1", Refusal::cache},
      Case{0xd50b7e22, "dc civac, x2", Refusal::cache},
      Case{0xd9200841, "stg x1, [x2]", Refusal::unknown},
      Case{0x69000861, "stgp x1, x2, [x3]", Refusal::unknown},
      Case{0xf9800020, "prfm pldl1keep, [x1]", Refusal::unknown},
      Case{0xf89ff020, "prfum pldl1keep, [x1, #-1]", Refusal::unknown},
      Case{0xd503201f, "nop", Refusal::unknown},
      Case{0xd65f03c0, "ret", Refusal::unknown},
      Case{0x8b020020, "add x0, x1, x2", Refusal::unknown},
      Case{0xd4200000, "brk #0", Refusal::unknown},
      Case{0, "udf #0", Refusal::unknown},
  };
  for (const Case& c : cases) {
    const auto decoded = decode_memory_instruction(c.word);
    ASSERT_FALSE(decoded) << c.text;
    EXPECT_EQ(decoded.error(), c.refusal) << c.text;
  }
}

TEST(MemoryInstruction, EveryWordIsDecodedWithinItsLimits) {
  std::uint32_t word_to_try = 1;
  for (int i = 0; i < 2000000; ++i) {
    word_to_try = word_to_try * 1664525 + 1013904223;
    const auto decoded = decode_memory_instruction(word_to_try ^ word_to_try >> 16);
    if (decoded) {
      EXPECT_TRUE(decoded->count == 1 || decoded->count == 2);
      EXPECT_LE(decoded->rt | decoded->rt2 | decoded->rn | decoded->rm, 31);
      EXPECT_LE(decoded->index_shift, 3);
    }
  }
}

}  // namespace
}  // namespace serai::aarch64
