// SPDX-License-Identifier: BSD-2-Clause
//
// The memory functions that Serai's programs are linked with (src/platform/freestanding), where
// every access that is not naturally aligned faults: the MMU is off.
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

#include "runtime/runtime.hpp"

namespace {

using namespace probe;

constexpr std::size_t bytes = 600;
constexpr unsigned char guard = 0xa5;

using Buffer = std::array<unsigned char, bytes>;

constinit Buffer source{};
constinit Buffer target{};
constinit Buffer expected{};

// Lengths around every block size of the functions.
constexpr std::array<std::size_t, 24> lengths = {0,   1,   2,   7,   8,   9,   15,  16,
                                                 17,  31,  63,  64,  65,  71,  72,  79,
                                                 127, 128, 129, 135, 191, 255, 256, 400};

void fill() {
  for (std::size_t i = 0; i < bytes; ++i) {
    source[i] = static_cast<unsigned char>(i * 7 + 3);
    target[i] = guard;
    expected[i] = guard;
  }
}

// By a loop of its own: what is tested must not be what tests it.
bool same(const Buffer& a, const Buffer& b) {
  for (std::size_t i = 0; i < bytes; ++i) {
    const volatile unsigned char left = a[i];
    if (left != b[i]) {
      return false;
    }
  }
  return true;
}

void copy_by_bytes(volatile unsigned char* to, const volatile unsigned char* from,
                   std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    to[i] = from[i];
  }
}

template <class Try>
bool for_all_places(Try attempt) {
  for (std::size_t to = 0; to < 17; ++to) {
    for (std::size_t from = 0; from < 17; ++from) {
      for (const std::size_t length : lengths) {
        if (!attempt(to, from, length)) {
          return false;
        }
      }
    }
  }
  return true;
}

bool try_memcpy(std::size_t to, std::size_t from, std::size_t length) {
  fill();
  copy_by_bytes(expected.data() + to, source.data() + from, length);
  const void* const result = memcpy(target.data() + to, source.data() + from, length);
  return result == target.data() + to && same(target, expected);
}

bool try_memmove(std::size_t to, std::size_t from, std::size_t length) {
  fill();
  copy_by_bytes(target.data(), source.data(), bytes);
  copy_by_bytes(expected.data(), source.data(), bytes);
  copy_by_bytes(expected.data() + to, source.data() + from, length);
  memmove(target.data() + to, target.data() + from, length);
  return same(target, expected);
}

bool try_memset(std::size_t to, std::size_t value, std::size_t length) {
  fill();
  for (std::size_t i = 0; i < length; ++i) {
    *const_cast<volatile unsigned char*>(&expected[to + i]) =
        static_cast<unsigned char>(value * 15);
  }
  memset(target.data() + to, static_cast<int>(value * 15 + 0x100), length);
  return same(target, expected);
}

bool try_memcmp(std::size_t to, std::size_t from, std::size_t length) {
  fill();
  copy_by_bytes(target.data() + to, source.data() + from, length);
  if (memcmp(target.data() + to, source.data() + from, length) != 0) {
    return false;
  }
  if (length == 0) {
    return true;
  }
  const std::size_t place = length * 2 / 3;
  volatile unsigned char& changed = target[to + place];
  const unsigned char original = changed;
  changed = static_cast<unsigned char>(original + 1);
  const int result = memcmp(target.data() + to, source.data() + from, length);
  return changed > original ? result > 0 : result < 0;
}

bool try_searches() {
  fill();
  const char text[] = "hello";
  return std::strlen(text) == 5 && std::strlen("") == 0 &&
         std::memchr(source.data(), source[9], bytes) == source.data() + 9 &&
         std::memchr(source.data(), source[9], 9) == nullptr;
}

bool try_popcount() {
  for (unsigned low = 0; low < 64; ++low) {
    for (unsigned high = low; high < 64; ++high) {
      const std::uint64_t value = ~0ULL << low & ~0ULL >> (63 - high);
      const volatile std::uint64_t hidden = value;
      if (std::popcount(std::uint64_t{hidden}) != static_cast<int>(high - low + 1)) {
        return false;
      }
    }
  }
  const volatile std::uint64_t zero = 0;
  return std::popcount(std::uint64_t{zero}) == 0;
}

}  // namespace

void probe_main() {
  check("memory.memcpy", for_all_places(try_memcpy), "wrong bytes");
  check("memory.memmove", for_all_places(try_memmove), "wrong bytes");
  check("memory.memset", for_all_places(try_memset), "wrong bytes");
  check("memory.memcmp", for_all_places(try_memcmp), "wrong result");
  check("memory.popcount", try_popcount(), "wrong count");
  check("memory.searches", try_searches(), "wrong result");
}
