// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tool/emit/device_tree.hpp"

namespace serai::tool {

/// "pl011@9000000": what a device's node is called. Characters that names may not have become '-'.
std::string node_name(const TreeDevice& device);

/// Writes a flattened device tree front to back, with cells of two for addresses and sizes.
/// Failures to allocate throw std::bad_alloc.
class TreeWriter {
 public:
  /// A node that is open as long as this lives.
  class Node {
   public:
    explicit Node(TreeWriter& tree) : tree_(tree) {}

    Node(const Node&) = delete;
    Node& operator=(const Node&) = delete;

    ~Node() { tree_.end_node(); }

   private:
    TreeWriter& tree_;
  };

  TreeWriter();

  /// Begins a node. Overlays can refer to it by `label`, where it has one; then it has a handle,
  /// which is chosen where `handle` is 0. Given ones are below `first_free_handle`.
  [[nodiscard]] Node node(const std::string& name, const std::string& label = "",
                          std::uint32_t handle = 0);

  void flag(const char* name);
  void cells(const char* name, const std::vector<std::uint32_t>& values);
  void u64(const char* name, std::uint64_t value);
  void reg(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& ranges);
  void text(const std::string& name, const std::string& value);
  void texts(const char* name, const std::vector<std::string>& values);

  /// The node /__symbols__ with the path of every label so far.
  void write_symbols();

  std::vector<std::byte> finish();

 private:
  void end_node();
  void property(const char* name, const std::vector<std::byte>& value);

  /// Calls `write` again with more room until it fits.
  template <class Write>
  void grow_until_written(Write write);

  static constexpr std::uint32_t first_free_handle = 16;

  std::vector<std::byte> bytes_;
  std::vector<std::string> path_;
  std::map<std::string, std::string> symbols_;
  std::uint32_t next_handle_ = first_free_handle;
};

}  // namespace serai::tool
