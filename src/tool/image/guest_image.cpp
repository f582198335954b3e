// SPDX-License-Identifier: BSD-2-Clause
#include "tool/image/guest_image.hpp"

#include <cerrno>
#include <cstring>
#include <fmt/core.h>
#include <fstream>
#include <system_error>

#include "tool/image/kernel_formats.hpp"

namespace serai::tool {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t most_file_bytes = std::uintmax_t{2} << 30;

/// A kernel that is not packed any more. `compression` is how it was.
LoadedKernel read_plain(Bytes bytes, std::string compression) {
  LoadedKernel kernel = is_linux_image(bytes) ? read_linux_image(std::move(bytes))
                        : is_elf(bytes)       ? read_elf(bytes)
                                              : std::unexpected(explain_foreign(bytes));
  if (kernel) {
    kernel->compression = std::move(compression);
  } else if (!compression.empty()) {
    kernel.error().what = fmt::format("unpacked from {}, {}", compression, kernel.error().what);
  }
  return kernel;
}

LoadedKernel read_raw(Bytes bytes) {
  if (bytes.empty()) {
    return std::unexpected(explain_foreign(bytes));
  }
  GuestKernel kernel;
  kernel.image_size = bytes.size();
  const std::uint64_t size = bytes.size();
  kernel.segments.push_back({.offset = 0, .bytes = std::move(bytes), .memory_size = size});
  return kernel;
}

std::unexpected<ImageError> unreadable(std::string reason, std::string hint) {
  return std::unexpected(ImageError{.what = std::move(reason), .hint = std::move(hint)});
}

}  // namespace

LoadedKernel read_kernel(Bytes bytes) {
  if (is_zboot(bytes)) {
    auto payload = read_zboot(bytes);
    if (!payload) {
      return std::unexpected(std::move(payload).error());
    }
    return read_plain(std::move(payload->bytes), fmt::format("zboot ({})", payload->compression));
  }
  if (const Compression* compression = compression_of(bytes)) {
    auto unpacked = compression->unpack(bytes, most_unpacked_bytes);
    if (!unpacked) {
      return std::unexpected(std::move(unpacked).error());
    }
    return read_plain(*std::move(unpacked), std::string(compression->name));
  }
  return read_plain(std::move(bytes), "");
}

std::expected<GuestKernel, ImageError> load_kernel(const fs::path& file, bool raw) {
  auto bytes = read_file(file);
  if (!bytes) {
    std::error_code ignored;
    if (fs::is_directory(file, ignored)) {
      bytes.error().hint = "name the kernel file itself: Debian's are called vmlinuz-VERSION-arm64";
    }
    return std::unexpected(std::move(bytes).error());
  }
  return raw ? read_raw(*std::move(bytes)) : read_kernel(*std::move(bytes));
}

std::expected<std::vector<std::byte>, ImageError> read_file(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (status.type() == fs::file_type::not_found) {
    return unreadable("there is no such file", "check the name; it counts from the TOML file");
  }
  if (status.type() == fs::file_type::directory) {
    return unreadable("this is a folder, not a file", "name a file inside it");
  }
  if (status.type() == fs::file_type::none) {
    return unreadable(fmt::format("the file cannot be looked at: {}", error.message()),
                      "check its folder's permissions");
  }
  if (status.type() != fs::file_type::regular) {
    return unreadable("this is no ordinary file", "name an ordinary file");
  }
  const std::uintmax_t size = fs::file_size(file, error);
  if (error || size > most_file_bytes) {
    return unreadable("the file is larger than 2 GiB", "no guest image can be that large");
  }
  std::ifstream stream(file, std::ios::binary);
  Bytes bytes(size);
  if (!stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size))) {
    return unreadable(fmt::format("the file cannot be read: {}", std::strerror(errno)),
                      "check its permissions");
  }
  return bytes;
}

}  // namespace serai::tool
