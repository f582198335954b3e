// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "unit/virtio/queue_fixture.hpp"
#include "virtio/descriptor.hpp"

namespace serai::virtio {

/// A list of indices and the like.
using Numbers = std::uint16_t[];

/// Which kind of ring, and where the descriptors of a case stand.
enum class Layout : std::uint8_t { split, split_table, packed, packed_table };

inline constexpr Layout all_layouts[] = {Layout::split, Layout::split_table, Layout::packed,
                                         Layout::packed_table};

inline std::string name_of(Layout layout) {
  constexpr const char* names[] = {"split", "split_table", "packed", "packed_table"};
  return names[static_cast<std::size_t>(layout)];
}

inline bool is_packed(Layout layout) {
  return layout == Layout::packed || layout == Layout::packed_table;
}

inline bool is_table(Layout layout) {
  return layout == Layout::split_table || layout == Layout::packed_table;
}

/// A descriptor as a hostile driver writes it. What is not said is as it should be.
struct RawDescriptor {
  std::uint64_t address = 0;
  std::uint32_t bytes = 0;
  std::uint16_t flags = 0;                 ///< WRITE, INDIRECT and unknown ones
  std::optional<std::uint16_t> next = {};  ///< split: the field
  std::optional<bool> has_next = {};       ///< the flag
  std::optional<std::uint16_t> lap = {};   ///< packed: AVAIL and USED
  std::optional<std::uint16_t> id = {};    ///< packed
};

/// A driver that writes into its rings what it likes.
class HostileDriver {
 public:
  static constexpr std::uint16_t size = 16;
  static constexpr std::uint16_t warm_up = 3;

  HostileDriver(Layout layout, bool negotiate_indirect)
      : part({.size = size, .packed = is_packed(layout), .indirect = negotiate_indirect}),
        layout_(layout) {}

  [[nodiscard]] std::uint64_t ram_start() { return part.ram.start(); }

  [[nodiscard]] std::uint64_t ram_end() { return part.ram.end(); }

  /// A buffer of a page that is in order.
  [[nodiscard]] RawDescriptor good(bool writable = false) {
    return {.address = part.ram.allocate(4096),
            .bytes = 64,
            .flags = writable ? descriptor_flag::write : std::uint16_t{0}};
  }

  /// Writes a chain, in the ring or in a table, and makes it available.
  void offer(const std::vector<RawDescriptor>& chain) {
    if (is_table(layout_)) {
      offer_table(chain);
    } else {
      offer_in_ring(chain);
    }
  }

  /// Writes a chain into an indirect table, aligned as said, and offers the table.
  void offer_table(const std::vector<RawDescriptor>& chain, std::uint64_t misalignment = 0) {
    const std::uint64_t table =
        part.ram.allocate(chain.size() * descriptor_bytes + 16) + misalignment;
    fill(table, chain);
    offer_in_ring({{.address = table,
                    .bytes = static_cast<std::uint32_t>(chain.size() * descriptor_bytes),
                    .flags = descriptor_flag::indirect}});
  }

  /// Writes a table and returns the descriptor that points to it.
  RawDescriptor table(const std::vector<RawDescriptor>& chain) {
    const std::uint64_t place = part.ram.allocate(chain.size() * descriptor_bytes);
    fill(place, chain);
    return {.address = place,
            .bytes = static_cast<std::uint32_t>(chain.size() * descriptor_bytes),
            .flags = descriptor_flag::indirect};
  }

  /// Writes a chain into the ring itself and makes it available.
  void offer_in_ring(const std::vector<RawDescriptor>& chain) {
    if (is_packed(layout_)) {
      offer_packed(chain);
    } else {
      fill(part.driver.descriptor_address(0), chain);
      part.driver.force_available(0);
    }
  }

  /// Has the device take all that is available, and keep it.
  void hold_all() {
    while (auto chain = part.queue.pop()) {
      held_.push_back(std::move(*chain));
    }
  }

  /// What was held is dropped, as in a reset.
  void abandon_all() {
    for (auto& chain : held_) {
      part.queue.abandon(std::move(chain));
    }
    held_.clear();
  }

  /// Packed: where the next chain will be written, from the ring's start.
  std::uint16_t position = 0;
  bool lap = true;

  QueueFixture part;

 private:
  [[nodiscard]] static bool goes_on(const RawDescriptor& raw, bool last) {
    return raw.has_next.value_or(!last);
  }

  void fill(std::uint64_t place, const std::vector<RawDescriptor>& chain) {
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const auto& raw = chain[i];
      if (is_packed(layout_)) {
        part.driver.set_packed(place + 16 * i, raw.address, raw.bytes, raw.id.value_or(0),
                               raw.flags);
      } else {
        const bool next = goes_on(raw, i + 1 == chain.size());
        part.driver.set_split(
            place + 16 * i, raw.address, raw.bytes,
            static_cast<std::uint16_t>(raw.flags | (next ? descriptor_flag::next : 0)),
            raw.next.value_or(static_cast<std::uint16_t>(i + 1)));
      }
    }
  }

  void offer_packed(const std::vector<RawDescriptor>& chain) {
    for (std::size_t i = 0; i < chain.size(); ++i) {
      const auto& raw = chain[i];
      const std::uint16_t flags =
          raw.lap.value_or(lap ? descriptor_flag::avail : descriptor_flag::used);
      const bool next = goes_on(raw, i + 1 == chain.size());
      part.driver.set_packed(
          part.driver.descriptor_address(position), raw.address, raw.bytes, raw.id.value_or(0),
          static_cast<std::uint16_t>(raw.flags | flags | (next ? descriptor_flag::next : 0)));
      if (++position == size) {
        position = 0;
        lap = !lap;
      }
    }
  }

  Layout layout_;
  std::vector<Chain> held_;
};

/// What must come of a case.
struct Expected {
  bool broken = true;
  std::size_t served = 0;                   ///< chains, before it breaks
  std::optional<std::uint64_t> bytes = {};  ///< of the last of them
};

inline constexpr Expected is_broken{};

inline Expected is_served(std::uint64_t bytes, std::size_t chains = 1) {
  return {.broken = false, .served = chains, .bytes = bytes};
}

inline constexpr Expected is_nothing{.broken = false, .served = 0};

/// One way to do wrong, or something rare that is right.
struct MalformedCase {
  std::string name;
  Layout layout = Layout::split;
  std::function<void(HostileDriver&)> act;
  Expected expected = is_broken;
  bool negotiate_indirect = true;
};

using MalformedCases = std::vector<MalformedCase>;

}  // namespace serai::virtio
