// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/address.hpp"
#include "base/assert.hpp"
#include "base/bits.hpp"
#include "base/static_vector.hpp"
#include "core/ports.hpp"

namespace serai {

/// A table of entries of `Stride` bytes in a guest's RAM whose place was checked once, for rings
/// that are used all the time: single atomic accesses of naturally aligned little-endian numbers at
/// byte `Field` of an entry. Made by `GuestMemory::table`; the memory it came from outlives it. No
/// pointer comes out of it.
template <std::uint32_t Stride>
class GuestTable {
 public:
  constexpr GuestTable() noexcept = default;

  /// Entries.
  [[nodiscard]] std::uint32_t count() const noexcept { return count_; }

  /// Reads once. `index` is below `count()`: whoever lets a guest choose it checks it before.
  template <class Number, std::uint32_t Field = 0>
  [[nodiscard]] Number load(std::uint32_t index) const noexcept {
    return __atomic_load_n(at<Number, Field>(index), __ATOMIC_RELAXED);
  }

  /// The same with acquire ordering: what follows sees what the guest wrote before it.
  template <class Number, std::uint32_t Field = 0>
  [[nodiscard]] Number load_acquire(std::uint32_t index) const noexcept {
    return __atomic_load_n(at<Number, Field>(index), __ATOMIC_ACQUIRE);
  }

  template <class Number, std::uint32_t Field = 0>
  void store(std::uint32_t index, Number value) const noexcept {
    __atomic_store_n(at<Number, Field>(index), value, __ATOMIC_RELAXED);
  }

  /// The same with release ordering: whoever reads `value` sees what was written before it.
  template <class Number, std::uint32_t Field = 0>
  void store_release(std::uint32_t index, Number value) const noexcept {
    __atomic_store_n(at<Number, Field>(index), value, __ATOMIC_RELEASE);
  }

 private:
  friend class GuestMemory;

  GuestTable(std::byte* bytes, std::uint32_t count) noexcept : bytes_(bytes), count_(count) {}

  template <class Number, std::uint32_t Field>
  [[nodiscard]] Number* at(std::uint32_t index) const noexcept {
    static_assert(Stride % sizeof(Number) == 0 && Field % sizeof(Number) == 0);
    static_assert(Field + sizeof(Number) <= Stride);
    SERAI_ASSERT(index < count_);
    // Safety: inside the table, which `GuestMemory::table` checked; as aligned as the table's owner
    // asked for there; every access through the result is a single atomic one.
    return reinterpret_cast<Number*>(bytes_ + std::size_t{index} * Stride + Field);
  }

  std::byte* bytes_ = nullptr;
  std::uint32_t count_ = 0;
};

/// A guest's RAM, reached by checked copies only: no pointer or reference to it ever escapes,
/// because another thread of the guest may change any byte at any time. Does not own the memory.
class GuestMemory {
 public:
  static constexpr std::size_t most_regions = 8;

  /// Adds RAM at `start`, backed by `bytes`, which must outlive this object. Errors: `bad_value`
  /// when empty, `overflow`, `overlap`, `no_space`.
  Result<void> add(GuestAddress start, std::span<std::byte> bytes) noexcept;

  /// Whether all `size` bytes from `address` are RAM of one region. `size` 0 is inside nowhere.
  // Guest-controlled: address, size.
  [[nodiscard]] bool contains(GuestAddress address, std::uint64_t size) const noexcept;

  /// The `count` entries of `Stride` bytes from `start`, for repeated access; `start` is a multiple
  /// of the power of two `alignment`, which is at least the size of any number that will be
  /// accessed. Errors: `bad_value` for no entries, `misaligned`, `out_of_range` unless all of it is
  /// RAM of one region.
  // Guest-controlled: start, count.
  template <std::uint32_t Stride>
  [[nodiscard]] Result<GuestTable<Stride>> table(GuestAddress start, std::uint32_t count,
                                                 std::uint64_t alignment) const noexcept;

  /// Copies out of the guest; `out_of_range` (and `to` untouched) unless all of it is RAM.
  [[nodiscard]] Result<void> read(GuestAddress from, std::span<std::byte> to) const noexcept;

  /// Copies into the guest; `out_of_range` (and the guest untouched) unless all of it is RAM.
  [[nodiscard]] Result<void> write(GuestAddress to, std::span<const std::byte> from) const noexcept;

  /// Sets `size` bytes to zero; `out_of_range` unless all of it is RAM. `size` 0 does nothing.
  [[nodiscard]] Result<void> zero(GuestAddress start, std::uint64_t size) const noexcept;

  /// Lets a guest that runs with its caches off see `size` bytes; `out_of_range` as above.
  Result<void> clean(GuestAddress start, std::uint64_t size, CachePort& cache) const noexcept;

  /// A naturally aligned little-endian number of 1, 2, 4 or 8 bytes, read once. Errors:
  /// `misaligned`, `out_of_range`.
  template <class Number>
  [[nodiscard]] Result<Number> load(GuestAddress from) const noexcept;

  /// The same with acquire ordering: what follows sees what the guest wrote before it.
  template <class Number>
  [[nodiscard]] Result<Number> load_acquire(GuestAddress from) const noexcept;

  template <class Number>
  Result<void> store(GuestAddress to, Number value) const noexcept;

  /// The same with release ordering: whoever reads `value` sees what was written before it.
  template <class Number>
  Result<void> store_release(GuestAddress to, Number value) const noexcept;

  [[nodiscard]] std::size_t region_count() const noexcept { return regions_.size(); }

  /// The addresses of region `index`, which must be below `region_count()`.
  [[nodiscard]] GuestRange region(std::size_t index) const noexcept {
    return regions_[index].range;
  }

 private:
  struct Region {
    GuestRange range;
    std::byte* bytes = nullptr;
  };

  /// Where the guest's `size` bytes from `address` are in our memory, or null.
  [[nodiscard]] std::byte* find(GuestAddress address, std::uint64_t size) const noexcept;

  template <class Number>
  [[nodiscard]] Result<Number*> locate(GuestAddress address) const noexcept;

  StaticVector<Region, most_regions> regions_;
};

template <std::uint32_t Stride>
Result<GuestTable<Stride>> GuestMemory::table(GuestAddress start, std::uint32_t count,
                                              std::uint64_t alignment) const noexcept {
  if (count == 0) {
    return fail(Error::bad_value);
  }
  if (!is_aligned(start.value(), alignment)) {
    return fail(Error::misaligned);
  }
  std::byte* const place = find(start, std::uint64_t{count} * Stride);
  if (place == nullptr) {
    return fail(Error::out_of_range);
  }
  return GuestTable<Stride>(place, count);
}

template <class Number>
Result<Number*> GuestMemory::locate(GuestAddress address) const noexcept {
  static_assert(sizeof(Number) <= 8);
  if (address.value() % sizeof(Number) != 0) {
    return fail(Error::misaligned);
  }
  std::byte* const place = find(address, sizeof(Number));
  if (place == nullptr) {
    return fail(Error::out_of_range);
  }
  // Safety: `find` checked that the whole number is inside the region, regions are backed by
  // page-aligned memory so the host address is as aligned as the guest's, and every access through
  // the result is a single atomic one.
  return reinterpret_cast<Number*>(place);
}

template <class Number>
Result<Number> GuestMemory::load(GuestAddress from) const noexcept {
  const auto place = locate<Number>(from);
  if (!place) {
    return fail(place.error());
  }
  return __atomic_load_n(*place, __ATOMIC_RELAXED);
}

template <class Number>
Result<Number> GuestMemory::load_acquire(GuestAddress from) const noexcept {
  const auto place = locate<Number>(from);
  if (!place) {
    return fail(place.error());
  }
  return __atomic_load_n(*place, __ATOMIC_ACQUIRE);
}

template <class Number>
Result<void> GuestMemory::store(GuestAddress to, Number value) const noexcept {
  const auto place = locate<Number>(to);
  if (!place) {
    return fail(place.error());
  }
  __atomic_store_n(*place, value, __ATOMIC_RELAXED);
  return {};
}

template <class Number>
Result<void> GuestMemory::store_release(GuestAddress to, Number value) const noexcept {
  const auto place = locate<Number>(to);
  if (!place) {
    return fail(place.error());
  }
  __atomic_store_n(*place, value, __ATOMIC_RELEASE);
  return {};
}

}  // namespace serai
