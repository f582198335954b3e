// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/board.hpp"

#include <gtest/gtest.h>

namespace serai::tool {
namespace {

const std::filesystem::path source = SERAI_SOURCE;

std::optional<Board> find(const std::string& name, Diagnostics& diagnostics) {
  const auto file = std::make_shared<const SourceFile>("s.toml", source / "boards", "");
  return find_board({name, {file, 1, 1, 1}}, source, diagnostics);
}

TEST(Board, QemuVirtSaysWhatQemuAndSel4Have) {
  Diagnostics diagnostics;
  const auto board = find("qemu-virt-aarch64", diagnostics);
  ASSERT_TRUE(board);
  EXPECT_EQ(board->microkit, "qemu_virt_aarch64");
  EXPECT_EQ(board->loader_address, 0x7000'0000U);
  EXPECT_EQ(board->pool_size, 512U << 20);
  EXPECT_EQ(board->window_address, 0x4000'0000U);
  EXPECT_EQ(board->usable_memory(), 1U << 30);
  EXPECT_EQ(board->timer_intid, 30U);
  EXPECT_EQ(board->timer_backstop, "rtc");
  EXPECT_EQ(board->gic.virtual_interface, 0x804'0000U);
  EXPECT_EQ(board->gic.virtual_interface_size, 0x2000U);
  ASSERT_NE(board->find_device("uart"), nullptr);
  EXPECT_EQ(board->find_device("uart")->intid, 33U);
  EXPECT_EQ(board->find_device("rtc")->address, 0x901'0000U);
  EXPECT_TRUE(board->find_device("virtio31")->dma);
  EXPECT_EQ(board->find_device("virtio31")->intid, 79U);
  EXPECT_EQ(board->find_device("none"), nullptr);
}

TEST(Board, IsFoundByPathBesideTheFileThatNamesIt) {
  Diagnostics diagnostics;
  EXPECT_TRUE(find("qemu-virt-aarch64.toml", diagnostics));
  EXPECT_FALSE(diagnostics.has_errors());
}

TEST(Board, IsNotFoundOutsideTheFolderOfBoards) {
  for (const char* name : {"nothing", "../boards/qemu-virt-aarch64", "", "/etc/passwd"}) {
    Diagnostics diagnostics;
    EXPECT_FALSE(find(name, diagnostics)) << name;
    EXPECT_EQ(diagnostics.sorted().at(0).code, "E0201") << name;
  }
}

TEST(Board, NeedsEveryFact) {
  Diagnostics diagnostics;
  const auto file = std::make_shared<const SourceFile>("b.toml", "", "name = \"b\"\n");
  EXPECT_FALSE(read_board(file, diagnostics));
  // description, microkit and the tables qemu, memory, timer, console, guest
  EXPECT_EQ(diagnostics.error_count(), 7U);
}

}  // namespace
}  // namespace serai::tool
