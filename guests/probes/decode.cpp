// SPDX-License-Identifier: BSD-2-Clause
//
// Every form of access to an emulated device: those whose syndrome is valid, those that must be
// emulated from the instruction, and those that can only abort.
#include <array>

#include "runtime/cpu.hpp"
#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"

namespace {

using namespace probe;

using Load = std::uint64_t(std::uint64_t address);
using LoadIndexed = std::uint64_t(std::uint64_t address, std::uint64_t index);
using Store = void(std::uint64_t address, std::uint64_t value);
using Block = std::array<std::uint64_t, 4>;
using WithBlock = void(std::uint64_t address, Block& block);

}  // namespace

extern "C" {
Load load_byte, load_byte_signed_32, load_byte_signed_64, load_half, load_half_signed_32,
    load_half_signed_64, load_word, load_word_signed, load_double, load_unscaled, load_acquire,
    load_to_zero;
LoadIndexed load_indexed;
Store store_byte, store_half, store_word, store_double, store_zero, store_release, store_vector;
WithBlock load_pair, load_pair_signed, load_pair_post, load_pair_pre, load_post, load_pre,
    load_byte_signed_post, store_pair, store_pair_post, store_pair_zero, store_post, store_pre,
    load_pair_across;
void allow_vectors();
void map_alias(std::uint64_t* table);
}

namespace {

constexpr std::uint64_t uart_ibrd = uart_address + 0x24;
constexpr std::uint64_t uart_fbrd = uart_address + 0x28;
constexpr std::uint64_t priorities = gic::gicd_ipriorityr + 40;
constexpr std::uint64_t page_bytes = 0x1000;

void loads() {
  write32(uart_ibrd, 0x8281);
  check_equal("decode.ldrb", load_byte(uart_ibrd), 0x81);
  check_equal("decode.ldrsb-w", load_byte_signed_32(uart_ibrd), 0xffff'ff81);
  check_equal("decode.ldrsb-x", load_byte_signed_64(uart_ibrd), 0xffff'ffff'ffff'ff81);
  check_equal("decode.ldrh", load_half(uart_ibrd), 0x8281);
  check_equal("decode.ldrsh-w", load_half_signed_32(uart_ibrd), 0xffff'8281);
  check_equal("decode.ldrsh-x", load_half_signed_64(uart_ibrd), 0xffff'ffff'ffff'8281);
  write32(priorities, 0xf0e0'd0c0);
  check_equal("decode.ldr-w", load_word(priorities), 0xf0e0'd0c0);
  check_equal("decode.ldrsw", load_word_signed(priorities), 0xffff'ffff'f0e0'd0c0);
  check_equal("decode.ldur", load_unscaled(priorities - 4), 0xf0e0'd0c0);
  check_equal("decode.ldr-indexed", load_indexed(priorities - 40, 10), 0xf0e0'd0c0);
  check_equal("decode.ldar", load_acquire(priorities), 0xf0e0'd0c0);
  check_equal("decode.ldrb-gic", load_byte(priorities + 3), 0xf0);
  load_to_zero(uart_ibrd);
  check("decode.ldr-wzr", true, "");
}

void stores() {
  store_word(priorities, 0x1020'3040);
  store_byte(priorities + 1, 0xff50);
  check_equal("decode.strb", read32(priorities), 0x1020'5040);
  store_half(uart_ibrd, 0xffff'1234);
  check_equal("decode.strh", read32(uart_ibrd), 0x1234);
  store_release(uart_ibrd, 0x4321);
  check_equal("decode.stlr", read32(uart_ibrd), 0x4321);
  store_zero(uart_ibrd, ~0ULL);
  check_equal("decode.str-wzr", read32(uart_ibrd), 0);
}

void check_block(std::string_view name, WithBlock& access, std::uint64_t address, Block expected) {
  Block block{};
  access(address, block);
  Line why;
  why << "got " << serai::Hex{block[0]} << ' ' << serai::Hex{block[1]} << ", base "
      << serai::Hex{block[2]};
  check(name, block == expected, why.view());
}

void loads_without_syndrome() {
  write32(uart_ibrd, 0x8281);
  write32(uart_fbrd, 0x2a);
  write32(priorities, 0xf0e0'd0c0);
  write32(priorities + 4, 0x1020'3040);
  check_block("decode.ldp", load_pair, uart_ibrd, {0x8281, 0x2a, uart_ibrd});
  check_block("decode.ldpsw", load_pair_signed, priorities,
              {0xffff'ffff'f0e0'd0c0, 0x1020'3040, priorities});
  check_block("decode.ldp-post", load_pair_post, uart_ibrd, {0x8281, 0x2a, uart_ibrd + 16});
  check_block("decode.ldp-pre", load_pair_pre, uart_ibrd + 16, {0x8281, 0x2a, uart_ibrd});
  check_block("decode.ldr-post", load_post, uart_ibrd, {0x8281, 0, uart_ibrd + 4});
  check_block("decode.ldr-pre", load_pre, uart_fbrd, {0x8281, 0, uart_ibrd});
  check_block("decode.ldrsb-post", load_byte_signed_post, uart_ibrd,
              {0xffff'ffff'ffff'ff81, 0, uart_ibrd + 1});
}

void check_stored(std::string_view name, WithBlock& access, std::uint64_t address,
                  std::uint64_t base_after, std::uint32_t ibrd, std::uint32_t fbrd) {
  Block block = {0x5678, 0x15, 0, 0};
  access(address, block);
  Line why;
  const std::uint32_t ibrd_now = read32(uart_ibrd);
  const std::uint32_t fbrd_now = read32(uart_fbrd);
  why << "stored " << serai::Hex{ibrd_now} << ' ' << serai::Hex{fbrd_now} << ", base "
      << serai::Hex{block[2]};
  check(name, ibrd_now == ibrd && fbrd_now == fbrd && block[2] == base_after, why.view());
}

void stores_without_syndrome() {
  write32(uart_fbrd, 0x3f);
  check_stored("decode.str-post", store_post, uart_ibrd, uart_ibrd + 4, 0x5678, 0x3f);
  write32(uart_ibrd, 0);
  check_stored("decode.str-pre", store_pre, uart_fbrd, uart_ibrd, 0x5678, 0x3f);
  check_stored("decode.stp", store_pair, uart_ibrd, uart_ibrd, 0x5678, 0x15);
  check_stored("decode.stp-wzr", store_pair_zero, uart_ibrd, uart_ibrd, 0, 0);
  check_stored("decode.stp-post", store_pair_post, uart_ibrd, uart_ibrd + 8, 0x5678, 0x15);
}

void check_abort(std::string_view name, const Trap& trap, std::uint64_t address, bool write) {
  Line why;
  why << "ESR " << serai::Hex{trap.syndrome} << ", FAR " << serai::Hex{trap.address};
  const bool is_external_abort =
      trap.taken && trap.exception_class() == ec_data_abort && trap.status() == status_external;
  const bool right_address = trap.address_is_not_valid() || trap.address == address;
  check(name, is_external_abort && right_address && trap.is_write() == write, why.view());
}

void unclaimed_addresses() {
  expect_trap();
  load_word(unclaimed_address);
  check_abort("decode.unclaimed-load", take_trap(), unclaimed_address, false);
  expect_trap();
  store_byte(unclaimed_address + 3, 0);
  check_abort("decode.unclaimed-store", take_trap(), unclaimed_address + 3, true);
  expect_trap();
  load_double(uart_ibrd);
  check_abort("decode.refused-width", take_trap(), uart_ibrd, false);
  Block block{};
  expect_trap();
  load_pair_post(unclaimed_address, block);
  // The handler skipped the load, so the base is what it was.
  check_abort("decode.unclaimed-pair", take_trap(), unclaimed_address, false);
  check_equal("decode.unclaimed-pair-base", block[2], unclaimed_address);
  expect_trap();
  load_pair_across(uart_address + page_bytes - 8, block);
  check("decode.pair-across-the-end", take_trap().taken, "no abort");
}

void prefetch(std::string_view name, std::uint64_t address) {
  expect_trap();
  reinterpret_cast<void (*)()>(address)();
  const Trap trap = take_trap();
  Line why;
  why << "ESR " << serai::Hex{trap.syndrome} << ", FAR " << serai::Hex{trap.address} << ", ELR "
      << serai::Hex{trap.pc};
  check(name,
        trap.taken && trap.exception_class() == ec_prefetch_abort &&
            trap.status() == status_external && trap.address == address && trap.pc == address,
        why.view());
}

void vectors() {
  allow_vectors();
  expect_trap();
  store_vector(uart_ibrd & ~std::uint64_t{15}, 0);
  const Trap trap = take_trap();
  check("decode.simd-store", trap.taken && trap.exception_class() == ec_data_abort, "no abort");
}

alignas(page_bytes) constinit std::array<std::uint64_t, page_bytes / 8> table{};

/// The instruction is found through the guest's own tables, at an address that is not where it
/// lies.
void through_translation() {
  constexpr std::uint64_t alias = 0x4000'0000;
  map_alias(table.data());
  const auto aliased =
      reinterpret_cast<WithBlock*>(reinterpret_cast<std::uint64_t>(&load_pair) + alias);
  write32(uart_ibrd, 0x8281);
  write32(uart_fbrd, 0x2a);
  check_block("decode.ldp-translated", *aliased, uart_ibrd, {0x8281, 0x2a, uart_ibrd});
}

}  // namespace

void probe_main() {
  loads();
  stores();
  loads_without_syndrome();
  stores_without_syndrome();
  unclaimed_addresses();
  prefetch("decode.prefetch-unclaimed", unclaimed_address);
  prefetch("decode.prefetch-device", uart_address);
  vectors();
  through_translation();
}
