// SPDX-License-Identifier: BSD-2-Clause
#include "el2/fault_message.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "el2/ipc.hpp"
#include "el2/report.hpp"

namespace serai::testbed {
namespace {

/// Context places that the messages of two kinds of fault begin with; a reply may write them back.
constexpr std::array<std::uint8_t, 12> system_call_places = {3, 4, 5, 6, 7, 8, 9, 10, 0, 1, 16, 2};
constexpr std::array<std::uint8_t, 3> exception_places = {0, 1, 2};

std::span<const std::uint8_t> places_of(std::uint64_t label) noexcept {
  switch (label) {
    case fault_label::unknown_system_call:
      return system_call_places;
    case fault_label::user_exception:
      return exception_places;
    default:
      return {};
  }
}

std::string_view name_of(std::uint64_t label) noexcept {
  switch (label) {
    case fault_label::capability:
      return "used capability slot ";
    case fault_label::unknown_system_call:
      return "made system call ";
    case fault_label::memory:
      return "may not access address ";
    default:
      return "raised exception ";
  }
}

}  // namespace

void write_fault(Thread& sender, Pd& pd) noexcept {
  std::size_t index = 0;
  for (const std::uint8_t place : places_of(sender.fault.label)) {
    message_word(pd, index++) = sender.context[place];
  }
  for (std::size_t i = 0; index < sender.fault.length; ++i) {
    message_word(pd, index++) = sender.fault.words[i];
  }
}

bool read_fault_reply(Thread& thread, Pd& pd) noexcept {
  const auto places = places_of(thread.fault.label);
  if (places.empty()) {
    return true;
  }
  const std::uint64_t info = pd.context[place::x1];
  const std::size_t count = std::min<std::size_t>(places.size(), message_info::length(info));
  for (std::size_t i = 0; i < count; ++i) {
    thread.context[places[i]] = message_word(pd, i);
  }
  thread.context[place::spsr] = permitted_spsr(thread.kind, thread.context[place::spsr]);
  return message_info::label(info) == 0;
}

void report_fault(const Thread& thread) noexcept {
  const Fault& fault = thread.fault;
  Line line;
  append_name(line, thread);
  const bool second = fault.label == fault_label::memory || fault.label == fault_label::capability;
  line << " is stopped: it " << name_of(fault.label) << Hex{fault.words[second ? 1 : 0]}
       << " at PC " << Hex{thread.context[place::pc]};
  if (fault.label == fault_label::memory) {
    line << ", ESR " << Hex{fault.words[3]};
  }
  report(line.view());
}

}  // namespace serai::testbed
