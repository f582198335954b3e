// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <new>
#include <span>
#include <stdexcept>
#include <vector>

#include "core/guest_memory.hpp"

namespace serai::test {

/// A guest's RAM as the guest sees it, with a simple allocator, and the `GuestMemory` that the
/// device under test gets. Addresses are the guest's, in bytes. Throws where a test asks for
/// something outside.
class GuestRam {
 public:
  static constexpr std::uint64_t default_start = 0x4000'0000;
  static constexpr std::size_t page_bytes = 4096;

  /// `bytes` of zeros, a multiple of a page.
  explicit GuestRam(std::size_t bytes = std::size_t{4} << 20U, std::uint64_t start = default_start)
      : bytes_(new(std::align_val_t{page_bytes}) std::byte[bytes]{}),
        size_(bytes),
        start_(start),
        free_(start) {
    require(memory_.add(GuestAddress(start), std::span(bytes_.get(), size_)).has_value());
  }

  [[nodiscard]] const GuestMemory& memory() const { return memory_; }

  /// Adds another region, of memory that the caller keeps.
  void add(std::uint64_t start, std::span<std::byte> bytes) {
    require(memory_.add(GuestAddress(start), bytes).has_value());
  }

  [[nodiscard]] std::uint64_t start() const { return start_; }

  [[nodiscard]] std::uint64_t end() const { return start_ + size_; }

  /// The host's view of it, for doubles that watch or protect it.
  [[nodiscard]] std::span<std::byte> host_bytes() { return {bytes_.get(), size_}; }

  /// A place of `bytes` that nobody else has, until it is freed. Contents are whatever was there.
  std::uint64_t allocate(std::size_t bytes, std::size_t alignment = 16) {
    auto& list = freed_[{bytes, alignment}];
    if (!list.empty()) {
      const std::uint64_t address = list.back();
      list.pop_back();
      return address;
    }
    const std::uint64_t address = align_up(free_, alignment);
    require(address + bytes <= end());
    free_ = address + bytes;
    return address;
  }

  /// Gives a place back, with the sizes that it was allocated with.
  void free(std::uint64_t address, std::size_t bytes, std::size_t alignment = 16) {
    freed_[{bytes, alignment}].push_back(address);
  }

  /// A naturally aligned number, with acquire ordering.
  template <class Number>
  [[nodiscard]] Number load(std::uint64_t address) const {
    const auto value = memory_.load_acquire<Number>(GuestAddress(address));
    require(value.has_value());
    return *value;
  }

  /// The same with release ordering.
  template <class Number>
  void store(std::uint64_t address, Number value) {
    require(memory_.store_release<Number>(GuestAddress(address), value).has_value());
  }

  [[nodiscard]] std::vector<std::byte> read(std::uint64_t address, std::size_t bytes) const {
    std::vector<std::byte> copy(bytes);
    require(memory_.read(GuestAddress(address), copy).has_value());
    return copy;
  }

  void write(std::uint64_t address, std::span<const std::byte> bytes) {
    require(memory_.write(GuestAddress(address), bytes).has_value());
  }

  void zero(std::uint64_t address, std::size_t bytes) {
    require(memory_.zero(GuestAddress(address), bytes).has_value());
  }

 private:
  struct Free {
    void operator()(std::byte* bytes) const {
      ::operator delete[](bytes, std::align_val_t{page_bytes});
    }
  };

  static void require(bool holds) {
    if (!holds) {
      throw std::out_of_range("outside the test's guest RAM");
    }
  }

  std::unique_ptr<std::byte[], Free> bytes_;
  std::size_t size_;
  std::uint64_t start_;
  std::uint64_t free_;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::uint64_t>> freed_;
  GuestMemory memory_;
};

}  // namespace serai::test
