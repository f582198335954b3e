// SPDX-License-Identifier: BSD-2-Clause
//
// What `check` makes of right disks, networks and devices.
#include <gtest/gtest.h>

#include "tool/check/check.hpp"
#include "tool/check/io_plan.hpp"
#include "tool/check/mac.hpp"

namespace serai::tool {
namespace {

const std::filesystem::path source = SERAI_SOURCE;
const std::filesystem::path files = source / "tests" / "tool" / "files";

CheckedSystem checked(const std::string& text) {
  Diagnostics diagnostics;
  const auto file = std::make_shared<const SourceFile>("s.toml", files, text);
  const auto model = read_system(file, diagnostics);
  const auto board = model ? find_board(model->board, source, diagnostics) : std::nullopt;
  auto system = board ? check(*model, *board, diagnostics) : std::nullopt;
  EXPECT_TRUE(system.has_value()) << (diagnostics.sorted().empty()
                                          ? ""
                                          : diagnostics.sorted().front().what);
  return system.value_or(CheckedSystem());
}

std::string vm(const std::string& name, const std::vector<std::string>& devices) {
  std::string text = "[vm." + name + "]\nkernel = \"Image\"\n";
  for (const std::string& device : devices) {
    text += "[[vm." + name + ".device]]\n" + device + "\n";
  }
  return text;
}

TEST(CheckDisks, KeepsAFileWhereItIs) {
  const auto system = checked("[disk.d]\nfile = \"disk.raw\"\n" + vm("a", {"disk = \"d\""}));
  const CheckedDisk& disk = system.disks.at(0);
  EXPECT_FALSE(disk.in_memory);
  EXPECT_TRUE(disk.file.is_absolute());
  EXPECT_EQ(disk.size, 8192U);
  EXPECT_TRUE(disk.bytes.empty());
}

TEST(CheckDisks, ReadsWhatGoesToMemory) {
  const auto system = checked(
      "[disk.copy]\nfile = \"three-sectors.raw\"\nstore = \"memory\"\n"
      "[disk.larger]\nfile = \"three-sectors.raw\"\nmemory = \"1M\"\n"
      "[disk.zeros]\nmemory = \"3M\"\n" +
      vm("a", {"disk = \"copy\"\nread_only = true", "disk = \"larger\"", "disk = \"zeros\""}));
  EXPECT_EQ(system.disks.at(0).size, 1536U);
  EXPECT_EQ(system.disks.at(0).bytes.size(), 1536U);
  EXPECT_EQ(system.disks.at(1).size, 1U << 20);
  EXPECT_EQ(system.disks.at(1).bytes.size(), 1536U);
  EXPECT_TRUE(system.disks.at(2).in_memory && system.disks.at(2).bytes.empty());
  // The first is read-only and its image whole; the others are rounded up to 2 MiB.
  EXPECT_EQ(disk_memory(system.vms.at(0), system.disks), 6U << 20);
  EXPECT_EQ(plan_io(system).pd_count(), 0U);
}

TEST(CheckNetworks, ReadsForwards) {
  const auto system = checked(
      "[network.n]\nuplink = true\n"
      "forward = [\"tcp:127.0.0.1:2222-:22\", \"udp:127.0.0.1:2222-10.0.2.254:65535\"]\n" +
      vm("a", {"network = \"n\""}));
  const auto& forwards = system.networks.at(0).forwards;
  ASSERT_EQ(forwards.size(), 2U);
  EXPECT_FALSE(forwards[0].udp);
  EXPECT_EQ(forwards[0].host_port, 2222U);
  EXPECT_EQ(forwards[0].guest_port, 22U);
  EXPECT_TRUE(forwards[0].guest_address.empty());
  EXPECT_TRUE(forwards[1].udp);
  EXPECT_EQ(forwards[1].guest_address, "10.0.2.254");
}

TEST(CheckVirtio, FillsInDefaults) {
  const auto system = checked("[network.n]\n" + vm("a", {"network = \"n\"", "kind = \"vsock\""}));
  const CheckedVirtio& network = system.vms.at(0).virtio.at(0);
  EXPECT_EQ(network.transport, config::VirtioTransport::pci);
  EXPECT_EQ(network.queue_size, 256U);
  EXPECT_EQ(network.queues, 1U);
  EXPECT_TRUE(network.packed && network.offloads);
  EXPECT_TRUE(is_station(network.mac));
  EXPECT_EQ(network.rate_bits_per_second, 0U);
  EXPECT_EQ(network.burst_bytes, 0U);
  EXPECT_EQ(system.vms.at(0).virtio.at(1).context_id, 3U);
}

TEST(CheckVirtio, TheBurstFollowsFromTheRate) {
  const auto system = checked("[network.n]\n" + vm("a", {"network = \"n\"\nrate = \"1Gbit\"",
                                                         "network = \"n\"\nrate = \"1kbit\""}));
  EXPECT_EQ(system.vms.at(0).virtio.at(0).burst_bytes, 1'250'000U);
  EXPECT_EQ(system.vms.at(0).virtio.at(1).burst_bytes, 96U << 10);
}

TEST(CheckVirtio, AddressesDoNotDependOnOtherVms) {
  const auto alone = checked("[network.n]\n" + vm("b", {"network = \"n\""}));
  const auto second =
      checked("[network.n]\n" + vm("a", {"network = \"n\""}) + vm("b", {"network = \"n\""}));
  EXPECT_EQ(alone.vms.at(0).virtio.at(0).mac, second.vms.at(1).virtio.at(0).mac);
  EXPECT_NE(second.vms.at(0).virtio.at(0).mac, second.vms.at(1).virtio.at(0).mac);
}

TEST(CheckVirtio, AGivenAddressIsNotDerivedAgain) {
  const Mac taken =
      checked("[network.n]\n" + vm("a", {"network = \"n\""})).vms.at(0).virtio.at(0).mac;
  const auto system = checked("[network.n]\n" + vm("a", {"network = \"n\""}) +
                              vm("b", {"network = \"n\"\nmac = \"" + format_mac(taken) + "\""}));
  EXPECT_EQ(system.vms.at(1).virtio.at(0).mac, taken);
  EXPECT_NE(system.vms.at(0).virtio.at(0).mac, taken);
}

TEST(CheckVirtio, ContextIdsGoRoundThoseThatAreGiven) {
  const auto system =
      checked(vm("a", {"kind = \"vsock\""}) + vm("b", {"kind = \"vsock\"\ncid = 3"}) +
              vm("c", {"kind = \"vsock\""}));
  EXPECT_EQ(system.vms.at(0).virtio.at(0).context_id, 4U);
  EXPECT_EQ(system.vms.at(1).virtio.at(0).context_id, 3U);
  EXPECT_EQ(system.vms.at(2).virtio.at(0).context_id, 5U);
}

TEST(CheckVirtio, PlacesCountForEachTransport) {
  const std::string mmio = "kind = \"console\"\ntransport = \"mmio\"";
  const auto system = checked(vm("a", {"kind = \"rng\"", mmio, "kind = \"console\"", mmio}));
  const CheckedVm& a = system.vms.at(0);
  EXPECT_EQ(virtio_place(a, 0), 1U);
  EXPECT_EQ(virtio_place(a, 1), 0U);
  EXPECT_EQ(virtio_place(a, 2), 2U);
  EXPECT_EQ(virtio_place(a, 3), 1U);
}

TEST(CheckVirtio, AVirtioConsoleComesFirstAndTakesThePlaceOfTheUart) {
  const auto system = checked(
      "[vm.a]\nkernel = \"Image\"\nconsole = \"virtio\"\n"
      "[[vm.a.device]]\nkind = \"console\"\n");
  const CheckedVm& a = system.vms.at(0);
  EXPECT_FALSE(a.pl011);
  ASSERT_EQ(a.virtio.size(), 2U);
  EXPECT_EQ(a.virtio[0].name, "hvc0");
  EXPECT_EQ(a.virtio[1].name, "hvc1");
}

TEST(IoPlan, CountsWhatIsUsed) {
  const auto system = checked(
      "[disk.d]\nfile = \"disk.raw\"\n[disk.unused]\nmemory = \"1M\"\n"
      "[network.n]\nuplink = true\n" +
      vm("a", {"disk = \"d\"\npartition = 1", "network = \"n\"", "kind = \"rng\""}) +
      vm("b", {"disk = \"d\"\npartition = 2", "kind = \"rng\"", "kind = \"vsock\""}));
  const IoPlan plan = plan_io(system);
  EXPECT_EQ(plan.disks, std::vector<std::size_t>{0});
  EXPECT_EQ(plan.driver_count(), 3U);
  EXPECT_EQ(plan.pd_count(), 6U) << "with the disk's supervisor";
  // Two clients of 4 MiB, an uplink's 2 MiB and three drivers', rounded up to 2 MiB.
  EXPECT_EQ(device_memory(system), 12U << 20);
}

}  // namespace
}  // namespace serai::tool
