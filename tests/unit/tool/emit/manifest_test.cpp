// SPDX-License-Identifier: BSD-2-Clause
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "sample_system.hpp"
#include "tool/emit/emit.hpp"
#include "tool/emit/sha256.hpp"
#include "tool/emit/version.hpp"

namespace serai::tool {
namespace {

namespace fs = std::filesystem;

std::string sha256_of(std::string_view text) {
  return sha256(std::as_bytes(std::span(text)));
}

TEST(Sha256, MatchesFips180) {
  EXPECT_EQ(sha256_of(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Version, IsANumber) {
  EXPECT_FALSE(serai_version().empty());
  EXPECT_TRUE(std::isdigit(serai_version().front()) != 0);
}

TEST(Manifest, NamesWhatWentInAndOut) {
  std::string folder = fs::temp_directory_path() / "serai-manifest-XXXXXX";
  ASSERT_NE(mkdtemp(folder.data()), nullptr);
  const fs::path file = fs::path(folder) / "vmlinuz";
  std::ofstream(file) << "abc";
  ResolvedSystem system = sample_system();
  system.guests[0].images.push_back({.kind = "kernel",
                                     .address = 0x4000'0000,
                                     .size = 3,
                                     .file = file,
                                     .note = "unpacked from gzip"});
  const std::string text = manifest(system, "testbed", {file, "none.img"});
  const auto json = nlohmann::json::parse(text);
  fs::remove_all(folder);
  EXPECT_EQ(json["platform"], "testbed");
  const auto& image = json["guests"][0]["images"][0];
  EXPECT_EQ(image["from"]["file"], "vmlinuz");
  EXPECT_EQ(image["from"]["sha256"], sha256_of("abc"));
  EXPECT_EQ(image["address"], "0x40000000");
  EXPECT_EQ(json["outputs"][0]["sha256"], sha256_of("abc"));
  EXPECT_EQ(json["outputs"][1]["error"], "there is no such file");
  EXPECT_EQ(json["protection_domains"][0]["attachments"][1]["bytes"], 10'000);
  // Where the files lie must not show.
  EXPECT_EQ(text.find(folder), std::string::npos);
}

}  // namespace
}  // namespace serai::tool
