// SPDX-License-Identifier: BSD-2-Clause
#include "tool/image/unpack.hpp"

#include <algorithm>
#include <array>
#include <fmt/core.h>
#include <lz4.h>
#include <lzma.h>
#include <memory>
#include <zlib.h>
#include <zstd.h>

#include "tool/image/file_bytes.hpp"

namespace serai::tool {

namespace {

using Unpacked = std::expected<Bytes, ImageError>;

std::unexpected<ImageError> broken(std::string_view method) {
  return std::unexpected(ImageError{
      .what = fmt::format("the {} data is damaged or cut off", method),
      .hint = "compare the file's size and checksum with where it comes from",
  });
}

std::unexpected<ImageError> too_large(std::string_view method, std::size_t limit) {
  return std::unexpected(ImageError{
      .what = fmt::format("the {} data unpacks to more than {} MiB", method, limit >> 20),
      .hint = "no kernel is that large: check that this is the right file",
  });
}

/// Output that grows as a decoder fills it, up to a limit.
class Output {
 public:
  explicit Output(std::size_t limit) : limit_(limit) {}

  /// Free room behind what is used: at least one byte, unless the limit is reached.
  std::span<std::byte> room() {
    if (used_ == bytes_.size()) {
      constexpr std::size_t first_step = std::size_t{1} << 20;
      bytes_.resize(std::min(limit_, std::max(first_step, bytes_.size() * 2)));
    }
    return std::span(bytes_).subspan(used_);
  }

  void use(std::size_t count) { used_ += count; }

  [[nodiscard]] bool full() const { return used_ == limit_; }

  Bytes take() {
    bytes_.resize(used_);
    return std::move(bytes_);
  }

 private:
  Bytes bytes_;
  std::size_t used_ = 0;
  std::size_t limit_;
};

Unpacked unpack_gzip(std::span<const std::byte> input, std::size_t limit) {
  z_stream stream{};
  constexpr int gzip_header_only = 16;
  if (inflateInit2(&stream, MAX_WBITS + gzip_header_only) != Z_OK) {
    return broken("gzip");
  }
  const std::unique_ptr<z_stream, decltype(&inflateEnd)> cleanup(&stream, &inflateEnd);
  // zlib's interface predates const; it does not write to its input.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(input.data()));
  stream.avail_in = static_cast<uInt>(input.size());
  Output output(limit);
  int status = Z_OK;
  while (status == Z_OK) {
    if (output.full()) {
      return too_large("gzip", limit);
    }
    const auto room = output.room();
    stream.next_out = reinterpret_cast<Bytef*>(room.data());
    stream.avail_out = static_cast<uInt>(room.size());
    status = inflate(&stream, Z_NO_FLUSH);
    output.use(room.size() - stream.avail_out);
  }
  if (status != Z_STREAM_END) {
    return broken("gzip");
  }
  return output.take();
}

Unpacked unpack_zstd(std::span<const std::byte> input, std::size_t limit) {
  const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(ZSTD_createDCtx(),
                                                                     &ZSTD_freeDCtx);
  ZSTD_inBuffer in{input.data(), input.size(), 0};
  Output output(limit);
  std::size_t left = 1;
  while (left != 0) {
    if (output.full()) {
      return too_large("zstd", limit);
    }
    const auto room = output.room();
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    const std::size_t consumed = in.pos;
    left = ZSTD_decompressStream(context.get(), &out, &in);
    const bool stuck = in.pos == consumed && out.pos == 0;
    if (ZSTD_isError(left) != 0 || (left != 0 && stuck)) {
      return broken("zstd");
    }
    output.use(out.pos);
  }
  return output.take();
}

Unpacked run_lzma(std::string_view method, lzma_stream& stream, std::span<const std::byte> input,
                  std::size_t limit) {
  const std::unique_ptr<lzma_stream, decltype(&lzma_end)> cleanup(&stream, &lzma_end);
  stream.next_in = reinterpret_cast<const std::uint8_t*>(input.data());
  stream.avail_in = input.size();
  Output output(limit);
  lzma_ret status = LZMA_OK;
  while (status == LZMA_OK) {
    if (output.full()) {
      return too_large(method, limit);
    }
    const auto room = output.room();
    stream.next_out = reinterpret_cast<std::uint8_t*>(room.data());
    stream.avail_out = room.size();
    status = lzma_code(&stream, LZMA_FINISH);
    output.use(room.size() - stream.avail_out);
  }
  if (status != LZMA_STREAM_END) {
    return broken(method);
  }
  return output.take();
}

constexpr std::uint64_t lzma_memory_limit = std::uint64_t{256} << 20;

Unpacked unpack_xz(std::span<const std::byte> input, std::size_t limit) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_stream_decoder(&stream, lzma_memory_limit, 0) != LZMA_OK) {
    return broken("xz");
  }
  return run_lzma("xz", stream, input, limit);
}

Unpacked unpack_lzma(std::span<const std::byte> input, std::size_t limit) {
  lzma_stream stream = LZMA_STREAM_INIT;
  if (lzma_alone_decoder(&stream, lzma_memory_limit) != LZMA_OK) {
    return broken("lzma");
  }
  return run_lzma("lzma", stream, input, limit);
}

/// The legacy frame that Linux builds use: a magic number, then blocks of a 32-bit length each.
Unpacked unpack_lz4(std::span<const std::byte> input, std::size_t limit) {
  constexpr std::size_t magic_bytes = 4;
  constexpr std::size_t block_bytes = std::size_t{8} << 20;
  const FileBytes file(input);
  Bytes block(block_bytes);
  Bytes output;
  std::size_t at = magic_bytes;
  while (at < input.size()) {
    const auto length = file.u32(at);
    if (!length || *length == 0 || *length > input.size() - at - sizeof *length) {
      return broken("lz4");
    }
    at += sizeof *length;
    const int got = LZ4_decompress_safe(reinterpret_cast<const char*>(input.data() + at),
                                        reinterpret_cast<char*>(block.data()),
                                        static_cast<int>(*length), static_cast<int>(block.size()));
    if (got < 0) {
      return broken("lz4");
    }
    output.insert(output.end(), block.begin(), block.begin() + got);
    if (output.size() > limit) {
      return too_large("lz4", limit);
    }
    at += *length;
  }
  return output;
}

using namespace std::string_view_literals;

constexpr std::array compressions{
    Compression{"gzip", "\x1f\x8b\x08"sv, unpack_gzip},
    Compression{"zstd", "\x28\xb5\x2f\xfd"sv, unpack_zstd},
    Compression{"xz", "\xfd\x37zXZ\x00"sv, unpack_xz},
    Compression{"lzma", ""sv, unpack_lzma},
    Compression{"lz4", "\x02\x21\x4c\x18"sv, unpack_lz4},
};

}  // namespace

const Compression* compression_of(std::span<const std::byte> bytes) {
  const FileBytes file(bytes);
  const auto found = std::ranges::find_if(compressions, [&](const Compression& compression) {
    return !compression.magic.empty() && file.has(0, compression.magic);
  });
  return found == compressions.end() ? nullptr : &*found;
}

const Compression* compression_named(std::string_view name) {
  // "lzma" is no prefix of another's name and must not be taken for "lz4".
  const auto found = std::ranges::find_if(compressions, [&](const Compression& compression) {
    return name.starts_with(compression.name);
  });
  return found == compressions.end() ? nullptr : &*found;
}

}  // namespace serai::tool
