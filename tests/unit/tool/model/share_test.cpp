// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/share.hpp"

#include <cstdlib>
#include <gtest/gtest.h>

#include "tool/model/temporary_folder.hpp"

namespace serai::tool {
namespace {

class Share : public testing::Test {
 protected:
  ~Share() override { unsetenv("SERAI_SHARE"); }
};

TEST_F(Share, IsWhatTheEnvironmentSays) {
  const TemporaryFolder folder;
  ASSERT_FALSE(folder.path().empty());
  std::filesystem::create_directory(folder.path() / "boards");
  setenv("SERAI_SHARE", folder.path().c_str(), 1);
  EXPECT_EQ(share_directory(), folder.path());
}

TEST_F(Share, IsNotSoughtElsewhereWhenTheEnvironmentIsWrong) {
  setenv("SERAI_SHARE", "/no/such/folder", 1);
  const auto share = share_directory();
  ASSERT_FALSE(share);
  EXPECT_NE(share.error().find("/no/such/folder"), std::string::npos);
}

TEST(TemporaryFolder, VanishesWithItsContents) {
  std::filesystem::path path;
  {
    const TemporaryFolder folder;
    path = folder.path();
    std::filesystem::create_directories(path / "a" / "b");
    EXPECT_TRUE(std::filesystem::exists(path / "a"));
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace serai::tool
