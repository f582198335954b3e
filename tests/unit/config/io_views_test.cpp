// SPDX-License-Identifier: BSD-2-Clause
//
// The configurations of the PDs behind VirtIO devices.
#include <functional>
#include <gtest/gtest.h>

#include "config/view.hpp"
#include "support/sample_blobs.hpp"

namespace serai::config {
namespace {

constexpr std::uint64_t top = ~std::uint64_t{0};

TEST(BlockView, ShowsWhatTheBuilderWrote) {
  const auto blob = tool::compile(test::block());
  const auto view = BlockView::open(blob);
  ASSERT_TRUE(view.has_value()) << static_cast<int>(view.error());
  EXPECT_EQ(view->blob().device.dma_physical, test::window_ram);
  ASSERT_EQ(view->clients().size(), 3U);
  EXPECT_EQ(BlockView::name_of(view->clients()[1]), "b");
  EXPECT_TRUE(BlockView::is_read_only(view->clients()[1]));
  EXPECT_FALSE(BlockView::is_read_only(view->clients()[0]));
}

TEST(SwitchView, ShowsWhatTheBuilderWrote) {
  const auto blob = tool::compile(test::network_switch());
  const auto view = SwitchView::open(blob);
  ASSERT_TRUE(view.has_value()) << static_cast<int>(view.error());
  ASSERT_EQ(view->ports().size(), 3U);
  EXPECT_EQ(SwitchView::name_of(view->ports()[2]), "uplink");
  EXPECT_TRUE(SwitchView::has(view->ports()[2], SwitchPortFlag::uplink));
  EXPECT_FALSE(SwitchView::has(view->ports()[2], SwitchPortFlag::trunk));
}

TEST(UplinkView, ShowsWhatTheBuilderWrote) {
  const auto blob = tool::compile(test::uplink());
  const auto view = UplinkView::open(blob);
  ASSERT_TRUE(view.has_value()) << static_cast<int>(view.error());
  EXPECT_EQ(view->blob().client.capacity, 256U);
}

TEST(EntropyView, ShowsWhatTheBuilderWrote) {
  const auto blob = tool::compile(test::entropy());
  const auto view = EntropyView::open(blob);
  ASSERT_TRUE(view.has_value()) << static_cast<int>(view.error());
  ASSERT_EQ(view->clients().size(), 2U);
  EXPECT_EQ(EntropyView::name_of(view->clients()[0]), "a");
}

TEST(SocketsView, ShowsWhatTheBuilderWrote) {
  const auto blob = tool::compile(test::sockets());
  const auto view = SocketsView::open(blob);
  ASSERT_TRUE(view.has_value()) << static_cast<int>(view.error());
  ASSERT_EQ(view->ports().size(), 2U);
  EXPECT_EQ(SocketsView::name_of(view->ports()[1]), "b");
}

TEST(SupervisorView, ShowsWhatTheBuilderWrote) {
  const auto blob = tool::compile(test::supervisor());
  const auto view = SupervisorView::open(blob);
  ASSERT_TRUE(view.has_value()) << static_cast<int>(view.error());
  ASSERT_EQ(view->children().size(), 2U);
  EXPECT_EQ(view->children()[1].id, 1U);
  EXPECT_EQ(SupervisorView::name_of(view->children()[1]), "disk_b");
}

TEST(IoViews, RefuseOtherKindsAndTruncations) {
  const auto block = tool::compile(test::block());
  EXPECT_EQ(SwitchView::open(block).error(), Error::bad_value);
  EXPECT_EQ(UplinkView::open(block).error(), Error::bad_value);
  EXPECT_EQ(EntropyView::open(block).error(), Error::bad_value);
  EXPECT_EQ(SocketsView::open(block).error(), Error::bad_value);
  EXPECT_EQ(SupervisorView::open(block).error(), Error::bad_value);
  EXPECT_EQ(BlockView::open(tool::compile(test::sockets())).error(), Error::bad_value);
  for (std::size_t length = 0; length < block.size(); ++length) {
    EXPECT_FALSE(BlockView::open(std::span(block).first(length)).has_value());
  }
}

template <class Configuration>
struct Fault {
  const char* what;
  std::function<void(Configuration&)> make;
  Error error;
};

/// Whether the view refuses a right configuration with the fault in it, for the right reason.
template <class View, class Configuration>
void expect_refused(Configuration configuration, const Fault<Configuration>& fault) {
  fault.make(configuration);
  const auto blob = tool::compile(configuration);
  const auto view = View::open(blob);
  ASSERT_FALSE(view.has_value());
  EXPECT_EQ(view.error(), fault.error);
}

using B = tool::BlockConfiguration;

class BlockFaults : public testing::TestWithParam<Fault<B>> {};

TEST_P(BlockFaults, AreRefused) {
  expect_refused<BlockView>(test::block(), GetParam());
}

const Fault<B> block_faults[] = {
    {"registers", [](B& b) { b.fixed.device.registers = 0; }, Error::bad_value},
    {"registers_odd", [](B& b) { b.fixed.device.registers += 4; }, Error::misaligned},
    {"dma_null", [](B& b) { b.fixed.device.dma = 0; }, Error::bad_value},
    {"dma_physical", [](B& b) { b.fixed.device.dma_physical += 8; }, Error::misaligned},
    {"dma_size", [](B& b) { b.fixed.device.dma_size += 8; }, Error::misaligned},
    {"dma_wraps", [](B& b) { b.fixed.device.dma_physical = top - 0xfff; }, Error::overflow},
    {"device_channel", [](B& b) { b.fixed.device.channel = 62; }, Error::out_of_range},
    {"client_name", [](B& b) { b.clients[0].name = {}; }, Error::bad_value},
    {"client_flags", [](B& b) { b.clients[0].flags = 2; }, Error::bad_value},
    {"client_channel", [](B& b) { b.clients[0].queue.channel = 0; }, Error::overlap},
    {"clients_share", [](B& b) { b.clients[0].queue.channel = 2; }, Error::overlap},
    {"client_capacity", [](B& b) { b.clients[0].queue.capacity = 5; }, Error::bad_value},
    {"data_physical", [](B& b) { b.clients[0].queue.data_physical = 0; }, Error::bad_value},
    {"writes_what_another_reads", [](B& b) { b.clients[2].flags = 0; }, Error::overlap},
    {"writes_the_whole", [](B& b) { b.clients[0].partition = 0; }, Error::overlap},
    {"reads_the_whole", [](B& b) { b.clients[1].partition = 0; }, Error::overlap},
};

INSTANTIATE_TEST_SUITE_P(View, BlockFaults, testing::ValuesIn(block_faults),
                         [](const auto& fault) { return fault.param.what; });

using S = tool::SwitchConfiguration;

class SwitchFaults : public testing::TestWithParam<Fault<S>> {};

TEST_P(SwitchFaults, AreRefused) {
  expect_refused<SwitchView>(test::network_switch(), GetParam());
}

const Fault<S> switch_faults[] = {
    {"name", [](S& s) { s.ports[0].name = {}; }, Error::bad_value},
    {"flags", [](S& s) { s.ports[0].flags = 8; }, Error::bad_value},
    {"vlan", [](S& s) { s.ports[0].vlan = 4095; }, Error::bad_value},
    {"rate_without_burst", [](S& s) { s.ports[1].burst_bytes = 0; }, Error::bad_value},
    {"burst_without_rate", [](S& s) { s.ports[1].rate_bits_per_second = 0; }, Error::bad_value},
    {"mac_group", [](S& s) { s.ports[0].mac[0] = 1; }, Error::bad_value},
    {"mac_none", [](S& s) { s.ports[0].mac = {}; }, Error::bad_value},
    {"macs_same", [](S& s) { s.ports[1].mac = s.ports[0].mac; }, Error::overlap},
    {"client_port", [](S& s) { s.ports[0].queue.flags = 0; }, Error::bad_value},
    {"providing_uplink", [](S& s) { s.ports[2].queue.flags = test::provider; }, Error::bad_value},
    {"channel", [](S& s) { s.ports[0].queue.transmit_channel = 62; }, Error::out_of_range},
    {"channels_same", [](S& s) { s.ports[1].queue.receive_channel = 0; }, Error::overlap},
    {"timer_channel", [](S& s) { s.fixed.timer_channel = 62; }, Error::out_of_range},
    {"timer_and_port", [](S& s) { s.fixed.timer_channel = 0; }, Error::overlap},
    {"buffers", [](S& s) { s.ports[0].queue.buffer_bytes = 3000; }, Error::bad_value},
};

INSTANTIATE_TEST_SUITE_P(View, SwitchFaults, testing::ValuesIn(switch_faults),
                         [](const auto& fault) { return fault.param.what; });

using U = tool::UplinkConfiguration;

class UplinkFaults : public testing::TestWithParam<Fault<U>> {};

TEST_P(UplinkFaults, AreRefused) {
  expect_refused<UplinkView>(test::uplink(), GetParam());
}

const Fault<U> uplink_faults[] = {
    {"registers", [](U& u) { u.fixed.device.registers = 0; }, Error::bad_value},
    {"client", [](U& u) { u.fixed.client.flags = 0; }, Error::bad_value},
    {"transmit", [](U& u) { u.fixed.client.transmit_physical = 0; }, Error::bad_value},
    {"receive", [](U& u) { u.fixed.client.receive_physical = 0; }, Error::bad_value},
    {"channel", [](U& u) { u.fixed.client.transmit_channel = 0; }, Error::overlap},
};

INSTANTIATE_TEST_SUITE_P(View, UplinkFaults, testing::ValuesIn(uplink_faults),
                         [](const auto& fault) { return fault.param.what; });

using E = tool::EntropyConfiguration;

class EntropyFaults : public testing::TestWithParam<Fault<E>> {};

TEST_P(EntropyFaults, AreRefused) {
  expect_refused<EntropyView>(test::entropy(), GetParam());
}

const Fault<E> entropy_faults[] = {
    {"dma", [](E& e) { e.fixed.device.dma_size = 0; }, Error::bad_value},
    {"name", [](E& e) { e.clients[0].name = {}; }, Error::bad_value},
    {"deaf", [](E& e) { e.clients[0].queue.transmit_capacity = 0; }, Error::bad_value},
    {"capacity", [](E& e) { e.clients[0].queue.transmit_capacity = 6; }, Error::bad_value},
    {"clients_share", [](E& e) { e.clients[0].queue.channel = 2; }, Error::overlap},
    {"client_is_device", [](E& e) { e.clients[0].queue.channel = 0; }, Error::overlap},
};

INSTANTIATE_TEST_SUITE_P(View, EntropyFaults, testing::ValuesIn(entropy_faults),
                         [](const auto& fault) { return fault.param.what; });

using V = tool::SocketsConfiguration;

class SocketsFaults : public testing::TestWithParam<Fault<V>> {};

TEST_P(SocketsFaults, AreRefused) {
  expect_refused<SocketsView>(test::sockets(), GetParam());
}

const Fault<V> sockets_faults[] = {
    {"timer_channel", [](V& v) { v.fixed.timer_channel = 62; }, Error::out_of_range},
    {"timer_and_port", [](V& v) { v.fixed.timer_channel = 0; }, Error::overlap},
    {"name", [](V& v) { v.ports[0].name = {}; }, Error::bad_value},
    {"cid_host", [](V& v) { v.ports[0].context_id = 2; }, Error::out_of_range},
    {"cid_any", [](V& v) { v.ports[0].context_id = 0xffff'ffff; }, Error::out_of_range},
    {"cids_same", [](V& v) { v.ports[0].context_id = 4; }, Error::overlap},
    {"client", [](V& v) { v.ports[0].queue.flags = 0; }, Error::bad_value},
    {"channels_same", [](V& v) { v.ports[1].queue.receive_channel = 0; }, Error::overlap},
};

INSTANTIATE_TEST_SUITE_P(View, SocketsFaults, testing::ValuesIn(sockets_faults),
                         [](const auto& fault) { return fault.param.what; });

using Supervisor = tool::SupervisorConfiguration;

class SupervisorFaults : public testing::TestWithParam<Fault<Supervisor>> {};

TEST_P(SupervisorFaults, AreRefused) {
  expect_refused<SupervisorView>(test::supervisor(), GetParam());
}

const Fault<Supervisor> supervisor_faults[] = {
    {"name", [](Supervisor& s) { s.children[0].name = {}; }, Error::bad_value},
    {"id", [](Supervisor& s) { s.children[0].id = 62; }, Error::out_of_range},
    {"ids_same", [](Supervisor& s) { s.children[1].id = 0; }, Error::overlap},
    {"timer_channel", [](Supervisor& s) { s.fixed.timer_channel = no_channel; },
     Error::out_of_range},
};

INSTANTIATE_TEST_SUITE_P(View, SupervisorFaults, testing::ValuesIn(supervisor_faults),
                         [](const auto& fault) { return fault.param.what; });

}  // namespace
}  // namespace serai::config
