// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>

#include "tool/model/diagnostic.hpp"

namespace serai::tool {

/// All findings for a person, with their number behind them; empty if there are none.
std::string findings_text(const Diagnostics& diagnostics, bool colour);

/// All findings as JSON: `{"ok": bool, "findings": [{"severity", "code", "file", "line", "column",
/// "message", "hint"}]}`. Line 0 is the file as a whole.
std::string findings_json(const Diagnostics& diagnostics);

}  // namespace serai::tool
