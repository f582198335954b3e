// SPDX-License-Identifier: BSD-2-Clause
#include <fstream>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "kernel_files.hpp"
#include "tool/image/guest_image.hpp"

namespace serai::tool {
namespace {

namespace fs = std::filesystem;

class LoadKernel : public testing::Test {
 protected:
  LoadKernel() {
    std::string name = fs::temp_directory_path() / "serai-image-XXXXXX";
    folder_ = mkdtemp(name.data());
  }

  ~LoadKernel() override { fs::remove_all(folder_); }

  fs::path write(const std::string& name, const Bytes& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary)
        .write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
    return folder_ / name;
  }

  fs::path folder_;
};

TEST_F(LoadKernel, ReadsAFile) {
  const auto kernel = load_kernel(write("vmlinuz", pack_gzip(make_image(0, 0x1000))), false);
  ASSERT_TRUE(kernel.has_value()) << kernel.error().what;
  EXPECT_EQ(kernel->compression, "gzip");
}

TEST_F(LoadKernel, RawTakesAnythingAsItIs) {
  const Bytes bytes = pack_gzip(Bytes(100));
  const auto kernel = load_kernel(write("raw", bytes), true);
  ASSERT_TRUE(kernel.has_value());
  EXPECT_EQ(kernel->format, KernelFormat::raw);
  EXPECT_EQ(kernel->segments.at(0).bytes, bytes);
  EXPECT_EQ(kernel->image_size, bytes.size());
}

TEST_F(LoadKernel, RawNeedsBytes) {
  EXPECT_EQ(load_kernel(write("raw", {}), true).error().what, "the file is empty");
}

TEST_F(LoadKernel, ExplainsAMissingFile) {
  EXPECT_EQ(load_kernel(folder_ / "none", false).error().what, "there is no such file");
}

TEST_F(LoadKernel, ExplainsAFolder) {
  const auto kernel = load_kernel(folder_, false);
  EXPECT_EQ(kernel.error().what, "this is a folder, not a file");
  EXPECT_EQ(kernel.error().hint,
            "name the kernel file itself: Debian's are called vmlinuz-VERSION-arm64");
}

TEST_F(LoadKernel, DoesNotWaitForAPipe) {
  ASSERT_EQ(mkfifo((folder_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(load_kernel(folder_ / "pipe", false).error().what, "this is no ordinary file");
  EXPECT_EQ(read_file("/dev/zero").error().what, "this is no ordinary file");
}

TEST_F(LoadKernel, RefusesAFileBeyondReason) {
  const fs::path file = write("large", Bytes(1));
  fs::resize_file(file, (std::uintmax_t{2} << 30) + 1);
  EXPECT_EQ(read_file(file).error().what, "the file is larger than 2 GiB");
}

}  // namespace
}  // namespace serai::tool
