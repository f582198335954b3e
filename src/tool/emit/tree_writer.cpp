// SPDX-License-Identifier: BSD-2-Clause
#include "tool/emit/tree_writer.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <functional>
#include <libfdt.h>
#include <new>
#include <span>

namespace serai::tool {

namespace {

constexpr std::size_t first_room = 4096;

/// Appends the lowest `count` bytes of `value`, most significant first.
void append_big_endian(std::vector<std::byte>& bytes, std::uint64_t value, unsigned count) {
  for (unsigned i = count; i-- > 0;) {
    bytes.push_back(static_cast<std::byte>(value >> (8 * i)));
  }
}

void append_text(std::vector<std::byte>& bytes, const std::string& text) {
  const auto raw = std::as_bytes(std::span(text));
  bytes.insert(bytes.end(), raw.begin(), raw.end());
  bytes.push_back(std::byte{});
}

}  // namespace

std::string node_name(const TreeDevice& device) {
  std::string kind = device.kind;
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view(",._+-").contains(c);
  };
  std::ranges::replace_if(kind, std::not_fn(is_allowed), '-');
  return fmt::format("{}@{:x}", kind, device.address);
}

TreeWriter::TreeWriter() : bytes_(first_room) {
  fdt_create(bytes_.data(), static_cast<int>(bytes_.size()));
  fdt_finish_reservemap(bytes_.data());
}

template <class Write>
void TreeWriter::grow_until_written(Write write) {
  int error = write();
  while (error == -FDT_ERR_NOSPACE) {
    std::vector<std::byte> larger(2 * bytes_.size());
    if (fdt_resize(bytes_.data(), larger.data(), static_cast<int>(larger.size())) != 0) {
      throw std::bad_alloc();
    }
    bytes_ = std::move(larger);
    error = write();
  }
  if (error < 0) {
    throw std::bad_alloc();
  }
}

TreeWriter::Node TreeWriter::node(const std::string& name, const std::string& label,
                                  std::uint32_t handle) {
  grow_until_written([&] { return fdt_begin_node(bytes_.data(), name.c_str()); });
  path_.push_back(name);
  if (!label.empty()) {
    std::string symbol = label;
    std::ranges::replace(symbol, '-', '_');
    symbols_[symbol] = fmt::format("{}", fmt::join(path_, "/"));
    cells("phandle", {handle != 0 ? handle : next_handle_++});
  }
  return Node(*this);
}

void TreeWriter::end_node() {
  grow_until_written([&] { return fdt_end_node(bytes_.data()); });
  path_.pop_back();
}

void TreeWriter::property(const char* name, const std::vector<std::byte>& value) {
  grow_until_written([&] {
    return fdt_property(bytes_.data(), name, value.data(), static_cast<int>(value.size()));
  });
}

void TreeWriter::flag(const char* name) {
  property(name, {});
}

void TreeWriter::cells(const char* name, const std::vector<std::uint32_t>& values) {
  std::vector<std::byte> bytes;
  for (const std::uint32_t value : values) {
    append_big_endian(bytes, value, 4);
  }
  property(name, bytes);
}

void TreeWriter::u64(const char* name, std::uint64_t value) {
  std::vector<std::byte> bytes;
  append_big_endian(bytes, value, 8);
  property(name, bytes);
}

void TreeWriter::reg(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& ranges) {
  std::vector<std::byte> bytes;
  for (const auto& [address, size] : ranges) {
    append_big_endian(bytes, address, 8);
    append_big_endian(bytes, size, 8);
  }
  property("reg", bytes);
}

void TreeWriter::text(const std::string& name, const std::string& value) {
  std::vector<std::byte> bytes;
  append_text(bytes, value);
  property(name.c_str(), bytes);
}

void TreeWriter::texts(const char* name, const std::vector<std::string>& values) {
  std::vector<std::byte> bytes;
  for (const std::string& value : values) {
    append_text(bytes, value);
  }
  property(name, bytes);
}

void TreeWriter::write_symbols() {
  const auto symbols = node("__symbols__");
  for (const auto& [label, path] : symbols_) {
    text(label, path);
  }
}

std::vector<std::byte> TreeWriter::finish() {
  grow_until_written([&] { return fdt_finish(bytes_.data()); });
  bytes_.resize(fdt_totalsize(bytes_.data()));
  return std::move(bytes_);
}

}  // namespace serai::tool
