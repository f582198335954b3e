// SPDX-License-Identifier: BSD-2-Clause
#include "net/segmenter.hpp"

#include <algorithm>
#include <cstring>

#include "net/ethernet.hpp"

namespace serai::net {
namespace {

constexpr std::uint32_t ipv4_least_bytes = 20;
constexpr std::uint32_t ipv6_bytes = 40;
constexpr std::uint32_t udp_bytes = 8;
constexpr std::uint32_t tcp_least_bytes = 20;
constexpr std::uint16_t tcp_checksum_place = 16;
constexpr std::uint16_t udp_checksum_place = 6;
constexpr std::uint8_t tcp_fin = 0x01;
constexpr std::uint8_t tcp_psh = 0x08;
constexpr std::uint8_t tcp_cwr = 0x80;
constexpr std::uint32_t tcp_flags_place = 13;

}  // namespace

std::uint16_t Segmenter::number_at(std::uint32_t place) const noexcept {
  return big_endian_16(std::span(original_).subspan(place));
}

void Segmenter::set_number(std::uint32_t place, std::uint16_t number) noexcept {
  headers_[place] = static_cast<std::byte>(number >> 8);
  headers_[place + 1] = static_cast<std::byte>(number & 0xff);
}

Result<Segmenter> Segmenter::make(const Header& header, std::uint32_t frame_bytes,
                                  std::span<const std::byte> start) noexcept {
  if (header.gso_size < least_gso_size) {
    return fail(Error::unsupported);
  }
  Segmenter segmenter;
  const std::size_t known = std::min(start.size(), most_header_bytes);
  std::memcpy(segmenter.original_.data(), start.data(), known);
  segmenter.segment_bytes_ = header.gso_size;
  segmenter.is_tcp_ = header.gso_kind() != Header::gso_udp_l4;
  if (const auto found = segmenter.find_layers(header); !found) {
    return fail(found.error());
  }
  if (segmenter.header_bytes_ > known || segmenter.header_bytes_ >= frame_bytes) {
    return fail(Error::bad_value);
  }
  segmenter.left_ = frame_bytes - segmenter.header_bytes_;
  return segmenter;
}

/// Finds the IP header. What lies beyond the known bytes reads as zero.
Result<void> Segmenter::find_layers(const Header& header) noexcept {
  const auto layer = network_layer_of(original_);
  if (!layer) {
    return fail(Error::bad_value);
  }
  network_ = layer->offset;
  const auto version = std::to_integer<unsigned>(original_[network_]) >> 4;
  is_ipv6_ = layer->type == ethertype_ipv6;
  const bool wants_ipv6 = header.gso_kind() == Header::gso_tcpv6;
  const bool wants_ipv4 = header.gso_kind() == Header::gso_tcpv4;
  if (version != (is_ipv6_ ? 6 : 4) || (!is_ipv6_ && layer->type != ethertype_ipv4) ||
      (wants_ipv6 && !is_ipv6_) || (wants_ipv4 && is_ipv6_)) {
    return fail(Error::bad_value);
  }
  return find_transport(header);
}

/// Finds the header of TCP or UDP: where the unfinished checksum begins.
Result<void> Segmenter::find_transport(const Header& header) noexcept {
  transport_ = header.csum_start;
  const std::uint32_t ipv4_bytes = (std::to_integer<std::uint32_t>(original_[network_]) & 0xf) * 4;
  const bool is_behind_ip =
      is_ipv6_ ? transport_ >= network_ + ipv6_bytes
               : ipv4_bytes >= ipv4_least_bytes && transport_ == network_ + ipv4_bytes;
  if (!is_behind_ip || header.csum_offset != (is_tcp_ ? tcp_checksum_place : udp_checksum_place)) {
    return fail(Error::bad_value);
  }
  if (transport_ + tcp_least_bytes > most_header_bytes) {
    return fail(Error::unsupported);
  }
  const std::uint32_t tcp_bytes =
      (std::to_integer<std::uint32_t>(original_[transport_ + 12]) >> 4) * 4;
  if (is_tcp_ && tcp_bytes < tcp_least_bytes) {
    return fail(Error::bad_value);
  }
  header_bytes_ = transport_ + (is_tcp_ ? tcp_bytes : udp_bytes);
  if (header_bytes_ > most_header_bytes) {
    return fail(Error::unsupported);
  }
  return {};
}

std::uint32_t Segmenter::payload_bytes() const noexcept {
  return std::min<std::uint32_t>(left_, segment_bytes_);
}

std::span<const std::byte> Segmenter::finish(const Checksum& payload) noexcept {
  const std::uint32_t bytes = payload_bytes();
  headers_ = original_;
  left_ -= bytes;
  set_network_fields(bytes);
  set_transport_fields(bytes);
  set_checksum(bytes, payload);
  done_ += bytes;
  ++count_;
  return std::span(headers_).first(header_bytes_);
}

void Segmenter::set_network_fields(std::uint32_t payload) noexcept {
  if (is_ipv6_) {
    set_number(network_ + 4,
               static_cast<std::uint16_t>(header_bytes_ - network_ - ipv6_bytes + payload));
    return;
  }
  set_number(network_ + 2, static_cast<std::uint16_t>(header_bytes_ - network_ + payload));
  set_number(network_ + 4, static_cast<std::uint16_t>(number_at(network_ + 4) + count_));
  set_number(network_ + 10, 0);
  Checksum sum;
  sum.add(std::span(headers_).subspan(network_, transport_ - network_));
  std::ranges::copy(sum.value(), headers_.begin() + network_ + 10);
}

void Segmenter::set_transport_fields(std::uint32_t payload) noexcept {
  if (!is_tcp_) {
    set_number(transport_ + 4, static_cast<std::uint16_t>(udp_bytes + payload));
    return;
  }
  const std::uint32_t sequence =
      (std::uint32_t{number_at(transport_ + 4)} << 16 | number_at(transport_ + 6)) + done_;
  set_number(transport_ + 4, static_cast<std::uint16_t>(sequence >> 16));
  set_number(transport_ + 6, static_cast<std::uint16_t>(sequence));
  std::byte& flags = headers_[transport_ + tcp_flags_place];
  if (left_ != 0) {
    flags &= static_cast<std::byte>(0xff & ~(tcp_fin | tcp_psh));
  }
  if (count_ != 0) {
    flags &= static_cast<std::byte>(0xff & ~tcp_cwr);
  }
}

void Segmenter::set_checksum(std::uint32_t payload, const Checksum& sum) noexcept {
  constexpr std::uint8_t protocol_tcp = 6;
  constexpr std::uint8_t protocol_udp = 17;
  const std::uint32_t place = transport_ + (is_tcp_ ? tcp_checksum_place : udp_checksum_place);
  set_number(place, 0);
  Checksum all;
  // The pseudo header: both addresses, the protocol and the length.
  const std::span headers(headers_);
  all.add(is_ipv6_ ? headers.subspan(network_ + 8, 32) : headers.subspan(network_ + 12, 8));
  all.add_number(is_tcp_ ? protocol_tcp : protocol_udp);
  all.add_number(static_cast<std::uint16_t>(header_bytes_ - transport_ + payload));
  all.add(headers.subspan(transport_, header_bytes_ - transport_));
  all.add(sum);
  std::ranges::copy(is_tcp_ ? all.value() : all.udp_value(), headers_.begin() + place);
}

}  // namespace serai::net
