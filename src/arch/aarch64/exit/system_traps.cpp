// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/exit/system_traps.hpp"

#include <array>

#include "arch/aarch64/exit/inject.hpp"

namespace serai::aarch64 {
namespace {

/// What a register's functions may touch.
struct Place {
  VcpuPort& port;
  PhysicalTimerAccess* timer;
};

using Read = std::uint64_t (*)(Place&) noexcept;
using Write = void (*)(Place&, std::uint64_t value) noexcept;

std::uint64_t zero(Place&) noexcept {
  return 0;
}

void ignored(Place&, std::uint64_t) noexcept {}

template <SystemRegister reg>
std::uint64_t from_port(Place& place) noexcept {
  return place.port.read_system(reg);
}

template <SystemRegister reg>
void to_port(Place& place, std::uint64_t value) noexcept {
  place.port.write_system(reg, value);
}

template <TrappedTimerRegister reg>
std::uint64_t from_timer(Place& place) noexcept {
  return place.timer->read_timer(reg);
}

template <TrappedTimerRegister reg>
void to_timer(Place& place, std::uint64_t value) noexcept {
  place.timer->write_timer(reg, value);
}

/// OSLSR_EL1: OSLM says that there is an OS lock; OSLK that it is open.
std::uint64_t open_lock(Place&) noexcept {
  return bit(3);
}

/// One register, or several whose encodings differ only outside `mask`.
struct Row {
  std::string_view name;
  std::uint16_t value;
  std::uint16_t mask;
  Read read;    ///< null: reading is undefined
  Write write;  ///< null: writing is undefined
  bool needs_timer = false;
};

constexpr std::uint16_t exact = 0xffff;

constexpr std::uint16_t encoding(unsigned op0, unsigned op1, unsigned crn, unsigned crm,
                                 unsigned op2) noexcept {
  return SystemEncoding{.op0 = static_cast<std::uint8_t>(op0),
                        .op1 = static_cast<std::uint8_t>(op1),
                        .crn = static_cast<std::uint8_t>(crn),
                        .crm = static_cast<std::uint8_t>(crm),
                        .op2 = static_cast<std::uint8_t>(op2)}
      .packed();
}

template <SystemRegister reg>
constexpr Row held(std::string_view name, std::uint16_t value) noexcept {
  return {name, value, exact, from_port<reg>, to_port<reg>};
}

template <TrappedTimerRegister reg>
constexpr Row timed(std::string_view name, std::uint16_t value, Write write) noexcept {
  return {name, value, exact, from_timer<reg>, write, true};
}

constexpr Row quiet(std::string_view name, std::uint16_t value,
                    std::uint16_t mask = exact) noexcept {
  return {name, value, mask, zero, ignored};
}

constexpr Row constant(std::string_view name, std::uint16_t value) noexcept {
  return {name, value, exact, zero, nullptr};
}

constexpr Row swallowed(std::string_view name, std::uint16_t value) noexcept {
  return {name, value, exact, nullptr, ignored};
}

using enum SystemRegister;

constexpr std::uint16_t any_crm = static_cast<std::uint16_t>(~encoding(0, 0, 0, 15, 0));
constexpr std::uint16_t any_counter = static_cast<std::uint16_t>(~encoding(0, 0, 0, 3, 7));

constexpr auto rows = std::to_array<Row>({
    // Stage 1 and exceptions.
    held<sctlr_el1>("SCTLR_EL1", encoding(3, 0, 1, 0, 0)),
    Row{"ACTLR_EL1", encoding(3, 0, 1, 0, 1), exact, from_port<actlr_el1>, ignored},
    held<cpacr_el1>("CPACR_EL1", encoding(3, 0, 1, 0, 2)),
    held<ttbr0_el1>("TTBR0_EL1", encoding(3, 0, 2, 0, 0)),
    held<ttbr1_el1>("TTBR1_EL1", encoding(3, 0, 2, 0, 1)),
    held<tcr_el1>("TCR_EL1", encoding(3, 0, 2, 0, 2)),
    held<afsr0_el1>("AFSR0_EL1", encoding(3, 0, 5, 1, 0)),
    held<afsr1_el1>("AFSR1_EL1", encoding(3, 0, 5, 1, 1)),
    held<esr_el1>("ESR_EL1", encoding(3, 0, 5, 2, 0)),
    held<far_el1>("FAR_EL1", encoding(3, 0, 6, 0, 0)),
    held<mair_el1>("MAIR_EL1", encoding(3, 0, 10, 2, 0)),
    held<amair_el1>("AMAIR_EL1", encoding(3, 0, 10, 3, 0)),
    held<vbar_el1>("VBAR_EL1", encoding(3, 0, 12, 0, 0)),
    held<contextidr_el1>("CONTEXTIDR_EL1", encoding(3, 0, 13, 0, 1)),
    held<tpidr_el1>("TPIDR_EL1", encoding(3, 0, 13, 0, 4)),
    // The physical timer.
    timed<TrappedTimerRegister::count>("CNTPCT_EL0", encoding(3, 3, 14, 0, 1), nullptr),
    timed<TrappedTimerRegister::count>("CNTPCTSS_EL0", encoding(3, 3, 14, 0, 5), nullptr),
    timed<TrappedTimerRegister::timer>("CNTP_TVAL_EL0", encoding(3, 3, 14, 2, 0),
                                       to_timer<TrappedTimerRegister::timer>),
    timed<TrappedTimerRegister::control>("CNTP_CTL_EL0", encoding(3, 3, 14, 2, 1),
                                         to_timer<TrappedTimerRegister::control>),
    timed<TrappedTimerRegister::compare>("CNTP_CVAL_EL0", encoding(3, 3, 14, 2, 2),
                                         to_timer<TrappedTimerRegister::compare>),
    // Caches by set and way.
    swallowed("DC ISW", encoding(1, 0, 7, 6, 2)),
    swallowed("DC CSW", encoding(1, 0, 7, 10, 2)),
    swallowed("DC CISW", encoding(1, 0, 7, 14, 2)),
    // Debug.
    quiet("OSDTRRX_EL1", encoding(2, 0, 0, 0, 2)),
    quiet("MDCCINT_EL1", encoding(2, 0, 0, 2, 0)),
    quiet("MDSCR_EL1", encoding(2, 0, 0, 2, 2)),
    quiet("OSDTRTX_EL1", encoding(2, 0, 0, 3, 2)),
    quiet("OSECCR_EL1", encoding(2, 0, 0, 6, 2)),
    quiet("DBGBVR_EL1", encoding(2, 0, 0, 0, 4), any_crm),
    quiet("DBGBCR_EL1", encoding(2, 0, 0, 0, 5), any_crm),
    quiet("DBGWVR_EL1", encoding(2, 0, 0, 0, 6), any_crm),
    quiet("DBGWCR_EL1", encoding(2, 0, 0, 0, 7), any_crm),
    constant("MDRAR_EL1", encoding(2, 0, 1, 0, 0)),
    swallowed("OSLAR_EL1", encoding(2, 0, 1, 0, 4)),
    Row{"OSLSR_EL1", encoding(2, 0, 1, 1, 4), exact, open_lock, nullptr},
    quiet("OSDLR_EL1", encoding(2, 0, 1, 3, 4)),
    quiet("DBGPRCR_EL1", encoding(2, 0, 1, 4, 4)),
    quiet("DBGCLAIMSET_EL1", encoding(2, 0, 7, 8, 6)),
    quiet("DBGCLAIMCLR_EL1", encoding(2, 0, 7, 9, 6)),
    constant("DBGAUTHSTATUS_EL1", encoding(2, 0, 7, 14, 6)),
    constant("MDCCSR_EL0", encoding(2, 3, 0, 1, 0)),
    quiet("DBGDTR_EL0", encoding(2, 3, 0, 4, 0)),
    quiet("DBGDTRRX_EL0", encoding(2, 3, 0, 5, 0)),
    // Performance monitors.
    quiet("PMINTENSET_EL1", encoding(3, 0, 9, 14, 1)),
    quiet("PMINTENCLR_EL1", encoding(3, 0, 9, 14, 2)),
    constant("PMMIR_EL1", encoding(3, 0, 9, 14, 6)),
    quiet("PMCR_EL0", encoding(3, 3, 9, 12, 0)),
    quiet("PMCNTENSET_EL0", encoding(3, 3, 9, 12, 1)),
    quiet("PMCNTENCLR_EL0", encoding(3, 3, 9, 12, 2)),
    quiet("PMOVSCLR_EL0", encoding(3, 3, 9, 12, 3)),
    swallowed("PMSWINC_EL0", encoding(3, 3, 9, 12, 4)),
    quiet("PMSELR_EL0", encoding(3, 3, 9, 12, 5)),
    constant("PMCEID0_EL0", encoding(3, 3, 9, 12, 6)),
    constant("PMCEID1_EL0", encoding(3, 3, 9, 12, 7)),
    quiet("PMCCNTR_EL0", encoding(3, 3, 9, 13, 0)),
    quiet("PMXEVTYPER_EL0", encoding(3, 3, 9, 13, 1)),
    quiet("PMXEVCNTR_EL0", encoding(3, 3, 9, 13, 2)),
    quiet("PMUSERENR_EL0", encoding(3, 3, 9, 14, 0)),
    quiet("PMOVSSET_EL0", encoding(3, 3, 9, 14, 3)),
    quiet("PMEVCNTR_EL0", encoding(3, 3, 14, 8, 0), any_counter),
    quiet("PMEVTYPER_EL0", encoding(3, 3, 14, 12, 0), any_counter),
});

const Row* find(const SystemEncoding& wanted) noexcept {
  for (const Row& row : rows) {
    if ((wanted.packed() & row.mask) == row.value) {
      return &row;
    }
  }
  return nullptr;
}

}  // namespace

ExitAction SystemTraps::handle(Vcpu& vcpu, const SystemAccess& access) noexcept {
  Place place = {.port = vcpu.port(), .timer = timer_};
  const Row* const row = find(access.encoding);
  const bool exists = row != nullptr && (!row->needs_timer || timer_ != nullptr);
  if (exists && access.is_read && row->read != nullptr) {
    vcpu.set_x(access.rt, row->read(place));
    vcpu.skip_instruction();
  } else if (exists && !access.is_read && row->write != nullptr) {
    row->write(place, vcpu.x(access.rt));
    vcpu.skip_instruction();
  } else {
    inject_undefined(vcpu);
  }
  return ExitAction::resume;
}

std::string_view system_name(const SystemEncoding& encoding) noexcept {
  const Row* const row = find(encoding);
  return row != nullptr ? row->name : std::string_view();
}

}  // namespace serai::aarch64
