// SPDX-License-Identifier: BSD-2-Clause
#include "tool/run/output_folder.hpp"

#include <algorithm>
#include <span>

#include "scratch.hpp"

namespace serai::tool {
namespace {

class OutputFolderTest : public ScratchTest {
 protected:
  std::vector<std::string> names_in(const fs::path& folder) const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder)) {
      names.push_back(entry.path().filename());
    }
    std::ranges::sort(names);
    return names;
  }

  static std::span<const std::byte> bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
  }
};

using Names = std::vector<std::string>;

TEST_F(OutputFolderTest, AppearsWhenComplete) {
  auto folder = OutputFolder::make(folder_ / "a" / "out" / "");
  ASSERT_TRUE(folder.has_value());
  ASSERT_TRUE(folder->write("one", bytes("1")).has_value());
  ASSERT_TRUE(folder->write("two", bytes("2")).has_value());
  EXPECT_FALSE(fs::exists(folder_ / "a" / "out"));
  ASSERT_TRUE(folder->publish("two", {}).has_value());
  EXPECT_EQ(names_in(folder_ / "a"), Names{"out"});
  EXPECT_EQ(names_in(folder_ / "a" / "out"), (Names{"one", "two"}));
  EXPECT_EQ(text_of(folder_ / "a" / "out" / "two"), "2");
}

TEST_F(OutputFolderTest, LeavesNothingIfNotPublished) {
  {
    auto folder = OutputFolder::make(folder_ / "out");
    ASSERT_TRUE(folder->write("one", bytes("1")).has_value());
  }
  EXPECT_EQ(names_in(folder_), Names{});
}

TEST_F(OutputFolderTest, KeepsStrangersInAFolderThatExists) {
  write_text(folder_ / "out" / "mine", "m");
  write_text(folder_ / "out" / "old", "o");
  write_text(folder_ / "out" / "one", "0");
  auto folder = OutputFolder::make(folder_ / "out");
  ASSERT_TRUE(folder->write("one", bytes("1")).has_value());
  ASSERT_TRUE(folder->write("manifest", bytes("2")).has_value());
  ASSERT_TRUE(folder->publish("manifest", {"old"}).has_value());
  EXPECT_EQ(names_in(folder_ / "out"), (Names{"manifest", "mine", "one"}));
  EXPECT_EQ(text_of(folder_ / "out" / "one"), "1");
}

TEST_F(OutputFolderTest, RefusesAFile) {
  write_text(folder_ / "out", "file");
  const auto folder = OutputFolder::make(folder_ / "out");
  ASSERT_FALSE(folder.has_value());
  EXPECT_EQ(folder.error().status, status_bad_options);
}

TEST_F(OutputFolderTest, SaysWhereItCannotWrite) {
  const auto folder = OutputFolder::make("/proc/serai/out");
  ASSERT_FALSE(folder.has_value());
  EXPECT_TRUE(folder.error().error.what.starts_with("cannot write to /proc/serai: "));
}

}  // namespace
}  // namespace serai::tool
