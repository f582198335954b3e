// SPDX-License-Identifier: BSD-2-Clause
#include <microkit.h>

void microkit_dbg_putc(int c) {
  seL4_DebugPutChar(static_cast<char>(c));
}

void microkit_dbg_puts(const char* s) {
  for (; *s != '\0'; ++s) {
    microkit_dbg_putc(*s);
  }
}

void microkit_dbg_put32(seL4_Uint32 x) {
  char digits[10];
  unsigned count = 0;
  do {
    digits[count++] = static_cast<char>('0' + x % 10);
    x /= 10;
  } while (x != 0);
  while (count > 0) {
    microkit_dbg_putc(digits[--count]);
  }
}

void microkit_dbg_put8(seL4_Uint8 x) {
  microkit_dbg_put32(x);
}

void microkit_internal_crash(seL4_Error err) {
  // Safety: the first page is mapped in no PD, so this store faults and the report names the error
  // as the address; nothing is written.
  *reinterpret_cast<volatile seL4_Word*>(static_cast<seL4_Word>(err)) = 0;
}
