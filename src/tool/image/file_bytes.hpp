// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace serai::tool {

static_assert(std::endian::native == std::endian::little, "the tool reads little-endian files");

/// A file's bytes, untrusted: every access is checked against the end.
class FileBytes {
 public:
  explicit FileBytes(std::span<const std::byte> bytes) : bytes_(bytes) {}

  /// A copy of the `T` at `offset`, or nothing where the file ends before.
  template <class T>
  [[nodiscard]] std::optional<T> at(std::uint64_t offset) const {
    static_assert(std::is_trivially_copyable_v<T>);
    const auto found = part(offset, sizeof(T));
    if (!found) {
      return std::nullopt;
    }
    T value;
    std::memcpy(&value, found->data(), sizeof value);
    return value;
  }

  [[nodiscard]] std::optional<std::uint16_t> u16(std::uint64_t offset) const {
    return at<std::uint16_t>(offset);
  }

  [[nodiscard]] std::optional<std::uint32_t> u32(std::uint64_t offset) const {
    return at<std::uint32_t>(offset);
  }

  /// The `size` bytes from `offset`, or nothing where not all of them exist.
  [[nodiscard]] std::optional<std::span<const std::byte>> part(std::uint64_t offset,
                                                               std::uint64_t size) const {
    if (offset > bytes_.size() || size > bytes_.size() - offset) {
      return std::nullopt;
    }
    return bytes_.subspan(offset, size);
  }

  /// Whether exactly `text` lies at `offset`.
  [[nodiscard]] bool has(std::uint64_t offset, std::string_view text) const {
    const auto found = part(offset, text.size());
    return found && std::memcmp(found->data(), text.data(), text.size()) == 0;
  }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace serai::tool
