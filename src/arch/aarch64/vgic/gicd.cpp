// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/vgic/gicd.hpp"

#include <array>

#include "arch/aarch64/vgic/gicd_config_bits.hpp"
#include "base/bits.hpp"
#include "core/register_map.hpp"

namespace serai::aarch64::gicd {
namespace {

using Entry = Register<Distributor>;

constexpr std::uint32_t words = Distributor::word_count;
constexpr std::uint32_t quads = Distributor::intid_count / 4;
/// GICD_IPRIORITYR and GICD_ITARGETSR have room for 1020 interrupts.
constexpr std::uint32_t most_quads = 255;
constexpr WidthMask word_only = 4;
constexpr WidthMask word_or_byte = 4 | 1;

// GICD_TYPER: interrupts in units of 32, less one; vCPUs, less one; no Security Extensions.
constexpr std::uint32_t typer = words - 1;
// GICD_IIDR: product 'S', variant 0, revision 1, Arm's JEP106 code.
constexpr std::uint32_t iidr = 0x5300143b;

// ICPIDR4 to 7, ICPIDR0 to 3, ICCIDR0 to 3: a GICv2 (ICPIDR2 bits 7:4) with GIC-400's numbers.
constexpr std::array<std::uint8_t, 12> identification = {0x04, 0x00, 0x00, 0x00, 0x90, 0xb4,
                                                         0x2b, 0x00, 0x0d, 0xf0, 0x05, 0xb1};

std::uint32_t read_typer(Distributor& /*d*/, std::uint32_t /*index*/) noexcept {
  return typer;
}

std::uint32_t read_iidr(Distributor& /*d*/, std::uint32_t /*index*/) noexcept {
  return iidr;
}

std::uint32_t read_identification(Distributor& /*d*/, std::uint32_t index) noexcept {
  return identification[index];
}

std::uint32_t read_control(Distributor& d, std::uint32_t /*index*/) noexcept {
  return d.control();
}

void write_control(Distributor& d, std::uint32_t /*index*/, std::uint32_t value) noexcept {
  d.set_control(value);
}

std::uint32_t read_group(Distributor& d, std::uint32_t index) noexcept {
  return d.word(index).group1;
}

void write_group(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.set_group1(index, value);
}

std::uint32_t read_enabled(Distributor& d, std::uint32_t index) noexcept {
  return d.word(index).enabled;
}

void write_set_enabled(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.enable(index, value);
}

void write_clear_enabled(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.disable(index, value);
}

std::uint32_t read_pending(Distributor& d, std::uint32_t index) noexcept {
  return d.pending(index);
}

void write_set_pending(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.set_pending(index, value);
}

void write_clear_pending(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.clear_pending(index, value);
}

std::uint32_t read_active(Distributor& d, std::uint32_t index) noexcept {
  return d.active(index);
}

void write_set_active(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.set_active(index, value);
}

void write_clear_active(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.clear_active(index, value);
}

std::uint32_t read_priorities(Distributor& d, std::uint32_t index) noexcept {
  return d.priorities(index);
}

void write_priorities(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.set_priorities(index, value);
}

std::uint32_t read_targets(Distributor& d, std::uint32_t index) noexcept {
  return d.targets(index);
}

void write_targets(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.set_targets(index, value);
}

std::uint32_t read_config(Distributor& d, std::uint32_t index) noexcept {
  return edge_fields(static_cast<std::uint16_t>(d.word(index / 2).edge >> (16 * (index % 2))));
}

void write_config(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  const std::uint32_t edge = d.word(index / 2).edge;
  d.set_edge(index / 2,
             static_cast<std::uint32_t>(deposit(edge, 16 * (index % 2), 16, edge_bits(value))));
}

void write_generate_sgi(Distributor& d, std::uint32_t /*index*/, std::uint32_t value) noexcept {
  constexpr std::uint32_t self = 0;
  constexpr std::uint32_t self_mask = 1;
  const auto filter = extract(value, 24, 2);
  const auto list = extract(value, 16, 8);
  // Filter 1 means all other vCPUs, of which there are none; 3 is reserved.
  const bool to_self = filter == 2 || (filter == 0 && (list & self_mask) != 0);
  if (to_self) {
    d.send_sgi(value & 0xf, self);
  }
}

std::uint32_t read_sgi_sources(Distributor& d, std::uint32_t index) noexcept {
  return d.sgi_sources(index);
}

void write_clear_sgi_sources(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.clear_sgi_sources(index, value);
}

void write_set_sgi_sources(Distributor& d, std::uint32_t index, std::uint32_t value) noexcept {
  d.set_sgi_sources(index, value);
}

constexpr std::array table = {
    Entry{"GICD_CTLR", 0x000, 1, read_control, write_control},
    Entry{"GICD_TYPER", 0x004, 1, read_typer},
    Entry{"GICD_IIDR", 0x008, 1, read_iidr},
    Entry{"GICD_IGROUPR", 0x080, words, read_group, write_group},
    Entry{"GICD_ISENABLER", 0x100, words, read_enabled, write_set_enabled},
    Entry{"GICD_ICENABLER", 0x180, words, read_enabled, write_clear_enabled},
    Entry{"GICD_ISPENDR", 0x200, words, read_pending, write_set_pending},
    Entry{"GICD_ICPENDR", 0x280, words, read_pending, write_clear_pending},
    Entry{"GICD_ISACTIVER", 0x300, words, read_active, write_set_active},
    Entry{"GICD_ICACTIVER", 0x380, words, read_active, write_clear_active},
    Entry{"GICD_IPRIORITYR", 0x400, quads, read_priorities, write_priorities, word_or_byte},
    Entry{"GICD_IPRIORITYR (reserved)", 0x400 + 4 * quads, most_quads - quads, nullptr, nullptr,
          word_or_byte},
    Entry{"GICD_ITARGETSR", 0x800, quads, read_targets, write_targets, word_or_byte},
    Entry{"GICD_ITARGETSR (reserved)", 0x800 + 4 * quads, most_quads - quads, nullptr, nullptr,
          word_or_byte},
    Entry{"GICD_ICFGR", 0xc00, 2 * words, read_config, write_config},
    Entry{"GICD_SGIR", 0xf00, 1, nullptr, write_generate_sgi},
    Entry{"GICD_CPENDSGIR", 0xf10, 4, read_sgi_sources, write_clear_sgi_sources, word_or_byte,
          NarrowWrite::clears_rest},
    Entry{"GICD_SPENDSGIR", 0xf20, 4, read_sgi_sources, write_set_sgi_sources, word_or_byte,
          NarrowWrite::clears_rest},
    Entry{"Identification", 0xfd0, 12, read_identification},
};

constexpr auto map = make_register_map<Distributor, page_bytes>(table);

std::uint32_t index_of(const Entry& entry, std::uint64_t offset) noexcept {
  return static_cast<std::uint32_t>(offset - entry.offset) / 4;
}

/// Why an access to a register (null where there is none) has no meaning, if so.
Result<void> check(const Entry* entry, std::uint64_t offset, AccessSize size) noexcept {
  const WidthMask widths = entry == nullptr ? word_only : entry->widths;
  if ((widths & bytes_of(size)) == 0) {
    return fail(Error::unsupported);
  }
  if (!is_aligned(offset, bytes_of(size))) {
    return fail(Error::misaligned);
  }
  return {};
}

[[gnu::noinline]] Result<std::uint64_t> read_oddly(Distributor& distributor, std::uint64_t offset,
                                                   AccessSize size) noexcept {
  if (offset >= page_bytes) {
    return 0;
  }
  const Entry* const entry = map.find(offset);
  if (const auto checked = check(entry, offset, size); !checked) {
    return fail(checked.error());
  }
  if (entry == nullptr || entry->read == nullptr) {
    return 0;
  }
  const std::uint32_t word = entry->read(distributor, index_of(*entry, offset));
  return truncate(word >> (8 * (offset % 4)), size);
}

[[gnu::noinline]] Result<void> write_oddly(Distributor& distributor, std::uint64_t offset,
                                           AccessSize size, std::uint64_t value) noexcept {
  if (offset >= page_bytes) {
    return {};
  }
  const Entry* const entry = map.find(offset);
  if (const auto checked = check(entry, offset, size); !checked) {
    return checked;
  }
  if (entry == nullptr || entry->write == nullptr) {
    return {};
  }
  const std::uint32_t index = index_of(*entry, offset);
  const bool keep = entry->narrow_write == NarrowWrite::keeps_rest && entry->read != nullptr;
  const std::uint64_t rest = keep ? entry->read(distributor, index) : 0;
  const auto lsb = static_cast<unsigned>(8 * (offset % 4));
  entry->write(distributor, index,
               static_cast<std::uint32_t>(deposit(rest, lsb, bits_of(size), value)));
  return {};
}

/// Whether the access is one that every register has: those come often, and share no code with the
/// others that would make them slower.
bool is_plain(std::uint64_t offset, AccessSize size) noexcept {
  return offset < page_bytes && size == AccessSize::word && offset % 4 == 0;
}

}  // namespace

std::uint32_t read_word(Distributor& distributor, std::uint64_t offset) noexcept {
  const Entry* const entry = map.find(offset);
  return entry != nullptr && entry->read != nullptr
             ? entry->read(distributor, index_of(*entry, offset))
             : 0;
}

void write_word(Distributor& distributor, std::uint64_t offset, std::uint32_t value) noexcept {
  const Entry* const entry = map.find(offset);
  if (entry != nullptr && entry->write != nullptr) {
    entry->write(distributor, index_of(*entry, offset), value);
  }
}

Result<std::uint64_t> read(Distributor& distributor, std::uint64_t offset,
                           AccessSize size) noexcept {
  if (is_plain(offset, size)) [[likely]] {
    return read_word(distributor, offset);
  }
  return read_oddly(distributor, offset, size);
}

Result<void> write(Distributor& distributor, std::uint64_t offset, AccessSize size,
                   std::uint64_t value) noexcept {
  if (is_plain(offset, size)) [[likely]] {
    write_word(distributor, offset, static_cast<std::uint32_t>(value));
    return {};
  }
  return write_oddly(distributor, offset, size, value);
}

}  // namespace serai::aarch64::gicd
