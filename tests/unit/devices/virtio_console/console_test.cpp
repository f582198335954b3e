// SPDX-License-Identifier: BSD-2-Clause
#include "devices/virtio_console/console.hpp"

#include <array>
#include <cstring>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "support/active_device.hpp"
#include "support/fake_serial_backend.hpp"

namespace serai::virtio_console {
namespace {

using test::ActiveDevice;
using test::FakeSerialBackend;
using test::VirtioDriver;

constexpr std::uint16_t receive = 0;
constexpr std::uint16_t transmit = 1;
constexpr std::uint16_t control_receive = 2;
constexpr std::uint16_t control_transmit = 3;
constexpr std::uint16_t second_receive = 4;
constexpr std::uint16_t second_transmit = 5;

VirtioDriver::Bytes control(std::uint32_t port, Event event, std::uint16_t value) {
  const ControlMessage message{
      .port = port, .event = static_cast<std::uint16_t>(event), .value = value};
  VirtioDriver::Bytes bytes(sizeof message);
  std::memcpy(bytes.data(), &message, sizeof message);
  return bytes;
}

struct Received {
  ControlMessage message{};
  std::string body;
};

class VirtioConsole : public testing::Test {
 protected:
  /// What the device said on its control queue.
  static std::vector<Received> take_control(ActiveDevice& active) {
    std::vector<Received> all;
    for (const auto& used : active.drivers[control_receive].take_all_used()) {
      Received received;
      EXPECT_GE(used.data.size(), sizeof received.message);
      std::memcpy(&received.message, used.data.data(), sizeof received.message);
      for (const std::byte byte : std::span(used.data).subspan(sizeof received.message)) {
        received.body.push_back(static_cast<char>(byte));
      }
      all.push_back(received);
    }
    return all;
  }

  static bool told(const std::vector<Received>& all, std::uint32_t port, Event event) {
    return std::ranges::any_of(all, [&](const Received& one) {
      return one.message.port == port && one.message.event == static_cast<std::uint16_t>(event);
    });
  }

  void send_control(ActiveDevice& active, const VirtioDriver::Bytes& message) {
    active.drivers[control_transmit].send({message}, {});
    console.notify(control_transmit);
  }

  static void give_control_buffers(ActiveDevice& active, int count) {
    for (int i = 0; i < count; ++i) {
      active.drivers[control_receive].send({}, {64});
    }
  }

  FakeSerialBackend first;
  FakeSerialBackend second;
  std::array<Console::PortOptions, 2> ports{
      {{.back_end = &first, .name = "console", .is_console = true},
       {.back_end = &second, .name = "log"}}};
  Console console{ports};
};

TEST_F(VirtioConsole, AWholeBufferTakesOneNotification) {
  ActiveDevice active(console, 0);
  const std::string text(4000, 'x');
  active.drivers[transmit].send({VirtioDriver::bytes(text)}, {});
  console.notify(transmit);
  EXPECT_EQ(first.sent, text);
  EXPECT_TRUE(active.drivers[transmit].take_used());
}

TEST_F(VirtioConsole, ABackEndThatIsFullHoldsTheRestUntilThereIsRoom) {
  ActiveDevice active(console, 0);
  first.room = 700;
  active.drivers[transmit].send(
      {VirtioDriver::bytes(std::string(600, 'a')), VirtioDriver::bytes(std::string(600, 'b'))}, {});
  active.drivers[transmit].send({VirtioDriver::bytes("end")}, {});
  console.notify(transmit);
  EXPECT_EQ(first.sent, std::string(600, 'a') + std::string(100, 'b'));
  EXPECT_FALSE(active.drivers[transmit].take_used());
  first.room = FakeSerialBackend::unlimited;
  console.back_end_ready();
  EXPECT_EQ(first.sent, std::string(600, 'a') + std::string(600, 'b') + "end");
  EXPECT_EQ(active.drivers[transmit].take_all_used().size(), 2U);
}

TEST_F(VirtioConsole, WhatArrivesFillsBuffers) {
  ActiveDevice active(console, 0);
  active.drivers[receive].send({}, {8});
  active.drivers[receive].send({}, {8});
  console.notify(receive);
  EXPECT_FALSE(active.drivers[receive].take_used()) << "an empty buffer says nothing";
  first.arrive("hello, world");
  console.back_end_ready();
  EXPECT_EQ(active.drivers[receive].take_used()->data, VirtioDriver::bytes("hello, w"));
  EXPECT_EQ(active.drivers[receive].take_used()->data, VirtioDriver::bytes("orld"));
  EXPECT_GT(active.events.interrupts.count(receive), 0U);
}

TEST_F(VirtioConsole, WhatArrivesWaitsForABuffer) {
  ActiveDevice active(console, 0);
  first.arrive("early");
  console.back_end_ready();
  EXPECT_EQ(first.arrived.size(), 5U);
  active.drivers[receive].send({}, {8});
  console.notify(receive);
  EXPECT_EQ(active.drivers[receive].take_used()->data, VirtioDriver::bytes("early"));
}

TEST_F(VirtioConsole, PortsAreAnnouncedToADriverThatAsks) {
  ActiveDevice active(console, feature::multiport);
  give_control_buffers(active, 8);
  send_control(active, control(0, Event::device_ready, 1));
  const auto added = take_control(active);
  EXPECT_TRUE(told(added, 0, Event::device_add));
  EXPECT_TRUE(told(added, 1, Event::device_add));
  send_control(active, control(0, Event::port_ready, 1));
  const auto about_first = take_control(active);
  EXPECT_TRUE(told(about_first, 0, Event::console_port));
  EXPECT_TRUE(told(about_first, 0, Event::port_open));
  send_control(active, control(1, Event::port_ready, 1));
  const auto about_second = take_control(active);
  EXPECT_FALSE(told(about_second, 1, Event::console_port));
  const auto name = std::ranges::find_if(about_second, [](const Received& one) {
    return one.message.event == static_cast<std::uint16_t>(Event::port_name);
  });
  ASSERT_NE(name, about_second.end());
  EXPECT_EQ(name->body, "log");
}

TEST_F(VirtioConsole, MessagesWaitForControlBuffers) {
  ActiveDevice active(console, feature::multiport);
  send_control(active, control(0, Event::device_ready, 1));
  EXPECT_TRUE(take_control(active).empty());
  give_control_buffers(active, 2);
  console.notify(control_receive);
  EXPECT_EQ(take_control(active).size(), 2U);
}

TEST_F(VirtioConsole, PortsDoNotMix) {
  ActiveDevice active(console, feature::multiport);
  active.drivers[second_transmit].send({VirtioDriver::bytes("for the log")}, {});
  console.notify(second_transmit);
  EXPECT_EQ(first.sent, "");
  EXPECT_EQ(second.sent, "for the log");
  active.drivers[second_receive].send({}, {8});
  second.arrive("x");
  console.back_end_ready();
  EXPECT_TRUE(active.drivers[second_receive].take_used());
}

TEST_F(VirtioConsole, MessagesThatMakeNoSenseAreIgnored) {
  ActiveDevice active(console, feature::multiport);
  give_control_buffers(active, 4);
  send_control(active, control(2, Event::port_ready, 1));
  send_control(active, control(0xffff'ffff, Event::port_ready, 1));
  send_control(active, control(0, static_cast<Event>(999), 1));
  send_control(active, VirtioDriver::bytes("short"));
  send_control(active, control(0, Event::device_ready, 0));
  EXPECT_TRUE(take_control(active).empty());
  EXPECT_EQ(active.drivers[control_transmit].take_all_used().size(), 5U);
  EXPECT_EQ(active.events.reset_requests, 0);
}

TEST_F(VirtioConsole, AnEmergencyWriteNeedsNoQueue) {
  const std::array<std::byte, 4> value{std::byte{'!'}};
  console.write_config(offsetof(ConfigLayout, emergency_write), value);
  EXPECT_EQ(first.sent, "!");
}

TEST_F(VirtioConsole, TheSizeIsThatOfTheBackEndsWindow) {
  EXPECT_NE(console.offered_features() & feature::size, 0U);
  first.window = {.columns = 132, .rows = 43};
  ActiveDevice active(console, feature::size);
  console.back_end_ready();
  EXPECT_EQ(active.events.config_changes, 0);
  first.window = {.columns = 80, .rows = 25};
  console.back_end_ready();
  EXPECT_EQ(active.events.config_changes, 1);
  std::array<std::byte, 4> bytes{};
  console.read_config(0, bytes);
  EXPECT_EQ(bytes[0], std::byte{80});
  EXPECT_EQ(bytes[2], std::byte{25});
}

TEST_F(VirtioConsole, ASizeThatChangesBeforeTheDriverIsReadyIsAnnounced) {
  std::array<std::byte, 4> bytes{};
  console.read_config(0, bytes);
  first.window = {.columns = 80, .rows = 25};
  ActiveDevice active(console, feature::size);
  EXPECT_EQ(active.events.config_changes, 1);
}

TEST_F(VirtioConsole, AResizeReachesTheConsolePort) {
  ActiveDevice active(console, feature::multiport);
  give_control_buffers(active, 4);
  first.window = {.columns = 100, .rows = 30};
  console.back_end_ready();
  const auto messages = take_control(active);
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_EQ(messages[0].message.event, static_cast<std::uint16_t>(Event::resize));
  EXPECT_EQ(messages[0].body, std::string("\x64\0\x1e\0", 4));
}

TEST_F(VirtioConsole, APortThatIsReadyHearsOfTheSize) {
  first.window = {.columns = 100, .rows = 30};
  ActiveDevice active(console, feature::multiport);
  give_control_buffers(active, 8);
  send_control(active, control(1, Event::port_ready, 1));
  EXPECT_FALSE(told(take_control(active), 1, Event::resize)) << "no console";
  send_control(active, control(0, Event::port_ready, 1));
  EXPECT_TRUE(told(take_control(active), 0, Event::resize));
}

TEST_F(VirtioConsole, AResetInTheMiddleOfABufferDropsIt) {
  {
    ActiveDevice active(console, 0);
    first.room = 1;
    active.drivers[transmit].send({VirtioDriver::bytes("abc")}, {});
    console.notify(transmit);
    active.reset();
    first.room = FakeSerialBackend::unlimited;
    console.back_end_ready();
    EXPECT_EQ(first.sent, "a");
  }
  ActiveDevice again(console, 0);
  again.drivers[transmit].send({VirtioDriver::bytes("xyz")}, {});
  console.notify(transmit);
  EXPECT_EQ(first.sent, "axyz");
}

TEST_F(VirtioConsole, OneQueueCanBeResetInTheMiddleOfABuffer) {
  ActiveDevice active(console, 0);
  first.room = 1;
  active.drivers[transmit].send({VirtioDriver::bytes("abc")}, {});
  console.notify(transmit);
  active.restart(transmit);
  first.room = FakeSerialBackend::unlimited;
  active.drivers[transmit].send({VirtioDriver::bytes("xyz")}, {});
  console.notify(transmit);
  EXPECT_EQ(first.sent, "axyz");
}

TEST_F(VirtioConsole, ABrokenQueueAsksForAReset) {
  ActiveDevice active(console, 0);
  active.drivers[transmit].force_available(0xfff0);
  console.notify(transmit);
  EXPECT_GT(active.events.reset_requests, 0);
}

TEST_F(VirtioConsole, ALineThatTakesNothingDoesNotHoldTheGuestForEver) {
  first.room = 3;
  ActiveDevice active(console, 0);
  active.drivers[transmit].send({VirtioDriver::bytes("hello")}, {});
  console.notify(transmit);
  EXPECT_FALSE(active.drivers[transmit].take_used());
  EXPECT_TRUE(console.is_waiting());
  console.check_progress();
  console.check_progress();
  EXPECT_FALSE(active.drivers[transmit].take_used()) << "it took something not long ago";
  console.check_progress();
  EXPECT_TRUE(active.drivers[transmit].take_used());
  EXPECT_FALSE(console.is_waiting());
  active.drivers[transmit].send({VirtioDriver::bytes("lost")}, {});
  console.notify(transmit);
  EXPECT_TRUE(active.drivers[transmit].take_used());
  EXPECT_EQ(first.sent, "hel");

  first.room = 100;
  active.drivers[transmit].send({VirtioDriver::bytes(" again")}, {});
  console.notify(transmit);
  EXPECT_TRUE(active.drivers[transmit].take_used());
  EXPECT_EQ(first.sent, "hel again");
  first.room = 0;
  active.drivers[transmit].send({VirtioDriver::bytes("waits")}, {});
  console.notify(transmit);
  EXPECT_FALSE(active.drivers[transmit].take_used()) << "it works again, and may be slow";
}

TEST_F(VirtioConsole, ASlowLineIsNotGivenUp) {
  first.room = 0;
  ActiveDevice active(console, 0);
  active.drivers[transmit].send({VirtioDriver::bytes("slowly")}, {});
  console.notify(transmit);
  for (int i = 0; i < 6; ++i) {
    console.check_progress();
    first.room = 1;
    console.back_end_ready();
  }
  EXPECT_TRUE(active.drivers[transmit].take_used());
  EXPECT_EQ(first.sent, "slowly");
}

}  // namespace
}  // namespace serai::virtio_console
