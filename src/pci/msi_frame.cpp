// SPDX-License-Identifier: BSD-2-Clause
#include "pci/msi_frame.hpp"

#include <array>

#include "core/register_access.hpp"
#include "core/register_map.hpp"

namespace serai::pci {
namespace {

constexpr std::uint32_t typer_offset = 0x008;
constexpr std::uint32_t setspi_ns_offset = 0x040;
constexpr std::uint32_t iidr_offset = 0xfcc;

// No implementer, product "S": a value for which no guest has a workaround.
constexpr std::uint32_t iidr_value = 0x053U << 20;

}  // namespace

/// Reads and writes of the single registers.
struct MsiFrameRegisters {
  static std::uint32_t read_typer(MsiFrame& frame, std::uint32_t) noexcept {
    return frame.first_intid_ << 16 | frame.count_;
  }

  static void write_setspi(MsiFrame& frame, std::uint32_t, std::uint32_t value) noexcept {
    frame.set_spi(value);
  }

  static std::uint32_t read_iidr(MsiFrame&, std::uint32_t) noexcept { return iidr_value; }

  static consteval auto table() {
    constexpr WidthMask any = 1 | 2 | 4;
    return make_register_map<MsiFrame, MsiFrame::window_bytes>(std::to_array<Register<MsiFrame>>({
        {"MSI_TYPER", typer_offset, 1, read_typer, nullptr, any},
        {"MSI_SETSPI_NS", setspi_ns_offset, 1, nullptr, write_setspi, any},
        {"MSI_IIDR", iidr_offset, 1, read_iidr, nullptr, any},
    }));
  }
};

namespace {

constexpr auto registers = MsiFrameRegisters::table();

}  // namespace

MsiFrame::MsiFrame(GuestAddress address, std::uint32_t first_intid, std::uint32_t count,
                   InterruptController& interrupts) noexcept
    : doorbell_(address.value() + setspi_ns_offset),
      first_intid_(first_intid),
      count_(count),
      interrupts_(interrupts) {}

Result<std::uint64_t> MsiFrame::read(std::uint64_t offset, AccessSize size) noexcept {
  return read_register(registers, *this, offset, size);
}

Result<void> MsiFrame::write(std::uint64_t offset, AccessSize size, std::uint64_t value) noexcept {
  return write_register(registers, *this, offset, size, value);
}

void MsiFrame::send(std::uint64_t address, std::uint32_t data) noexcept {
  if (address == doorbell_) {
    set_spi(data);
  }
}

void MsiFrame::set_spi(std::uint32_t intid) noexcept {
  if (intid - first_intid_ >= count_) {
    return;
  }
  // The guest configures these as edge-triggered: the rise is what counts.
  interrupts_.set_level(intid, true);
  interrupts_.set_level(intid, false);
}

}  // namespace serai::pci
