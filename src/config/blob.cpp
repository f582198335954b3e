// SPDX-License-Identifier: BSD-2-Clause
#include "config/blob.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "base/crc32.hpp"

namespace serai::config {

namespace {

std::uint32_t checksum_of(std::span<const std::byte> blob) noexcept {
  constexpr std::size_t at = offsetof(Header, checksum);
  constexpr std::array<std::byte, sizeof(Header::checksum)> zero{};
  return Crc32().add(blob.first(at)).add(zero).add(blob.subspan(at + zero.size())).value();
}

constexpr bool wraps(std::uint64_t address, std::uint64_t size) noexcept {
  return address + size < address;
}

Result<void> check_direction(std::uint64_t indices, std::uint64_t data,
                             std::uint32_t capacity) noexcept {
  constexpr std::uint64_t index_alignment = 4;
  constexpr std::uint64_t index_bytes = 12;
  if (capacity == 0) {
    return {};
  }
  if (!is_power_of_two(capacity)) {
    return fail(Error::bad_value);
  }
  if (!is_aligned(indices, index_alignment)) {
    return fail(Error::misaligned);
  }
  if (indices == 0 || data == 0) {
    return fail(Error::bad_value);
  }
  if (wraps(indices, index_bytes) || wraps(data, capacity)) {
    return fail(Error::overflow);
  }
  return {};
}

}  // namespace

Result<std::span<const std::byte>> open_blob(std::span<const std::byte> bytes, BlobKind kind,
                                             std::size_t least_size) noexcept {
  if (bytes.size() < least_size) {
    return fail(Error::out_of_range);
  }
  if (std::bit_cast<std::uintptr_t>(bytes.data()) % alignof(std::uint64_t) != 0) {
    return fail(Error::misaligned);
  }
  const auto& header = blob_at<Header>(bytes);
  if (header.magic != magic || header.kind != kind) {
    return fail(Error::bad_value);
  }
  if (header.version != version) {
    return fail(Error::unsupported);
  }
  if (header.size < least_size || header.size > bytes.size() || header.size > most_blob_bytes) {
    return fail(Error::out_of_range);
  }
  const auto blob = bytes.first(header.size);
  if (checksum_of(blob) != header.checksum || !is_valid_name(header.name)) {
    return fail(Error::bad_value);
  }
  return blob;
}

bool is_valid_name(const Name& name) noexcept {
  const auto end = std::find(name.begin(), name.end(), '\0');
  const auto printable = [](char character) { return character > ' ' && character <= '~'; };
  const auto is_padding = [](char character) { return character == '\0'; };
  return end != name.begin() && end != name.end() && std::all_of(name.begin(), end, printable) &&
         std::all_of(end, name.end(), is_padding);
}

std::string_view name_text(const Name& name) noexcept {
  const auto end = std::find(name.begin(), name.end(), '\0');
  return {name.data(), static_cast<std::size_t>(end - name.begin())};
}

Result<void> check_queue(const SerialQueue& queue) noexcept {
  if (queue.channel >= channel_count || queue.receive_channel >= channel_count) {
    return fail(Error::out_of_range);
  }
  return check_all(
      [&] {
        return check_direction(queue.transmit_queue, queue.transmit_data, queue.transmit_capacity);
      },
      [&] {
        return check_direction(queue.receive_queue, queue.receive_data, queue.receive_capacity);
      });
}

}  // namespace serai::config
