// SPDX-License-Identifier: BSD-2-Clause
#include <functional>
#include <gtest/gtest.h>

#include "config/view.hpp"
#include "tool/emit/config_blob.hpp"

namespace serai::config {
namespace {

using tool::ConsoleConfiguration;
using tool::TimerConfiguration;

SerialQueue queue(std::uint64_t at, std::uint32_t channel) {
  return {at, at + 0x1000, at + 0x2000, at + 0x3000, 0x1000, 0x1000, channel, 0};
}

ConsoleConfiguration good_console() {
  ConsoleConfiguration it;
  it.name = "console";
  it.fixed.uart_address = devices_address;
  it.fixed.uart_channel = 0;
  it.fixed.flags = static_cast<std::uint32_t>(ConsoleFlag::prefix);
  it.clients = {
      {tool::blob_name("a"), queue(queues_address, 1), queue(queues_address + 0x4000, 1)},
      {tool::blob_name("b"), queue(queues_address + 0x8000, 2), queue(queues_address + 0xc000, 3)}};
  return it;
}

TimerConfiguration good_timer() {
  TimerConfiguration it;
  it.name = "timer";
  it.fixed.timer_channel = 2;
  it.fixed.client_count = 2;
  it.fixed.backstop_address = devices_address;
  it.fixed.backstop_channel = 3;
  return it;
}

TEST(ConsoleView, ShowsWhatTheBuilderWrote) {
  const auto blob = tool::compile(good_console());
  const auto view = ConsoleView::open(blob);
  ASSERT_TRUE(view.has_value());
  EXPECT_TRUE(view->has(ConsoleFlag::prefix));
  EXPECT_FALSE(view->has(ConsoleFlag::colour));
  ASSERT_EQ(view->clients().size(), 2U);
  EXPECT_EQ(ConsoleView::name_of(view->clients()[1]), "b");
  EXPECT_EQ(view->clients()[1].log.channel, 3U);
}

TEST(TimerView, ShowsWhatTheBuilderWrote) {
  const auto blob = tool::compile(good_timer());
  const auto view = TimerView::open(blob);
  ASSERT_TRUE(view.has_value());
  EXPECT_EQ(view->blob().client_count, 2U);
}

TEST(TimerView, NeedsNoBackstop) {
  auto configuration = good_timer();
  configuration.fixed.backstop_address = 0;
  configuration.fixed.backstop_channel = no_channel;
  EXPECT_TRUE(TimerView::open(tool::compile(configuration)).has_value());
}

struct ConsoleFault {
  const char* what;
  std::function<void(ConsoleConfiguration&)> make;
  Error error;
};

class ConsoleFaults : public testing::TestWithParam<ConsoleFault> {};

TEST_P(ConsoleFaults, AreRefused) {
  auto configuration = good_console();
  GetParam().make(configuration);
  const auto blob = tool::compile(configuration);
  const auto view = ConsoleView::open(blob);
  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error(), GetParam().error);
}

using C = ConsoleConfiguration;

const ConsoleFault console_faults[] = {
    {"uart_null", [](C& c) { c.fixed.uart_address = 0; }, Error::bad_value},
    {"uart_odd", [](C& c) { c.fixed.uart_address += 4; }, Error::misaligned},
    {"uart_channel", [](C& c) { c.fixed.uart_channel = 62; }, Error::out_of_range},
    {"flags", [](C& c) { c.fixed.flags = 4; }, Error::bad_value},
    {"client_name", [](C& c) { c.clients[0].name = {}; }, Error::bad_value},
    {"client_is_uart", [](C& c) { c.clients[0].log.channel = 0; }, Error::overlap},
    {"clients_share", [](C& c) { c.clients[1].console.channel = 1; }, Error::overlap},
    {"client_channel", [](C& c) { c.clients[1].console.channel = 99; }, Error::out_of_range},
    {"console_capacity", [](C& c) { c.clients[1].console.receive_capacity = 5; }, Error::bad_value},
    {"log_capacity", [](C& c) { c.clients[1].log.transmit_capacity = 6; }, Error::bad_value},
};

INSTANTIATE_TEST_SUITE_P(View, ConsoleFaults, testing::ValuesIn(console_faults),
                         [](const auto& fault) { return fault.param.what; });

struct TimerFault {
  const char* what;
  std::function<void(TimerConfiguration&)> make;
  Error error;
};

class TimerFaults : public testing::TestWithParam<TimerFault> {};

TEST_P(TimerFaults, AreRefused) {
  auto configuration = good_timer();
  GetParam().make(configuration);
  const auto blob = tool::compile(configuration);
  const auto view = TimerView::open(blob);
  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error(), GetParam().error);
}

using T = TimerConfiguration;

const TimerFault timer_faults[] = {
    {"clients", [](T& t) { t.fixed.client_count = 63; }, Error::out_of_range},
    {"timer_channel", [](T& t) { t.fixed.timer_channel = 62; }, Error::out_of_range},
    {"timer_is_client", [](T& t) { t.fixed.timer_channel = 1; }, Error::overlap},
    {"backstop_is_timer", [](T& t) { t.fixed.backstop_channel = 2; }, Error::overlap},
    {"backstop_odd", [](T& t) { t.fixed.backstop_address += 1; }, Error::misaligned},
};

INSTANTIATE_TEST_SUITE_P(View, TimerFaults, testing::ValuesIn(timer_faults),
                         [](const auto& fault) { return fault.param.what; });

}  // namespace
}  // namespace serai::config
