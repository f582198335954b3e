// SPDX-License-Identifier: BSD-2-Clause
//
// A driver that is hostile to every VirtIO device of its VM at every register, queue and byte of
// configuration, in rounds; after each round a driver that behaves finds whether every device still
// does what it is for. The command line may say `hostile.seed=N` and `hostile.accesses=N`.
#include <array>
#include <optional>
#include <string_view>

#include "base/static_vector.hpp"
#include "hostile/honest.hpp"
#include "hostile/hostile.hpp"
#include "hostile/machine.hpp"
#include "hostile/random.hpp"
#include "hostile/transport.hpp"
#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"

namespace {

using namespace probe;
using namespace probe::virtio;

constexpr unsigned rounds = 10;
constexpr std::uint64_t default_accesses = 100'000;
constexpr std::uint64_t default_seed = 1;
constexpr std::size_t most_devices = 16;

using Devices = serai::StaticVector<Transport, most_devices>;

constinit Devices devices;

/// The number behind `key` in the device tree that the guest was given, or `otherwise`.
std::uint64_t setting(std::string_view key, std::uint64_t otherwise) {
  constexpr std::uint32_t most_bytes = 0x10'0000;
  if (device_tree() == 0) {
    return otherwise;
  }
  const auto* const tree = reinterpret_cast<const char*>(device_tree());
  const std::uint32_t size = __builtin_bswap32(read32(device_tree() + 4));
  const std::string_view text(tree, size < most_bytes ? size : most_bytes);
  const std::size_t at = text.find(key);
  if (at == std::string_view::npos) {
    return otherwise;
  }
  std::uint64_t value = 0;
  for (std::size_t i = at + key.size(); i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
  }
  return value;
}

void add(const Transport& device) {
  if (device.kind() != 0) {
    static_cast<void>(devices.push_back(device));
  }
}

/// Whether anything answers at an address.
bool is_claimed(std::uint64_t address) {
  expect_trap();
  static_cast<void>(load(address, 4));
  return !take_trap().taken;
}

void find_devices() {
  for (unsigned slot = 1; slot < 32 && is_claimed(ecam); ++slot) {
    add(Transport::pci(slot));
  }
  for (unsigned number = 0; number < mmio_places; ++number) {
    if (is_claimed(mmio_devices + number * mmio_stride)) {
      add(Transport::mmio(number));
    }
  }
}

/// What came at the GIC is taken, so that its list registers see traffic as well.
void take_interrupts() {
  constexpr std::uint32_t intid_mask = 0x3ff;
  const std::uint32_t acknowledged = read32(gic::gicc_iar);
  if ((acknowledged & intid_mask) != gic::spurious) {
    write32(gic::gicc_eoir, acknowledged);
  }
}

void be_hostile(Random& random, std::uint64_t until) {
  std::array<std::optional<HostileDriver>, most_devices> drivers;
  for (unsigned i = 0; i < devices.size(); ++i) {
    drivers[i].emplace(devices[i], i);
    gic::enable(devices[i].intid());
  }
  // What a transport refuses is an abort for the guest.
  expect_trap();
  while (accesses() < until) {
    drivers[random.below(static_cast<std::uint32_t>(devices.size()))]->act(random);
    if (random.one_in(32)) {
      poke_shared(random);
    }
    if (random.one_in(16)) {
      take_interrupts();
    }
  }
  static_cast<void>(take_trap());
}

Problem use(const Transport& device) {
  switch (device.kind()) {
    case kind::block:
      return use_block(device);
    case kind::console:
      return use_console(device);
    case kind::entropy:
      return use_entropy(device);
    case kind::socket:
      return use_socket(device);
    case kind::network:
      for (const Transport& other : devices) {
        if (other.kind() == kind::network && other.intid() != device.intid()) {
          return use_network(device, other);
        }
      }
      return "there is no other network device";
    default:
      return "a device that this probe does not know";
  }
}

/// Whether all devices work; the first that does not is told.
bool all_work(unsigned round) {
  // All together, since a device's BARs may lie over another's.
  for (const Transport& device : devices) {
    device.reset();
  }
  bool fine = true;
  for (const Transport& device : devices) {
    const Problem problem = use(device);
    if (!problem.empty()) {
      Line why;
      why << problem << " (kind " << device.kind() << ", INTID " << device.intid() << ", round "
          << round << ')';
      check("virtio.works", false, why.view());
      fine = false;
    }
  }
  return fine;
}

}  // namespace

void probe_main() {
  const std::uint64_t seed = setting("hostile.seed=", default_seed);
  const std::uint64_t total = setting("hostile.accesses=", default_accesses);
  gic::start();
  find_devices();
  check("virtio.devices", devices.size() > 0, "there are none");
  if (!all_work(0)) {
    return;
  }
  check("virtio.works at first", true, "");
  Random random(seed);
  for (unsigned round = 1; round <= rounds; ++round) {
    be_hostile(random, accesses() + total / rounds);
    if (!all_work(round)) {
      return;
    }
  }
  Line line;
  line << "seed " << seed << ", " << accesses() << " accesses to " << devices.size() << " devices";
  print_line(line.view());
  check("virtio.works after hostility", true, "");
}
