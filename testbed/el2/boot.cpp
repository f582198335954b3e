// SPDX-License-Identifier: BSD-2-Clause
//
// From the machine's start to the first PD.
#include <array>

#include "base/bits.hpp"
#include "el2/gic.hpp"
#include "el2/loader.hpp"
#include "el2/machine.hpp"
#include "el2/report.hpp"
#include "el2/schedule.hpp"
#include "el2/space.hpp"
#include "el2/system_registers.hpp"
#include "el2/vcpu.hpp"

namespace serai::testbed {

constinit Machine machine;

extern "C" const std::uint64_t testbed_directory_offset;
extern "C" Thread& boot() noexcept;

namespace {

/// RAM of the machine that the testbed is made for (-m 2G).
constexpr std::uint64_t ram_start = 0x4000'0000;
constexpr std::uint64_t ram_size = 0x8000'0000;

// Descriptors of EL2's own stage 1: blocks of 1 GiB that map each address to itself.
constexpr std::uint64_t block_size = 0x4000'0000;
constexpr std::uint64_t device_block = bit(54) | bit(10) | bit(6) | 1;
constexpr std::uint64_t normal_block = bit(10) | (3U << 8) | bit(6) | (1U << 2) | 1;

alignas(4096) constinit std::array<std::uint64_t, 512> own_table = {
    0 * block_size | device_block,
    1 * block_size | normal_block,
    2 * block_size | normal_block,
};

void start_own_translation() noexcept {
  constexpr std::uint64_t device_then_write_back = 0xff00;
  // TCR_EL2: 39 bits, write-back inner-shareable walks, 40-bit output, reserved ones.
  constexpr std::uint64_t translation_control =
      25 | (1U << 8) | (1U << 10) | (3U << 12) | (2U << 16) | bit(23) | bit(31);
  // SCTLR_EL2: reserved ones, stage 1 and both caches on.
  constexpr std::uint64_t control = 0x30c5'0830 | bit(0) | bit(2) | bit(12);
  // Safety: the table maps every address that EL2 uses to itself, this code among them.
  asm volatile(
      "msr mair_el2, %0\n\t"
      "msr tcr_el2, %1\n\t"
      "msr ttbr0_el2, %2\n\t"
      "dsb sy\n\t"
      "tlbi alle2\n\t"
      "tlbi alle1\n\t"
      "ic iallu\n\t"
      "dsb sy\n\t"
      "isb\n\t"
      "msr sctlr_el2, %3\n\t"
      "isb"
      :
      : "r"(device_then_write_back), "r"(translation_control), "r"(own_table.data()), "r"(control)
      : "memory");
}

void set_up_el2() noexcept {
  // NOLINTBEGIN(misc-const-correctness): the check does not see what assembly writes
  std::uint64_t counters = 0;
  std::uint64_t identity = 0;
  // NOLINTEND(misc-const-correctness)
  // Safety: guests see this processor's identity and all of its counters, and trap nothing but what
  // HCR_EL2 says; the virtual counter starts as the physical one.
  asm volatile(
      "mrs %0, pmcr_el0\n\t"
      "ubfx %0, %0, #11, #5\n\t"
      "msr mdcr_el2, %0\n\t"
      "mrs %1, midr_el1\n\t"
      "msr vpidr_el2, %1\n\t"
      "msr hstr_el2, xzr\n\t"
      "msr cntvoff_el2, xzr\n\t"
      "msr cntv_ctl_el0, xzr"
      : "=&r"(counters), "=&r"(identity)
      :
      : "memory");
  set_translation_control();
  write_cnthp_ctl_el2(0);
  prepare_for_pds();
}

/// QEMU leaves a device tree at the start of RAM; whoever gets the memory shall find zeros.
void clear_device_tree() noexcept {
  constexpr std::uint64_t device_tree_bytes = 0x10'0000;
  // Safety: nothing of the testbed or its image is there.
  auto* const words = reinterpret_cast<volatile std::uint64_t*>(ram_start);
  for (std::uint64_t i = 0; i < device_tree_bytes / sizeof(std::uint64_t); ++i) {
    words[i] = 0;
  }
}

SystemDescription find_system() noexcept {
  constexpr std::uint64_t most_bytes = ram_start + ram_size - config::image_address;
  SystemDescription system;
  // Safety: this is RAM, and the image is what was loaded there.
  const std::span image(reinterpret_cast<const std::byte*>(config::image_address), most_bytes);
  const Complaint complaint = read_image(image, testbed_directory_offset, system);
  if (!complaint.empty()) {
    panic(complaint);
  }
  return system;
}

constinit PhysicalMemory memory;

}  // namespace

Thread& boot() noexcept {
  start_own_translation();
  set_up_el2();
  gic::start();
  report("Serai testbed - an unverified test platform, not seL4");
  clear_device_tree();
  const SystemDescription system = find_system();
  if (!memory.add(ram_start, ram_size) ||
      !memory.reserve(config::image_address, align_up(system.size, stage2::page))) {
    panic("no memory");
  }
  load_system(system, memory);
  for (std::size_t i = 0; i < machine.pd_count; ++i) {
    make_ready(machine.pds[i]);
  }
  // Safety: what was loaded as data is about to be executed.
  asm volatile("dsb sy\n\tic iallu\n\tdsb sy\n\tisb" ::: "memory");
  return schedule();
}

}  // namespace serai::testbed
