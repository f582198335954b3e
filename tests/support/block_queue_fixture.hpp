// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "backends/sddf/block_queue.hpp"

namespace serai::test {

/// The shared memory of one block queue, both ends of which the test may play, with guard bytes
/// around every part.
class BlockQueueFixture {
 public:
  BlockQueueFixture(std::uint32_t capacity, std::uint32_t data_blocks)
      : capacity_(capacity),
        requests_(sddf::request_ring_bytes(capacity)),
        responses_(sddf::response_ring_bytes(capacity)),
        info_(sizeof(sddf::BlockStoragePage)),
        data_(std::size_t{data_blocks} * sddf::block_bytes) {}

  [[nodiscard]] sddf::BlockQueueMemory memory() {
    return sddf::BlockQueueMemory::at({.requests = requests_.address(),
                                       .responses = responses_.address(),
                                       .storage_info = info_.address(),
                                       .data = data_.address(),
                                       .data_bytes = data_.size,
                                       .capacity = capacity_});
  }

  [[nodiscard]] bool guards_intact() const {
    return requests_.intact() && responses_.intact() && info_.intact() && data_.intact();
  }

 private:
  struct Part {
    static constexpr std::size_t guard = 64;
    static constexpr std::byte guard_value{0xa5};

    explicit Part(std::size_t bytes_inside) : size(bytes_inside), bytes(size + 2 * guard) {
      std::fill_n(bytes.begin(), guard, guard_value);
      std::fill_n(bytes.rbegin(), guard, guard_value);
    }

    [[nodiscard]] std::uint64_t address() {
      return reinterpret_cast<std::uint64_t>(bytes.data() + guard);
    }

    [[nodiscard]] bool intact() const {
      const auto is_guard = [](std::byte byte) { return byte == guard_value; };
      return std::all_of(bytes.begin(), bytes.begin() + guard, is_guard) &&
             std::all_of(bytes.rbegin(), bytes.rbegin() + guard, is_guard);
    }

    std::size_t size;
    std::vector<std::byte> bytes;
  };

  std::uint32_t capacity_;
  Part requests_;
  Part responses_;
  Part info_;
  Part data_;
};

}  // namespace serai::test
