// SPDX-License-Identifier: BSD-2-Clause
//
// Small kernel files of every kind, made on the spot.
#pragma once

#include <cstring>
#include <elf.h>
#include <lz4.h>
#include <lzma.h>
#include <stdexcept>
#include <string_view>
#include <zlib.h>
#include <zstd.h>

#include "tool/image/unpack.hpp"

namespace serai::tool {

template <class T>
void put(Bytes& bytes, std::size_t offset, const T& value) {
  if (bytes.size() < offset + sizeof value) {
    bytes.resize(offset + sizeof value);
  }
  std::memcpy(bytes.data() + offset, &value, sizeof value);
}

inline void put_text(Bytes& bytes, std::size_t offset, std::string_view text) {
  bytes.resize(std::max(bytes.size(), offset + text.size()));
  std::memcpy(bytes.data() + offset, text.data(), text.size());
}

inline void append(Bytes& bytes, std::span<const std::byte> more) {
  bytes.insert(bytes.end(), more.begin(), more.end());
}

/// An arm64 Image of `size` bytes that are not all alike.
inline Bytes make_image(std::uint64_t text_offset, std::uint64_t image_size,
                        std::uint64_t flags = 0xa, std::size_t size = 10'000) {
  Bytes bytes(size);
  for (std::size_t i = 64; i < size; ++i) {
    bytes[i] = static_cast<std::byte>(i * i / 7);
  }
  put(bytes, 8, text_offset);
  put(bytes, 16, image_size);
  put(bytes, 24, flags);
  put_text(bytes, 56, "ARM\x64");
  return bytes;
}

inline Bytes pack_gzip(const Bytes& plain) {
  z_stream stream{};
  if (deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("deflateInit2");
  }
  Bytes packed(deflateBound(&stream, plain.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(plain.data()));
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  if (deflate(&stream, Z_FINISH) != Z_STREAM_END) {
    throw std::runtime_error("deflate");
  }
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

inline Bytes pack_zstd(const Bytes& plain) {
  Bytes packed(ZSTD_compressBound(plain.size()));
  packed.resize(ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), 3));
  return packed;
}

inline Bytes pack_lzma(const Bytes& plain, bool xz) {
  lzma_stream stream = LZMA_STREAM_INIT;
  lzma_options_lzma options;
  lzma_lzma_preset(&options, 1);
  const lzma_ret made =
      xz ? lzma_easy_encoder(&stream, 1, LZMA_CHECK_CRC32) : lzma_alone_encoder(&stream, &options);
  Bytes packed(plain.size() * 2 + 1024);
  stream.next_in = reinterpret_cast<const std::uint8_t*>(plain.data());
  stream.avail_in = plain.size();
  stream.next_out = reinterpret_cast<std::uint8_t*>(packed.data());
  stream.avail_out = packed.size();
  if (made != LZMA_OK || lzma_code(&stream, LZMA_FINISH) != LZMA_STREAM_END) {
    throw std::runtime_error("lzma");
  }
  packed.resize(stream.total_out);
  lzma_end(&stream);
  return packed;
}

/// The legacy lz4 frame, in two blocks.
inline Bytes pack_lz4(const Bytes& plain) {
  Bytes packed;
  put(packed, 0, std::uint32_t{0x184c2102});
  const std::size_t half = plain.size() / 2;
  for (const auto part : {std::span(plain).first(half), std::span(plain).subspan(half)}) {
    const auto length = static_cast<int>(part.size());
    Bytes block(static_cast<std::size_t>(LZ4_compressBound(length)));
    block.resize(static_cast<std::size_t>(LZ4_compress_default(
        reinterpret_cast<const char*>(part.data()), reinterpret_cast<char*>(block.data()), length,
        static_cast<int>(block.size()))));
    put(packed, packed.size(), static_cast<std::uint32_t>(block.size()));
    append(packed, block);
  }
  return packed;
}

/// An EFI zboot program around `payload`; `trailer` bytes follow it, as Linux appends a size.
inline Bytes make_zboot(const Bytes& payload, std::string_view compression,
                        std::size_t trailer = 4) {
  constexpr std::uint32_t payload_at = 0x200;
  Bytes bytes(payload_at);
  put_text(bytes, 0, "MZ");
  put_text(bytes, 4, "zimg");
  put(bytes, 8, payload_at);
  put(bytes, 12, static_cast<std::uint32_t>(payload.size()));
  put_text(bytes, 24, compression);
  append(bytes, payload);
  bytes.resize(bytes.size() + trailer, std::byte{0x5a});
  return bytes;
}

/// A two-segment AArch64 program: text at 0x40080000, data with zeros behind at 0x40090000.
inline Bytes make_elf() {
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;
  header.e_machine = EM_AARCH64;
  header.e_version = EV_CURRENT;
  header.e_entry = 0xffff'0000'4008'0010;
  header.e_phoff = sizeof header;
  header.e_ehsize = sizeof header;
  header.e_phentsize = sizeof(Elf64_Phdr);
  header.e_phnum = 3;
  Elf64_Phdr text{};
  text.p_type = PT_LOAD;
  text.p_flags = PF_R | PF_X;
  text.p_offset = 0x1000;
  text.p_vaddr = 0xffff'0000'4008'0000;
  text.p_paddr = 0x4008'0000;
  text.p_filesz = text.p_memsz = 0x100;
  Elf64_Phdr data = text;
  data.p_flags = PF_R | PF_W;
  data.p_offset = 0x1100;
  data.p_vaddr += 0x1'0000;
  data.p_paddr += 0x1'0000;
  data.p_filesz = 0x10;
  data.p_memsz = 0x2000;
  Elf64_Phdr note{};
  note.p_type = PT_NOTE;
  note.p_offset = ~std::uint64_t{0};
  Bytes bytes(0x1110, std::byte{0x11});
  put(bytes, 0, header);
  put(bytes, sizeof header, data);
  put(bytes, sizeof header + sizeof data, note);
  put(bytes, sizeof header + 2 * sizeof data, text);
  return bytes;
}

}  // namespace serai::tool
