// SPDX-License-Identifier: BSD-2-Clause
#include "backends/sddf/queue_log.hpp"

#include "base/text.hpp"

namespace serai::sddf {

void QueueLog::write_line(std::string_view line) noexcept {
  if (dropped_ != 0) {
    Text<64> report;
    report << dropped_ << (dropped_ == 1 ? " log line was dropped" : " log lines were dropped");
    if (try_write(report.view())) {
      dropped_ = 0;
    }
  }
  const bool keeps_order = dropped_ == 0;
  if (!keeps_order || !try_write(line.substr(0, most_line_bytes))) {
    ++dropped_;
  }
  if (producer_.take_notification()) {
    signals_.notify(channel_);
  }
}

bool QueueLog::try_write(std::string_view line) noexcept {
  if (producer_.room() < line.size() + 1) {
    return false;
  }
  constexpr std::byte newline{'\n'};
  producer_.write(std::as_bytes(std::span(line)));
  producer_.write(std::span(&newline, 1));
  return true;
}

}  // namespace serai::sddf
