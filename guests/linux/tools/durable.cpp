// SPDX-License-Identifier: BSD-2-Clause
// Writes to a disk so that it can be told later whether anything that was acknowledged got lost.
//
//   durable write FILE BLOCKS [ROUNDS]   goes on where it left off: rounds of eight blocks and one
//                                        fdatasync, after which it says "durable N": every record
//                                        up to number N is on the disk now
//   durable check FILE BLOCKS N          after a cut: is every record up to number N there? Says
//                                        "durable: kept, N asked for, M found", or which are lost
//
// FILE is a block device or a file, of which the first BLOCKS blocks of 4096 bytes are overwritten.
// Record n lies in block n modulo BLOCKS, and every word of it is computed from n, so that a block
// holds one record whole, or is seen not to.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace {

constexpr std::size_t block_bytes = 4096;
constexpr std::uint64_t blocks_a_round = 8;

using Block = std::array<std::uint64_t, block_bytes / sizeof(std::uint64_t)>;

struct Disk {
  int file;
  std::uint64_t blocks;
};

/// Word `index` of record `number`: a mixing function (splitmix64) of both.
std::uint64_t word(std::uint64_t number, std::uint64_t index) {
  std::uint64_t mixed = (number * block_bytes + index) * 0x9e3779b97f4a7c15U;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
  return mixed ^ (mixed >> 31U);
}

Block record(std::uint64_t number) {
  Block block{};
  block[0] = number;
  for (std::size_t index = 1; index < block.size(); ++index) {
    block[index] = word(number, index);
  }
  return block;
}

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(2);
}

/// The number of the record that a block of the disk holds whole, or 0.
std::uint64_t number_in(const Disk& disk, std::uint64_t at) {
  Block block{};
  if (pread(disk.file, block.data(), block_bytes, static_cast<off_t>(at * block_bytes)) !=
      static_cast<ssize_t>(block_bytes)) {
    give_up("durable: read");
  }
  const std::uint64_t number = block[0];
  return number % disk.blocks == at && block == record(number) ? number : 0;
}

std::uint64_t newest(const Disk& disk) {
  std::uint64_t found = 0;
  for (std::uint64_t at = 0; at < disk.blocks; ++at) {
    const std::uint64_t number = number_in(disk, at);
    found = number > found ? number : found;
  }
  return found;
}

void write_round(const Disk& disk, std::uint64_t first) {
  for (std::uint64_t number = first; number < first + blocks_a_round; ++number) {
    const Block block = record(number);
    if (pwrite(disk.file, block.data(), block_bytes,
               static_cast<off_t>(number % disk.blocks * block_bytes)) !=
        static_cast<ssize_t>(block_bytes)) {
      give_up("durable: write");
    }
  }
  if (fdatasync(disk.file) != 0) {
    give_up("durable: fdatasync");
  }
}

int write_on(const Disk& disk, std::uint64_t rounds) {
  // Of the newest round, others than the newest record may be missing: it is written again.
  const std::uint64_t found = newest(disk);
  std::uint64_t next = found - (found == 0 ? 0 : (found - 1) % blocks_a_round + 1) + 1;
  for (std::uint64_t round = 0; rounds == 0 || round < rounds; ++round) {
    write_round(disk, next);
    next += blocks_a_round;
    std::printf("durable %llu\n", static_cast<unsigned long long>(next - 1));
    std::fflush(stdout);
  }
  return 0;
}

/// The last record not above `limit` that belongs into a block; 0 if none does.
std::uint64_t last_for(const Disk& disk, std::uint64_t at, std::uint64_t limit) {
  if (limit < at) {
    return 0;
  }
  return limit - (limit - at) % disk.blocks;
}

/// A block may hold a later record than the one that was acknowledged last, or a part of one: the
/// round of the newest record that is there, or the one after it, was perhaps under way.
bool lost(const Disk& disk, std::uint64_t at, std::uint64_t asked, std::uint64_t found) {
  const std::uint64_t wanted = last_for(disk, at, asked);
  if (wanted == 0 || number_in(disk, at) >= wanted) {
    return false;
  }
  return wanted + disk.blocks > found + blocks_a_round;
}

int check(const Disk& disk, std::uint64_t asked) {
  const std::uint64_t found = newest(disk);
  int result = 0;
  for (std::uint64_t at = 0; at < disk.blocks; ++at) {
    if (lost(disk, at, asked, found)) {
      std::printf("durable: lost %llu\n",
                  static_cast<unsigned long long>(last_for(disk, at, asked)));
      result = 1;
    }
  }
  std::printf("durable: %s, %llu asked for, %llu found\n", result == 0 ? "kept" : "LOST",
              static_cast<unsigned long long>(asked), static_cast<unsigned long long>(found));
  return result;
}

std::uint64_t number_of(const char* text) {
  return std::strtoull(text, nullptr, 10);
}

}  // namespace

int main(int count, char** arguments) {
  const bool writes = count >= 4 && std::strcmp(arguments[1], "write") == 0;
  const bool checks = count == 5 && std::strcmp(arguments[1], "check") == 0;
  if (!writes && !checks) {
    std::fputs("durable write FILE BLOCKS [ROUNDS] | durable check FILE BLOCKS N\n", stderr);
    return 2;
  }
  const Disk disk{.file = open(arguments[2], O_RDWR | O_CLOEXEC),
                  .blocks = number_of(arguments[3])};
  if (disk.file < 0 || disk.blocks < 2 * blocks_a_round) {
    give_up("durable: a file and at least 16 blocks are needed");
  }
  const std::uint64_t last = count == 5 ? number_of(arguments[4]) : 0;
  return writes ? write_on(disk, last) : check(disk, last);
}
