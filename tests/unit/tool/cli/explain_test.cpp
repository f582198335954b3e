// SPDX-License-Identifier: BSD-2-Clause
#include "tool/cli/explain.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tool/cli/table.hpp"

namespace serai::tool {
namespace {

ResolvedSystem small_system() {
  ResolvedSystem system;
  system.board.name = "board";
  system.regions.push_back({"ram", 0x20'0000, 0x20'0000, std::nullopt, "memory"});
  system.regions.push_back({"uart", 0x1000, 0x1000, 0x900'0000, "registers"});
  ProtectionDomain vmm;
  vmm.name = "a_vmm";
  vmm.mappings.push_back({0, 0x10'0000'0000, 3, true});
  vmm.vm = VirtualMachine{"a", {10, 500, 1000}, 1, {{0, 0x4000'0000, 7, true}}};
  ProtectionDomain console;
  console.name = "console";
  console.program = Program::console;
  console.mappings.push_back({1, 0x4'0000'0000, 3, false});
  console.interrupts.push_back({33, 1, config::Trigger::edge, "uart"});
  system.pds = {vmm, console};
  system.channels.push_back({{0, 0, true, false}, {1, 0, true, false}, "talk"});
  system.guests.push_back({"a", 0, 0x4000'0000, 0x20'0000, 0x4000'0000, "quiet", {}, {}, {}});
  system.warnings.push_back("careful");
  return system;
}

TEST(Explain, NamesEveryPart) {
  const std::string text = explain_text(small_system(), false);
  for (const char* part : {"a_vmm", "console.elf", "500 us in 1 ms", "0x09000000", "rwx", "edge",
                           "INTID", "quiet", "talk", "careful"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(explain_text(small_system(), true).find('\x1b'), std::string::npos);
}

TEST(Explain, JsonCanBeRead) {
  const auto json = nlohmann::json::parse(explain_json(small_system()));
  EXPECT_EQ(json["pds"][0]["vm"]["schedule"]["budget_us"], 500);
  EXPECT_EQ(json["pds"][1]["vm"], nullptr);
  EXPECT_EQ(json["regions"][0]["physical"], nullptr);
  EXPECT_EQ(json["regions"][1]["physical"], 0x900'0000);
  EXPECT_EQ(json["channels"][0]["b"]["pd"], "console");
  EXPECT_EQ(json["vms"][0]["ram"]["size"], 0x20'0000);
}

TEST(Explain, LettersOfRights) {
  EXPECT_EQ(access_letters(0), "---");
  EXPECT_EQ(access_letters(1), "r--");
  EXPECT_EQ(access_letters(3), "rw-");
  EXPECT_EQ(access_letters(7), "rwx");
}

TEST(TextTable, AlignsItsColumns) {
  TextTable table({"a", "long heading", ""});
  table.add({"longer", "x", "y"});
  EXPECT_EQ(table.render(), "  a       long heading\n  longer  x             y\n");
}

}  // namespace
}  // namespace serai::tool
