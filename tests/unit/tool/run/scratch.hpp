// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <stdlib.h>
#include <string>

namespace serai::tool {

namespace fs = std::filesystem;

/// A test with a folder of its own.
class ScratchTest : public testing::Test {
 protected:
  ScratchTest() {
    std::string name = fs::temp_directory_path() / "serai-test-XXXXXX";
    folder_ = mkdtemp(name.data());
  }

  ~ScratchTest() override { fs::remove_all(folder_); }

  static void write_text(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

  static std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return std::move(text).str();
  }

  fs::path folder_;
};

}  // namespace serai::tool
