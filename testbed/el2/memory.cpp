// SPDX-License-Identifier: BSD-2-Clause
//
// The functions that the compiler may call for copies and initialisation.
#include <cstddef>
#include <cstdint>

extern "C" {

void* memcpy(void* __restrict to, const void* __restrict from, std::size_t size) {
  // Safety: both sides are `size` bytes long by this function's contract; words are used only where
  // both are aligned.
  auto* out = static_cast<unsigned char*>(to);
  const auto* in = static_cast<const unsigned char*>(from);
  const bool aligned =
      ((reinterpret_cast<std::uintptr_t>(to) | reinterpret_cast<std::uintptr_t>(from)) & 7) == 0;
  if (aligned) {
    for (; size >= 8; size -= 8, out += 8, in += 8) {
      *reinterpret_cast<std::uint64_t*>(out) = *reinterpret_cast<const std::uint64_t*>(in);
    }
  }
  for (; size > 0; --size) {
    *out++ = *in++;
  }
  return to;
}

void* memmove(void* to, const void* from, std::size_t size) {
  auto* out = static_cast<unsigned char*>(to);
  const auto* in = static_cast<const unsigned char*>(from);
  if (out <= in) {
    for (std::size_t i = 0; i < size; ++i) {
      out[i] = in[i];
    }
  } else {
    for (std::size_t i = size; i > 0; --i) {
      out[i - 1] = in[i - 1];
    }
  }
  return to;
}

int memcmp(const void* a, const void* b, std::size_t size) {
  const auto* left = static_cast<const unsigned char*>(a);
  const auto* right = static_cast<const unsigned char*>(b);
  for (std::size_t i = 0; i < size; ++i) {
    if (left[i] != right[i]) {
      return left[i] < right[i] ? -1 : 1;
    }
  }
  return 0;
}

std::size_t strlen(const char* text) {
  std::size_t length = 0;
  while (text[length] != '\0') {
    ++length;
  }
  return length;
}

void* memset(void* to, int value, std::size_t size) {
  auto* out = static_cast<unsigned char*>(to);
  for (; size > 0; --size) {
    *out++ = static_cast<unsigned char>(value);
  }
  return to;
}
}
