// SPDX-License-Identifier: BSD-2-Clause
#include "drivers/virtio/board_device.hpp"

#include <algorithm>

namespace serai::drivers {
namespace {

// How often a register is looked at before the device counts as broken.
constexpr unsigned most_looks = 100'000;
constexpr unsigned most_config_tries = 16;
constexpr unsigned most_interrupt_rounds = 8;
constexpr unsigned word_bits = 32;

constexpr std::uint16_t largest_power_of_two_in(std::uint32_t value) noexcept {
  std::uint32_t power = 1;
  while (power <= value / 2) {
    power *= 2;
  }
  return static_cast<std::uint16_t>(power);
}

}  // namespace

Result<void> BoardDevice::begin(DeviceType type) noexcept {
  if (registers_.read(reg::magic_value) != magic ||
      registers_.read(reg::device_id) != static_cast<std::uint32_t>(type)) {
    return fail(Error::not_found);
  }
  if (registers_.read(reg::version) != modern_version) {
    return fail(Error::unsupported);
  }
  if (const auto done = reset(); !done.has_value()) {
    return done;
  }
  write_status(status::acknowledge);
  write_status(status::driver);
  return {};
}

Result<void> BoardDevice::reset() noexcept {
  registers_.write(reg::status, 0);
  for (unsigned look = 0; look < most_looks; ++look) {
    if (registers_.read(reg::status) == 0) {
      return {};
    }
  }
  return fail(Error::bad_value);
}

void BoardDevice::write_status(std::uint32_t add) noexcept {
  registers_.write(reg::status, registers_.read(reg::status) | add);
}

std::uint64_t BoardDevice::offered() noexcept {
  registers_.write(reg::device_features_sel, 1);
  const std::uint64_t high = registers_.read(reg::device_features);
  registers_.write(reg::device_features_sel, 0);
  return high << word_bits | registers_.read(reg::device_features);
}

Result<std::uint64_t> BoardDevice::negotiate(std::uint64_t wanted) noexcept {
  constexpr std::uint64_t always = feature::version_1 | feature::access_platform;
  const std::uint64_t accepted = offered() & (wanted | always);
  if ((accepted & feature::version_1) == 0) {
    return fail(Error::unsupported);
  }
  registers_.write(reg::driver_features_sel, 0);
  registers_.write(reg::driver_features, static_cast<std::uint32_t>(accepted));
  registers_.write(reg::driver_features_sel, 1);
  registers_.write(reg::driver_features, static_cast<std::uint32_t>(accepted >> word_bits));
  write_status(status::features_ok);
  if ((registers_.read(reg::status) & status::features_ok) == 0) {
    return fail(Error::unsupported);
  }
  return accepted;
}

std::uint16_t BoardDevice::queue_size(std::uint16_t index, std::uint16_t most) noexcept {
  registers_.write(reg::queue_sel, index);
  const std::uint32_t size = std::min<std::uint32_t>(registers_.read(reg::queue_num_max), most);
  return size == 0 ? std::uint16_t{0} : largest_power_of_two_in(size);
}

Result<void> BoardDevice::enable(std::uint16_t index, const QueueAddresses& addresses) noexcept {
  registers_.write(reg::queue_sel, index);
  if (registers_.read(reg::queue_ready) != 0) {
    return fail(Error::bad_value);
  }
  registers_.write(reg::queue_num, addresses.size);
  write_address(reg::queue_desc_low, addresses.descriptors);
  write_address(reg::queue_driver_low, addresses.available);
  write_address(reg::queue_device_low, addresses.used);
  registers_.write(reg::queue_ready, 1);
  return {};
}

void BoardDevice::write_address(std::uint32_t low_register, std::uint64_t address) noexcept {
  registers_.write(low_register, static_cast<std::uint32_t>(address));
  registers_.write(low_register + sizeof(std::uint32_t),
                   static_cast<std::uint32_t>(address >> word_bits));
}

void BoardDevice::finish() noexcept {
  write_status(status::driver_ok);
}

void BoardDevice::give_up() noexcept {
  write_status(status::failed);
}

std::uint32_t BoardDevice::take_interrupts() noexcept {
  std::uint32_t all = 0;
  // An edge comes only once every reason is withdrawn, and a second may come beside the first.
  for (unsigned round = 0; round < most_interrupt_rounds; ++round) {
    const std::uint32_t reasons = registers_.read(reg::interrupt_status);
    if (reasons == 0) {
      break;
    }
    registers_.write(reg::interrupt_ack, reasons);
    all |= reasons;
  }
  return all;
}

bool BoardDevice::needs_reset() noexcept {
  return (registers_.read(reg::status) & status::device_needs_reset) != 0;
}

std::uint8_t BoardDevice::config8(std::uint32_t offset) noexcept {
  return static_cast<std::uint8_t>(registers_.read_config(offset, sizeof(std::uint8_t)));
}

std::uint16_t BoardDevice::config16(std::uint32_t offset) noexcept {
  return static_cast<std::uint16_t>(registers_.read_config(offset, sizeof(std::uint16_t)));
}

std::uint32_t BoardDevice::config32(std::uint32_t offset) noexcept {
  return registers_.read_config(offset, sizeof(std::uint32_t));
}

std::uint64_t BoardDevice::config64(std::uint32_t offset) noexcept {
  std::uint64_t value = 0;
  for (unsigned attempt = 0; attempt < most_config_tries; ++attempt) {
    const std::uint32_t before = registers_.read(reg::config_generation);
    const std::uint64_t high = config32(offset + sizeof(std::uint32_t));
    value = high << word_bits | config32(offset);
    if (registers_.read(reg::config_generation) == before) {
      break;
    }
  }
  return value;
}

}  // namespace serai::drivers
