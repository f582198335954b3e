// SPDX-License-Identifier: BSD-2-Clause
//
// The interrupt controller under a hostile guest. The first byte chooses: a history of meaningful
// steps that is compared with a model, or raw accesses to the distributor between steps of devices
// and kernel, where no interrupt may be in two list registers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <span>

#include "support/vgic_driver.hpp"

namespace {

using serai::AccessSize;
using serai::test::FakeVcpuPort;
using serai::test::VgicDriver;

void require(bool holds) {
  if (!holds) {
    std::abort();
  }
}

/// Takes numbers from the fuzzer's bytes; zeros when they run out.
class Bytes {
 public:
  explicit Bytes(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  [[nodiscard]] bool empty() const { return bytes_.empty(); }

  template <class Number>
  Number take() {
    Number number{};
    const std::size_t count = bytes_.size() < sizeof number ? bytes_.size() : sizeof number;
    if (count != 0) {
      std::memcpy(&number, bytes_.data(), count);
      bytes_ = bytes_.subspan(count);
    }
    return number;
  }

 private:
  std::span<const std::uint8_t> bytes_;
};

void run_model(Bytes bytes) {
  VgicDriver driver(1 + bytes.take<std::uint8_t>() % 5);
  while (!bytes.empty()) {
    const auto action =
        static_cast<VgicDriver::Action>(bytes.take<std::uint8_t>() % VgicDriver::action_count);
    const auto which = bytes.take<std::uint8_t>();
    driver.step(action, which, bytes.take<std::uint8_t>());
    require(driver.violation().empty());
  }
  driver.finish();
  require(driver.violation().empty());
}

class RawGuest {
 public:
  explicit RawGuest(std::size_t list_registers) : port_(list_registers), vgic_(port_) {}

  void step(Bytes& bytes) {
    constexpr std::uint8_t kinds = 8;
    switch (bytes.take<std::uint8_t>() % kinds) {
      case 0:
        access(bytes, true);
        break;
      case 1:
      case 2:
        access(bytes, false);
        break;
      case 3:
        vgic_.set_level(bytes.take<std::uint16_t>(), (bytes.take<std::uint8_t>() & 1) != 0);
        vgic_.sync(serai::aarch64::VcpuIs::running);
        break;
      case 4:
        last_ = port_.guest_acknowledges();
        break;
      case 5:
        if (const auto index = port_.guest_ends(last_)) {
          vgic_.maintenance(*index);
        }
        break;
      case 6:
        port_.switched_out();
        break;
      default:
        vgic_.reset();
        break;
    }
    check();
  }

 private:
  void access(Bytes& bytes, bool is_read) {
    const std::uint64_t offset = bytes.take<std::uint16_t>() % 0x1100;
    const auto size = static_cast<AccessSize>(1U << (bytes.take<std::uint8_t>() % 4));
    if (is_read) {
      const auto value = vgic_.read(offset, size);
      require(!value || serai::truncate(*value, size) == *value);
    } else {
      const auto value = serai::truncate(bytes.take<std::uint64_t>(), size);
      static_cast<void>(vgic_.write(offset, size, value));
    }
    vgic_.sync(serai::aarch64::VcpuIs::stopped);
  }

  void check() {
    const auto registers = port_.list_registers();
    for (const auto& one : registers) {
      const bool ours = one.state != FakeVcpuPort::State::invalid &&
                        one.intid != serai::aarch64::ListRegisters::retired_intid;
      require(!ours || port_.copies_of(one.intid) == 1);
    }
    port_.injections.clear();
  }

  FakeVcpuPort port_;
  serai::aarch64::Vgic vgic_;
  std::uint32_t last_ = 0;
};

void run_raw(Bytes bytes) {
  RawGuest guest(bytes.take<std::uint8_t>() % 6);
  while (!bytes.empty()) {
    guest.step(bytes);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t longest = 4096;
  Bytes bytes(std::span(data, size < longest ? size : longest));
  if ((bytes.take<std::uint8_t>() & 1) != 0) {
    run_model(bytes);
  } else {
    run_raw(bytes);
  }
  return 0;
}
