// SPDX-License-Identifier: BSD-2-Clause
//
// Any bytes as a system file and as a board file: what is read keeps its promises, what is wrong is
// told in lines that any terminal can show.
#include <string>

#include "base/assert.hpp"
#include "tool/model/board.hpp"
#include "tool/model/system.hpp"

namespace {

using namespace serai::tool;

void check_messages(const Diagnostics& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    SERAI_ASSERT(!diagnostic.code.empty() && !diagnostic.what.empty());
    const std::string text = render(diagnostic, false);
    SERAI_ASSERT(text.find('\x1b') == std::string::npos && text.ends_with('\n'));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(data, data + size);
  const auto file = std::make_shared<const SourceFile>("fuzz.toml", "", text);
  Diagnostics system_findings;
  const auto system = read_system(file, system_findings);
  SERAI_ASSERT(system.has_value() || system_findings.has_errors());
  if (system && !system_findings.has_errors()) {
    SERAI_ASSERT(!system->vms.empty());
    for (const VmModel& vm : system->vms) {
      SERAI_ASSERT(vm.kernel.has_value());
    }
  }
  Diagnostics board_findings;
  const auto board = read_board(file, board_findings);
  SERAI_ASSERT(board.has_value() != board_findings.has_errors());
  check_messages(system_findings);
  check_messages(board_findings);
  return 0;
}
