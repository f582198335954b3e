// SPDX-License-Identifier: BSD-2-Clause
#include <cstddef>
#include <optional>
#include <span>

#include "config/view.hpp"
#include "pds/timer/board_timer.hpp"
#include "pds/timer/timer_service.hpp"
#include "platform/microkit/configuration.hpp"
#include "platform/microkit/stop.hpp"

namespace serai {
namespace {

constinit std::optional<timer::BoardTimer> board_timer;
constinit std::optional<timer::TimerService> service;

}  // namespace

ProtectionDomain& start_protection_domain(SignalPort& signals) {
  const auto view = config::TimerView::open(microkit::configuration());
  if (!view) {
    microkit::stop_this_pd("timer: the configuration is damaged");
  }
  const config::TimerBlob& blob = view->blob();
  board_timer.emplace(blob.backstop_address);
  const bool has_backstop = blob.backstop_address != 0;
  return service.emplace(*board_timer, signals,
                         timer::TimerService::Channels{
                             .timer = blob.timer_channel,
                             .backstop = has_backstop ? blob.backstop_channel : no_channel,
                             .client_count = blob.client_count,
                         });
}

}  // namespace serai
