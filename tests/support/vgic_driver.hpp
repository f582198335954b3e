// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "arch/aarch64/vgic/vgic.hpp"
#include "support/fake_vcpu_port.hpp"

namespace serai::test {

/// Plays guest, devices and kernel against a Vgic, and compares what reaches the list registers
/// with a plain model of GICv2: one struct for each interrupt, no bit words, no summaries. For
/// property tests and for the fuzzer.
class VgicDriver {
 public:
  static constexpr std::array<std::uint32_t, 12> intids = {0,  1,  15, 27, 32,  33,
                                                           34, 35, 36, 64, 100, 287};

  enum class Action : std::uint8_t {
    raise,
    lower,
    enable,
    disable,
    distributor_on,
    distributor_off,
    priority,
    send_sgi,
    acknowledge,
    end,
    receive_event,
    clear_pending,
    clear_active,
    set_pending,
    switch_out,
  };
  static constexpr std::uint8_t action_count = 15;

  explicit VgicDriver(std::size_t list_registers) : port_(list_registers), vgic_(port_) {
    for (const std::uint32_t intid : intids) {
      Interrupt& interrupt = model_[intid];
      interrupt.sgi = intid < 16;
      interrupt.enabled = interrupt.sgi;
      interrupt.edge = interrupt.sgi || (intid >= 32 && intid % 2 == 0);
      if (interrupt.edge && !interrupt.sgi) {
        const std::uint64_t offset = 0xc00 + intid / 16 * 4;
        const auto value = vgic_.read(offset, AccessSize::word);
        store(offset,
              static_cast<std::uint32_t>(*value) | (std::uint32_t{2} << (2 * (intid % 16))));
      }
    }
    list_registers_ = list_registers;
  }

  /// The first promise that was broken, or nothing.
  [[nodiscard]] const std::string& violation() const { return violation_; }

  void step(Action action, std::uint8_t which, std::uint8_t argument) {
    const std::uint32_t intid = intids.at(which % intids.size());
    switch (action) {
      case Action::raise:
        return set_level(intid, true);
      case Action::lower:
        return set_level(intid, false);
      case Action::enable:
        return set_enabled(intid, true);
      case Action::disable:
        return set_enabled(intid, false);
      case Action::distributor_on:
        return set_distributor(true);
      case Action::distributor_off:
        return set_distributor(false);
      case Action::priority:
        return set_priority(intid, argument);
      case Action::send_sgi:
        return send_sgi(which % 2 == 0 ? 0 : 15);
      case Action::acknowledge:
        return acknowledge();
      case Action::end:
        return end();
      case Action::receive_event:
        return receive_event();
      case Action::clear_pending:
        return clear_pending(intid);
      case Action::clear_active:
        return clear_active(intid);
      case Action::set_pending:
        return set_pending(intid);
      case Action::switch_out:
        return port_.switched_out();
    }
  }

  /// Lets everything through and serves it: afterwards nothing may be left or ever have been lost.
  void finish() {
    receive_event();
    set_distributor(true);
    for (const std::uint32_t intid : intids) {
      set_priority(intid, 0x80);
      set_enabled(intid, true);
    }
    constexpr int most_turns = 1000;
    for (int turn = 0; turn < most_turns && violation_.empty(); ++turn) {
      while (!active_.empty()) {
        end();
        receive_event();
      }
      if (!port_.guest_is_interrupted()) {
        break;
      }
      acknowledge();
      set_level(active_.back(), false);
    }
    for (const auto& [intid, interrupt] : model_) {
      expect(!interrupt.owed, "an event was lost", intid);
      expect(interrupt.edge || !interrupt.line, "a high wire was never served", intid);
    }
    expect(!vgic_.wakes(), "something waits although all is served", 0);
  }

 private:
  struct Interrupt {
    bool sgi = false;
    bool edge = false;
    bool enabled = false;
    bool line = false;
    bool latched = false;  ///< pending whatever the wire says
    bool owed = false;     ///< an event that the guest has not acknowledged since
    std::uint8_t priority = 0;
    std::optional<std::uint8_t> place;  ///< its list register, until the VMM knows of its end
    bool by_latch = false;              ///< was handed over for an event, not for its wire
    bool kept = false;                  ///< the kernel refused to give it back

    [[nodiscard]] bool pending() const { return latched || (line && !edge); }
  };

  void expect(bool holds, const std::string& what, std::uint32_t intid) {
    if (!holds && violation_.empty()) {
      violation_ = what + ": " + std::to_string(intid);
    }
  }

  [[nodiscard]] bool allowed(const Interrupt& interrupt) const {
    constexpr std::uint8_t silent = 0xf8;
    return on_ && interrupt.enabled && interrupt.priority < silent;
  }

  void store(std::uint64_t offset, std::uint32_t value, AccessSize size = AccessSize::word) {
    expect(vgic_.write(offset, size, value).has_value(), "a write was refused",
           static_cast<std::uint32_t>(offset));
    sync(aarch64::VcpuIs::stopped);
  }

  void set_bit(std::uint64_t bank, std::uint32_t intid) {
    store(bank + intid / 32 * 4, std::uint32_t{1} << (intid % 32));
  }

  void set_level(std::uint32_t intid, bool high) {
    Interrupt& interrupt = model_[intid];
    if (!interrupt.sgi) {
      if (high && !interrupt.line && interrupt.edge) {
        interrupt.latched = interrupt.owed = true;
      }
      interrupt.line = high;
    }
    vgic_.set_level(intid, high);
    // Devices do not wait for the vCPU.
    sync(aarch64::VcpuIs::running);
  }

  void set_enabled(std::uint32_t intid, bool enabled) {
    receive_event();
    model_[intid].enabled = enabled || model_[intid].sgi;
    set_bit(enabled ? 0x100 : 0x180, intid);
  }

  void set_distributor(bool on) {
    receive_event();
    on_ = on;
    store(0, on ? 1 : 0);
  }

  void set_priority(std::uint32_t intid, std::uint8_t priority) {
    receive_event();
    model_[intid].priority = priority & 0xf8;
    store(0x400 + intid, priority, AccessSize::byte);
  }

  void send_sgi(std::uint32_t intid) {
    receive_event();
    model_[intid].latched = model_[intid].owed = true;
    store(0xf00, 2U << 24 | intid);
  }

  void set_pending(std::uint32_t intid) {
    receive_event();
    if (!model_[intid].sgi) {
      model_[intid].latched = model_[intid].owed = true;
    }
    set_bit(0x200, intid);
  }

  void clear_pending(std::uint32_t intid) {
    receive_event();
    Interrupt& interrupt = model_[intid];
    if (!interrupt.sgi) {
      interrupt.latched = interrupt.owed = false;
    }
    set_bit(0x280, intid);
  }

  void clear_active(std::uint32_t intid) {
    receive_event();
    Interrupt& interrupt = model_[intid];
    if (interrupt.place) {
      // What was handed over counts as taken.
      interrupt.owed = interrupt.latched;
    }
    set_bit(0x380, intid);
  }

  void acknowledge() {
    receive_event();
    constexpr std::uint32_t spurious = 1023;
    const std::uint32_t intid = port_.guest_acknowledges();
    if (intid == spurious) {
      return;
    }
    expect(intid != aarch64::ListRegisters::retired_intid, "the silent interrupt was heard", intid);
    Interrupt& interrupt = model_[intid];
    expect(interrupt.place.has_value(), "an interrupt came that was not handed over", intid);
    // An event that came after this one was handed over is still to come.
    interrupt.owed = interrupt.latched;
    active_.push_back(intid);
  }

  void end() {
    receive_event();
    if (active_.empty()) {
      return;
    }
    event_ = port_.guest_ends(active_.back());
    active_.pop_back();
  }

  void receive_event() {
    if (!event_) {
      return;
    }
    const std::uint8_t index = *std::exchange(event_, std::nullopt);
    for (auto& [intid, interrupt] : model_) {
      if (interrupt.place == index) {
        leave(interrupt);
      }
    }
    vgic_.maintenance(index);
    sync(aarch64::VcpuIs::stopped);
  }

  static void leave(Interrupt& interrupt) {
    interrupt.place.reset();
    interrupt.by_latch = interrupt.kept = false;
  }

  void sync(aarch64::VcpuIs vcpu) {
    vgic_.sync(vcpu);
    for (const FakeVcpuPort::Injection& injection : std::exchange(port_.injections, {})) {
      follow(injection, vcpu);
    }
    check(vcpu);
  }

  void follow(const FakeVcpuPort::Injection& injection, aarch64::VcpuIs vcpu) {
    if (injection.result == aarch64::InjectResult::no_such_register) {
      return;
    }
    const auto holder = std::ranges::find_if(
        model_, [&](const auto& entry) { return entry.second.place == injection.index; });
    const bool held = holder != model_.end();
    if (injection.intid == aarch64::ListRegisters::retired_intid) {
      expect(held, "nothing was there to take back", injection.index);
      expect(vcpu == aarch64::VcpuIs::stopped, "taken back from a running vCPU", injection.index);
      if (injection.result == aarch64::InjectResult::done && held) {
        leave(holder->second);
      } else if (held) {
        holder->second.kept = true;
      }
      return;
    }
    expect(!held, "a list register in use was overwritten", injection.index);
    expect(!event_ || *event_ != injection.index, "a register was reused before its event",
           injection.index);
    expect_best(injection);
    Interrupt& interrupt = model_[injection.intid];
    interrupt.place = injection.index;
    interrupt.by_latch = interrupt.latched;
    interrupt.latched = false;
  }

  void expect_best(const FakeVcpuPort::Injection& injection) {
    const Interrupt& given = model_[injection.intid];
    expect(!given.place, "handed over twice", injection.intid);
    expect(allowed(given), "handed over while masked", injection.intid);
    expect(given.pending(), "handed over while not pending", injection.intid);
    expect(injection.priority == given.priority >> 3, "wrong priority", injection.intid);
    for (const auto& [intid, other] : model_) {
      const bool waits = !other.place && allowed(other) && other.pending();
      const bool before =
          std::pair(other.priority, intid) < std::pair(given.priority, injection.intid);
      expect(!waits || !before, "a more urgent one was left waiting", intid);
    }
  }

  void check(aarch64::VcpuIs vcpu) {
    std::size_t places = 0;
    bool waiting = false;
    for (const auto& [intid, interrupt] : model_) {
      expect(port_.copies_of(intid) <= 1, "in two list registers", intid);
      const bool deliverable = allowed(interrupt) && interrupt.pending();
      if (!interrupt.place) {
        waiting = waiting || deliverable;
        continue;
      }
      ++places;
      const bool stale = !interrupt.by_latch && !interrupt.kept && !deliverable;
      expect(!stale || vcpu == aarch64::VcpuIs::running, "not taken back", intid);
    }
    expect(!waiting || places == list_registers_, "waits although there is room", 0);
    expect(!waiting || vgic_.wakes(), "waits without waking", 0);
    expect(places == 0 || vgic_.wakes(), "handed over without waking", 0);
  }

  FakeVcpuPort port_;
  aarch64::Vgic vgic_;
  std::size_t list_registers_ = 0;
  std::map<std::uint32_t, Interrupt> model_;
  bool on_ = false;
  /// The guest has ended the interrupt of this list register; the VMM does not know yet.
  std::optional<std::uint8_t> event_;
  std::vector<std::uint32_t> active_;
  std::string violation_;
};

}  // namespace serai::test
