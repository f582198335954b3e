// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/diagnostic.hpp"

#include <gtest/gtest.h>

namespace serai::tool {
namespace {

std::shared_ptr<const SourceFile> file_of(const std::string& text, const std::string& name = "f") {
  return std::make_shared<const SourceFile>(name, "", text);
}

TEST(SourceFile, HasLines) {
  const SourceFile file("f", "", "one\ntwo\r\n\nfour");
  EXPECT_EQ(file.line(1), "one");
  EXPECT_EQ(file.line(2), "two");
  EXPECT_EQ(file.line(3), "");
  EXPECT_EQ(file.line(4), "four");
  EXPECT_EQ(file.line(5), "");
}

TEST(SourceFile, IsNotReadFromAFolderOrFromNowhere) {
  EXPECT_EQ(SourceFile::read("/no/such/file").error(), "there is no such file");
  EXPECT_EQ(SourceFile::read("/tmp").error(), "this is a folder, not a file");
}

TEST(Render, ShowsTheLineAndMarksThePlace) {
  const Diagnostic diagnostic{
      Severity::error, "E0101", {file_of("a = 1\nb = two\n"), 2, 5, 3}, "b is wrong", "write 2"};
  EXPECT_EQ(render(diagnostic, false),
            "f:2:5: error[E0101]: b is wrong\n"
            "    2 | b = two\n"
            "      |     ^~~\n"
            "      = write 2\n");
}

TEST(Render, KeepsTheMarkBelowItsColumn) {
  const auto tabs = file_of("\tx\ty = 1");
  EXPECT_NE(render({Severity::error, "E", {tabs, 1, 4, 1}, "w", ""}, false).find("| \t \t^\n"),
            std::string::npos);
  const auto umlauts = file_of("\"üü\" = 1");
  EXPECT_NE(render({Severity::error, "E", {umlauts, 1, 8, 1}, "w", ""}, false).find("|        ^\n"),
            std::string::npos);
}

TEST(Render, NeverMarksBehindTheLine) {
  const auto file = file_of("ab");
  EXPECT_NE(render({Severity::error, "E", {file, 1, 2, 100}, "w", ""}, false).find("|  ^\n"),
            std::string::npos);
  EXPECT_NE(render({Severity::error, "E", {file, 1, 50, 100}, "w", ""}, false).find("^\n"),
            std::string::npos);
}

TEST(Render, SaysOnlyTheFileWhereThereIsNoLine) {
  EXPECT_EQ(render({Severity::warning, "W1", {file_of("x"), 0, 0, 1}, "w", ""}, false),
            "f: warning[W1]: w\n");
  EXPECT_EQ(render({Severity::error, "E1", {}, "w", ""}, false), "serai: error[E1]: w\n");
}

TEST(Render, LetsNoControlCharacterThrough) {
  const std::string text =
      render({Severity::error, "E", {file_of("a\x1b[2J"), 1, 1, 1}, "x\x1b[2J", "y\x07"}, false);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_EQ(text.find('\x07'), std::string::npos);
}

TEST(Render, ColoursOnlyWhenAsked) {
  const Diagnostic diagnostic{Severity::error, "E", {file_of("x"), 1, 1, 1}, "w", "h"};
  EXPECT_EQ(render(diagnostic, false).find('\x1b'), std::string::npos);
  EXPECT_NE(render(diagnostic, true).find("\x1b[1;31m"), std::string::npos);
}

TEST(Diagnostics, AreToldInTheOrderOfTheFile) {
  const auto a = file_of("", "a");
  const auto b = file_of("", "b");
  Diagnostics diagnostics;
  diagnostics.error("1", {b, 1, 1, 1}, "");
  diagnostics.warning("2", {a, 10, 1, 1}, "");
  diagnostics.error("3", {a, 2, 5, 1}, "");
  diagnostics.error("4", {a, 2, 3, 1}, "");
  std::string order;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    order += diagnostic.code;
  }
  EXPECT_EQ(order, "4321");
  EXPECT_EQ(diagnostics.error_count(), 3U);
  EXPECT_TRUE(diagnostics.has_errors());
}

}  // namespace
}  // namespace serai::tool
