// SPDX-License-Identifier: BSD-2-Clause
// A load for a disk that is the same each time, with little work of its own:
//
//   diskload FILE read|write sequential|random BYTES DEPTH COUNT [MARKER]
//
// COUNT requests of BYTES each, past the page cache, DEPTH of them at a time. A random order is the
// same in each run. What is written is zeros. With a MARKER, that one is executed before and the
// next after the requests. Says "diskload: COUNT requests, N bytes, T microseconds".
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <linux/aio_abi.h>
#include <sys/syscall.h>
#include <unistd.h>

extern "C" void mark(unsigned number);

namespace {

constexpr std::uint64_t most_depth = 128;
constexpr std::size_t page_bytes = 4096;

struct Load {
  int file;
  bool writes;
  bool random;
  std::uint64_t bytes;
  std::uint64_t depth;
  std::uint64_t count;
  std::uint64_t places;  // requests that fit on the disk
};

[[noreturn]] void give_up(const char* what) {
  std::perror(what);
  std::exit(2);
}

/// Where request `index` goes. An odd step larger than the disk's middle visits places far apart.
std::int64_t offset_of(const Load& load, std::uint64_t index) {
  const std::uint64_t place = load.random ? (index * 0x9e3779b97f4a7c15U) >> 16U : index;
  return static_cast<std::int64_t>(place % load.places * load.bytes);
}

iocb request(const Load& load, std::uint64_t index, void* buffer) {
  iocb made{};
  made.aio_lio_opcode = load.writes ? IOCB_CMD_PWRITE : IOCB_CMD_PREAD;
  made.aio_fildes = static_cast<std::uint32_t>(load.file);
  made.aio_buf = reinterpret_cast<std::uintptr_t>(buffer);
  made.aio_nbytes = load.bytes;
  made.aio_offset = offset_of(load, index);
  return made;
}

/// Submits `count` requests with one call and waits for all of them.
void run_batch(const Load& load, aio_context_t context, std::uint64_t first, std::uint64_t count,
               char* buffers) {
  std::array<iocb, most_depth> requests{};
  std::array<iocb*, most_depth> pointers{};
  std::array<io_event, most_depth> events{};
  for (std::uint64_t slot = 0; slot < count; ++slot) {
    requests[slot] = request(load, first + slot, buffers + (slot * load.bytes));
    pointers[slot] = &requests[slot];
  }
  const auto wanted = static_cast<long>(count);
  if (syscall(SYS_io_submit, context, wanted, pointers.data()) != wanted ||
      syscall(SYS_io_getevents, context, wanted, wanted, events.data(), nullptr) != wanted) {
    give_up("diskload: submit");
  }
  for (std::uint64_t slot = 0; slot < count; ++slot) {
    if (events[slot].res != static_cast<std::int64_t>(load.bytes)) {
      std::printf("diskload: a request ended with %lld\n",
                  static_cast<long long>(events[slot].res));
      std::exit(1);
    }
  }
}

void run(const Load& load) {
  void* buffers = nullptr;
  aio_context_t context = 0;
  if (posix_memalign(&buffers, page_bytes, load.bytes * load.depth) != 0 ||
      syscall(SYS_io_setup, load.depth, &context) != 0) {
    give_up("diskload: set-up");
  }
  std::memset(buffers, 0, load.bytes * load.depth);
  for (std::uint64_t first = 0; first < load.count; first += load.depth) {
    const std::uint64_t left = load.count - first;
    run_batch(load, context, first, left < load.depth ? left : load.depth,
              static_cast<char*>(buffers));
  }
}

std::uint64_t microseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (static_cast<std::uint64_t>(now.tv_sec) * 1000000) +
         (static_cast<std::uint64_t>(now.tv_nsec) / 1000);
}

std::uint64_t number_of(const char* text) {
  return std::strtoull(text, nullptr, 10);
}

Load parse(char** arguments) {
  Load load{};
  load.writes = std::strcmp(arguments[2], "write") == 0;
  load.random = std::strcmp(arguments[3], "random") == 0;
  load.bytes = number_of(arguments[4]);
  load.depth = number_of(arguments[5]);
  load.count = number_of(arguments[6]);
  load.file = open(arguments[1], (load.writes ? O_RDWR : O_RDONLY) | O_DIRECT | O_CLOEXEC);
  const off_t size = load.file < 0 ? -1 : lseek(load.file, 0, SEEK_END);
  if (size < 0 || load.bytes == 0 || load.bytes % 512 != 0 || load.depth == 0 ||
      load.depth > most_depth) {
    give_up("diskload: arguments");
  }
  load.places = static_cast<std::uint64_t>(size) / load.bytes;
  if (load.places == 0) {
    give_up("diskload: the disk is too small");
  }
  return load;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 7) {
    std::fputs("diskload FILE read|write sequential|random BYTES DEPTH COUNT [MARKER]\n", stderr);
    return 2;
  }
  const Load load = parse(arguments);
  const auto marker = static_cast<unsigned>(count > 7 ? number_of(arguments[7]) : 0);
  const std::uint64_t begin = microseconds();
  if (marker != 0) {
    mark(marker);
  }
  run(load);
  if (marker != 0) {
    mark(marker + 1);
  }
  std::printf("diskload: %llu requests, %llu bytes, %llu microseconds\n",
              static_cast<unsigned long long>(load.count),
              static_cast<unsigned long long>(load.count * load.bytes),
              static_cast<unsigned long long>(microseconds() - begin));
  return 0;
}
