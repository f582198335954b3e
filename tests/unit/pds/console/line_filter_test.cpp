// SPDX-License-Identifier: BSD-2-Clause
#include "pds/console/line_filter.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <string>
#include <vector>

#include "pds/console/line.hpp"

namespace serai::console {
namespace {

/// What comes out, with `<` for an erasure, `/` for a carriage return and `;` for a line's end.
std::string filtered(std::string_view input) {
  LineFilter filter;
  std::string output;
  for (const char character : input) {
    const Edit edit = filter.feed(static_cast<std::byte>(character));
    switch (edit.kind) {
      case Edit::Kind::nothing:
        break;
      case Edit::Kind::append:
        output += edit.text();
        break;
      case Edit::Kind::erase:
        output += '<';
        break;
      case Edit::Kind::carriage_return:
        output += '/';
        break;
      case Edit::Kind::end:
        output += ';';
        break;
    }
  }
  return output;
}

TEST(LineFilter, PassesTextAndLineEnds) {
  EXPECT_EQ(filtered("hello\tworld\r\n\b"), "hello\tworld/;<");
}

TEST(LineFilter, DropsControlCharacters) {
  EXPECT_EQ(filtered(std::string("a\0b\a\v\f\x7f\x01z", 9)), "abz");
}

TEST(LineFilter, DropsWholeEscapeSequences) {
  EXPECT_EQ(filtered("a\x1b[31mred\x1b[0m"), "ared");
  EXPECT_EQ(filtered("\x1b[2J\x1b[1;1Hx"), "x");
  EXPECT_EQ(filtered("\x1b]0;title\ax"), "x");
  EXPECT_EQ(filtered("\x1b]0;title\x1b\\x"), "x");
  EXPECT_EQ(filtered("\x1bP1$qm\x1b\\x"), "x");
  EXPECT_EQ(filtered("\x1b(Bx\x1b"
                     "7y\x1b"
                     "cz"),
            "xyz");
}

TEST(LineFilter, AnUnendedSequenceEndsWithTheLine) {
  EXPECT_EQ(filtered("\x1b]0;for ever\nnext"), ";next");
  EXPECT_EQ(filtered("\x1b[123\nnext"), ";next");
  EXPECT_EQ(filtered("\x1b\nnext"), ";next");
}

TEST(LineFilter, PassesWellFormedUtf8Only) {
  EXPECT_EQ(filtered("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80"),
            "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80");
  EXPECT_EQ(filtered("\xc2\x9b"
                     "31mx"),
            "?31mx")
      << "a C1 control character";
  EXPECT_EQ(filtered("\x9b"
                     "31mx"),
            "?31mx");
  EXPECT_EQ(filtered("\xc0\x80x"), "??x") << "overlong";
  EXPECT_EQ(filtered("\xe0\x80\x80x"), "?x") << "overlong";
  EXPECT_EQ(filtered("\xed\xa0\x80x"), "?x") << "a surrogate";
  EXPECT_EQ(filtered("\xf4\x90\x80\x80x"), "?x") << "beyond U+10FFFF";
  EXPECT_EQ(filtered("\xe2\x80\xaex"), "?x") << "right-to-left override";
  EXPECT_EQ(filtered("\xc3x"), "x") << "cut short";
  EXPECT_EQ(filtered("\xc3\nx"), ";x");
}

RC_GTEST_PROP(LineFilterProperty, NothingButTextComesOut,
              (const std::vector<std::uint8_t>& input)) {
  LineFilter filter;
  for (const std::uint8_t character : input) {
    const Edit edit = filter.feed(static_cast<std::byte>(character));
    if (edit.kind != Edit::Kind::append) {
      RC_ASSERT(edit.size == 0);
      continue;
    }
    RC_ASSERT(edit.size >= 1);
    for (const char byte : edit.text()) {
      const auto value = static_cast<std::uint8_t>(byte);
      RC_ASSERT(edit.text() == "\t" || (value >= 0x20 && value != 0x7f));
    }
  }
}

TEST(Line, GrowsErasesAndExpandsTabulators) {
  Line line;
  EXPECT_TRUE(line.append("a"));
  EXPECT_TRUE(line.append("\t"));
  EXPECT_EQ(line.text(), "a       ");
  EXPECT_TRUE(line.append("\xe2\x82\xac"));
  line.erase();
  EXPECT_EQ(line.text(), "a       ");
  for (int i = 0; i < 20; ++i) {
    line.erase();
  }
  EXPECT_TRUE(line.empty());
  while (line.append("xyz")) {
  }
  EXPECT_EQ(line.size(), 198U);
}

}  // namespace
}  // namespace serai::console
