// SPDX-License-Identifier: BSD-2-Clause
#include "tool/cli/report.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace serai::tool {

std::string findings_text(const Diagnostics& diagnostics, bool colour) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    text += render(diagnostic, colour);
  }
  if (const std::size_t errors = diagnostics.error_count(); errors != 0) {
    text += fmt::format("{} error{}\n", errors, errors == 1 ? "" : "s");
  }
  return text;
}

std::string findings_json(const Diagnostics& diagnostics) {
  using Json = nlohmann::ordered_json;
  Json findings = Json::array();
  for (const Diagnostic& diagnostic : diagnostics.sorted()) {
    const Span& where = diagnostic.where;
    findings.push_back({{"severity", diagnostic.severity == Severity::error ? "error" : "warning"},
                        {"code", diagnostic.code},
                        {"file", where.file ? where.file->name() : std::string()},
                        {"line", where.line},
                        {"column", where.line == 0 ? 0 : where.column},
                        {"message", diagnostic.what},
                        {"hint", diagnostic.hint}});
  }
  const Json report{{"ok", !diagnostics.has_errors()}, {"findings", std::move(findings)}};
  return report.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace serai::tool
