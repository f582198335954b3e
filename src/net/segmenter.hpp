// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "net/checksum.hpp"
#include "net/header.hpp"

namespace serai::net {

/// Splits a frame that holds several TCP segments or UDP datagrams (`gso_type`), in software, for a
/// receiver that cannot. Its user copies for each segment `payload_bytes()` of what follows the
/// headers, sums them on the way, and then puts what `finish` returns before them:
///
///     while (segmenter.payload_bytes() != 0) {
///       leave room for segmenter.frame_header_bytes();
///       copy segmenter.payload_bytes(), adding them to a Checksum;
///       write segmenter.finish(checksum) into the room;
///     }
class Segmenter {
 public:
  /// Ethernet with two tags, the longest IPv4 header or IPv6 with some extensions, the longest TCP.
  static constexpr std::size_t most_header_bytes = 192;
  /// Smaller segments are not made: their number would be out of proportion.
  static constexpr std::uint16_t least_gso_size = 64;

  /// Begins with a frame of `frame_bytes`, whose first bytes are `start`: as many as there are, or
  /// `most_header_bytes`. `header` is checked. Errors: `bad_value` for frames that are not what the
  /// header says, `unsupported` for headers that are too long or segments that are too short.
  // Guest-controlled: start.
  [[nodiscard]] static Result<Segmenter> make(const Header& header, std::uint32_t frame_bytes,
                                              std::span<const std::byte> start) noexcept;

  /// Length of the headers of each segment, which are the same as those of the whole.
  [[nodiscard]] std::uint32_t frame_header_bytes() const noexcept { return header_bytes_; }

  /// Length of what follows them in the next segment; 0 when there is none.
  [[nodiscard]] std::uint32_t payload_bytes() const noexcept;

  /// The headers of the next segment, valid until the next call, and goes on to the one after it.
  [[nodiscard]] std::span<const std::byte> finish(const Checksum& payload) noexcept;

 private:
  Segmenter() noexcept = default;

  [[nodiscard]] Result<void> find_layers(const Header& header) noexcept;
  [[nodiscard]] Result<void> find_transport(const Header& header) noexcept;
  void set_network_fields(std::uint32_t payload) noexcept;
  void set_transport_fields(std::uint32_t payload) noexcept;
  void set_checksum(std::uint32_t payload, const Checksum& sum) noexcept;

  [[nodiscard]] std::uint16_t number_at(std::uint32_t place) const noexcept;
  void set_number(std::uint32_t place, std::uint16_t number) noexcept;

  std::array<std::byte, most_header_bytes> original_{};
  std::array<std::byte, most_header_bytes> headers_{};
  std::uint32_t header_bytes_ = 0;
  std::uint32_t network_ = 0;    ///< where the IP header begins
  std::uint32_t transport_ = 0;  ///< where the TCP or UDP header begins
  std::uint32_t left_ = 0;       ///< payload of this segment and all that follow
  std::uint32_t done_ = 0;       ///< payload of those before
  std::uint16_t count_ = 0;      ///< segments before
  std::uint16_t segment_bytes_ = 0;
  bool is_tcp_ = false;
  bool is_ipv6_ = false;
};

}  // namespace serai::net
