// SPDX-License-Identifier: BSD-2-Clause
//
// A small system with one of everything, and programs to go with it.
#pragma once

#include <cstring>
#include <elf.h>
#include <span>

#include "tool/resolve/resolved_system.hpp"

namespace serai::tool {

using Bytes = std::vector<std::byte>;

inline Bytes some_bytes(std::size_t size, unsigned seed) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[i] = static_cast<std::byte>(i * 31 + seed);
  }
  return bytes;
}

constexpr unsigned rw = 3;

/// A VMM with a guest and the console PD that owns the UART.
inline ResolvedSystem sample_system() {
  ResolvedSystem system;
  system.board.name = "qemu-virt-aarch64";
  system.board.microkit_name = "qemu_virt_aarch64";
  system.board.qemu_machine = "virt,virtualization=on,highmem=off,secure=off";
  system.board.qemu_cpu = "cortex-a53";
  system.board.qemu_memory_bytes = std::uint64_t{2} << 30;
  system.board.loader_address = 0x7000'0000;
  system.regions = {
      {.name = "ram_linux",
       .size = 0x1000'0000,
       .page_size = 0x20'0000,
       .physical = {},
       .what = ""},
      {.name = "uart", .size = 0x1000, .page_size = 0x1000, .physical = 0x900'0000, .what = ""},
      {.name = "queue", .size = 0x4000, .page_size = 0x1000, .physical = {}, .what = ""}};
  ProtectionDomain vmm;
  vmm.name = "linux_vmm";
  vmm.schedule = {.priority = 110, .budget_us = 1000, .period_us = 1000};
  vmm.mappings = {{.region = 0, .address = 0x10'4000'0000, .access = rw, .cached = true},
                  {.region = 2, .address = 0x3'0000'0000, .access = rw, .cached = true}};
  vmm.attachments = {{.name = "configuration", .address = 0x1000'0000, .bytes = some_bytes(300, 1)},
                     {.name = "kernel", .address = 0x2000'0000, .bytes = some_bytes(10'000, 2)}};
  VirtualMachine vm;
  vm.name = "linux";
  vm.schedule = {.priority = 100, .budget_us = 500, .period_us = 2000};
  vm.mappings = {{.region = 0, .address = 0x4000'0000, .access = 7, .cached = true}};
  vmm.vm = vm;
  ProtectionDomain console;
  console.name = "console";
  console.program = Program::console;
  console.schedule = {.priority = 120, .budget_us = 1000, .period_us = 1000};
  console.mappings = {{.region = 1, .address = 0x4'0000'0000, .access = rw, .cached = false},
                      {.region = 2, .address = 0x3'0000'0000, .access = rw, .cached = true}};
  console.interrupts = {
      {.intid = 33, .channel = 0, .trigger = config::Trigger::edge, .what = "UART"}};
  system.pds = {vmm, console};
  system.channels = {{.a = {.pd = 0, .id = 0, .may_notify = true, .may_call = true},
                      .b = {.pd = 1, .id = 1, .may_notify = false, .may_call = false},
                      .what = ""}};
  Guest guest;
  guest.name = "linux";
  guest.ram_address = 0x4000'0000;
  guest.ram_size = 0x1000'0000;
  guest.entry = 0x4000'0000;
  guest.cmdline = "console=ttyAMA0 \"quoted\"";
  system.guests = {guest};
  return system;
}

/// A linked program: one segment of text at 0x200000 and one with zeros behind; then, in the file,
/// a stand-in for section headers and symbols.
inline Bytes sample_program() {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_AARCH64;
  header.e_version = EV_CURRENT;
  header.e_entry = 0x20'0000;
  header.e_phoff = sizeof header;
  header.e_shoff = 0x1800;
  header.e_ehsize = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 3;
  Elf64_Phdr table{};
  table.p_type = PT_PHDR;
  Elf64_Phdr text{};
  text.p_type = PT_LOAD;
  text.p_flags = PF_R | PF_X;
  text.p_offset = 0x1000;
  text.p_vaddr = text.p_paddr = 0x20'0000;
  text.p_filesz = text.p_memsz = 0x300;
  Elf64_Phdr data = text;
  data.p_flags = PF_R | PF_W;
  data.p_vaddr = data.p_paddr = 0x20'1300;
  data.p_offset = 0x1300;
  data.p_memsz = 0x4000;
  Bytes bytes = some_bytes(0x1a01, 3);
  std::memcpy(bytes.data(), &header, sizeof header);
  const Elf64_Phdr headers[] = {table, text, data};
  std::memcpy(bytes.data() + sizeof header, headers, sizeof headers);
  return bytes;
}

}  // namespace serai::tool
