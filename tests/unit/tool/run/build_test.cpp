// SPDX-License-Identifier: BSD-2-Clause
//
// Programs and SDK are stand-ins here; tests/guest builds and boots the real ones.
#include "tool/run/build.hpp"

#include <nlohmann/json.hpp>

#include "../emit/sample_system.hpp"
#include "scratch.hpp"

namespace serai::tool {
namespace {

class BuildTest : public ScratchTest {
 protected:
  BuildTest() {
    const fs::path share = folder_ / "share";
    fs::create_directories(share / "boards");
    const Bytes program = sample_program();
    const std::string text(reinterpret_cast<const char*>(program.data()), program.size());
    for (const char* platform : {"testbed", "sel4-release"}) {
      write_text(share / platform / "vmm.elf", text);
      write_text(share / platform / "console.elf", text);
    }
    write_text(share / "testbed" / "testbed.bin", std::string(5'000, 't'));
    setenv("SERAI_SHARE", share.c_str(), 1);
    write_tool("cp system.system loader.img; echo fine > report.txt; echo \"$@\" > args");
    options_.platform = "testbed";
    options_.config = "release";
    options_.output = folder_ / "out";
  }

  ~BuildTest() override { unsetenv("SERAI_SHARE"); }

  /// Makes an SDK whose tool is a script.
  void write_tool(const std::string& script) {
    const fs::path sdk = folder_ / "sdk";
    write_text(sdk / "bin" / "microkit", "#!/bin/sh\n" + script + "\n");
    fs::permissions(sdk / "bin" / "microkit", fs::perms(0755));
    fs::create_directories(sdk / "board" / "qemu_virt_aarch64" / "release");
    options_.sdk = sdk;
  }

  int build() {
    std::ostringstream progress;
    testing::internal::CaptureStderr();
    const int status = build_system(system_, options_, progress);
    errors_ = testing::internal::GetCapturedStderr();
    progress_ = std::move(progress).str();
    return status;
  }

  ResolvedSystem system_ = sample_system();
  BuildOptions options_;
  std::string errors_;
  std::string progress_;
};

TEST_F(BuildTest, WritesATestbedImageAndItsManifest) {
  ASSERT_EQ(build(), 0) << errors_;
  EXPECT_EQ(text_of(folder_ / "out" / "testbed.img").substr(16, 100), std::string(100, 't'));
  const auto manifest = nlohmann::json::parse(text_of(folder_ / "out" / "manifest.json"));
  EXPECT_EQ(manifest["outputs"][0]["file"], "testbed.img");
  EXPECT_EQ(manifest["outputs"][0]["bytes"], fs::file_size(folder_ / "out" / "testbed.img"));
  EXPECT_NE(progress_.find("built " + (folder_ / "out" / "testbed.img").string()),
            std::string::npos);
}

TEST_F(BuildTest, WritesTheSameBytesForTheSameInput) {
  ASSERT_EQ(build(), 0) << errors_;
  options_.output = folder_ / "again";
  ASSERT_EQ(build(), 0) << errors_;
  for (const char* name : {"testbed.img", "manifest.json"}) {
    EXPECT_EQ(text_of(folder_ / "out" / name), text_of(folder_ / "again" / name));
  }
}

TEST_F(BuildTest, RunsTheSdksToolForSel4) {
  options_.platform = "sel4";
  ASSERT_EQ(build(), 0) << errors_;
  EXPECT_EQ(text_of(folder_ / "out" / "args"),
            "system.system --search-path . --board qemu_virt_aarch64 --config release "
            "-o loader.img -r report.txt\n");
  EXPECT_EQ(text_of(folder_ / "out" / "system.system"), microkit_system(system_));
  EXPECT_TRUE(fs::exists(folder_ / "out" / "linux_vmm.elf"));
  EXPECT_TRUE(fs::exists(folder_ / "out" / "loader.img"));
}

TEST_F(BuildTest, ReplacesTheOtherPlatformsImage) {
  ASSERT_EQ(build(), 0) << errors_;
  options_.platform = "sel4";
  ASSERT_EQ(build(), 0) << errors_;
  EXPECT_FALSE(fs::exists(folder_ / "out" / "testbed.img"));
}

TEST_F(BuildTest, ShowsWhatTheSdksToolSays) {
  write_tool("echo 'Error: no such region'; exit 1");
  options_.platform = "sel4";
  EXPECT_EQ(build(), 1);
  EXPECT_NE(
      errors_.find("the SDK's tool refuses the system (status 1):\n    Error: no such region"),
      std::string::npos)
      << errors_;
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

TEST_F(BuildTest, NamesAMissingSdk) {
  options_.platform = "sel4";
  options_.sdk.clear();
  EXPECT_EQ(build(), 2);
  EXPECT_NE(errors_.find("seL4 needs a Microkit SDK"), std::string::npos) << errors_;
  options_.sdk = folder_ / "share";
  EXPECT_EQ(build(), 2);
  EXPECT_NE(errors_.find("is no Microkit SDK"), std::string::npos) << errors_;
  write_tool("exit 0");
  options_.config = "debug";
  EXPECT_EQ(build(), 2);
  EXPECT_NE(errors_.find("has no kernel 'debug'"), std::string::npos) << errors_;
}

TEST_F(BuildTest, NamesMissingPrograms) {
  fs::remove(folder_ / "share" / "testbed" / "console.elf");
  EXPECT_EQ(build(), 1);
  EXPECT_NE(errors_.find("testbed/console.elf: there is no such file\n  Serai's programs"),
            std::string::npos)
      << errors_;
  EXPECT_FALSE(fs::exists(folder_ / "out"));
}

TEST_F(BuildTest, KeepsTheLastGoodOutputWhenTheNextFails) {
  ASSERT_EQ(build(), 0) << errors_;
  const std::string before = text_of(folder_ / "out" / "testbed.img");
  system_.pds[0].attachments[0].address = 0x20'0000;
  EXPECT_EQ(build(), 1);
  EXPECT_NE(errors_.find("vmm.elf of 'linux_vmm': the configuration cannot lie at 0x200000"),
            std::string::npos)
      << errors_;
  EXPECT_EQ(text_of(folder_ / "out" / "testbed.img"), before);
}

TEST_F(BuildTest, RefusesAnUnknownPlatform) {
  options_.platform = "xen";
  EXPECT_EQ(build(), 2);
}

}  // namespace
}  // namespace serai::tool
