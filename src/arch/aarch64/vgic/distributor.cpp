// SPDX-License-Identifier: BSD-2-Clause
#include "arch/aarch64/vgic/distributor.hpp"

#include <bit>

#include "base/assert.hpp"
#include "base/bits.hpp"

namespace serai::aarch64 {
namespace {

constexpr std::uint32_t mask_if(bool condition) noexcept {
  return condition ? ~std::uint32_t{0} : 0;
}

/// Bit n is set where byte n of `word` is not zero.
constexpr std::uint32_t bytes_in_use(std::uint32_t word) noexcept {
  std::uint32_t bits = 0;
  for (unsigned i = 0; i < 4; ++i) {
    bits |= static_cast<std::uint32_t>(extract(word, 8 * i, 8) != 0) << i;
  }
  return bits;
}

void clear_state(InterruptWord& word, std::uint32_t enabled, std::uint32_t edge) noexcept {
  const std::uint32_t line = word.line;
  const std::uint32_t watched = word.watched;
  word = InterruptWord{};
  word.line = line;
  word.watched = watched;
  word.enabled = enabled;
  word.edge = edge;
}

}  // namespace

void Distributor::reset() noexcept {
  work_ = 0;
  control_ = 0;
  clear_state(private_.word, sgis, sgis);
  private_.priorities = {};
  private_.sgi_sources = {};
  private_.sgi_in_flight = {};
  for (InterruptWord& word : shared_) {
    clear_state(word, 0, 0);
  }
  priorities_ = {};
  targets_.fill(cpu_mask);
}

void Distributor::attach(std::uint32_t intid, EndOfInterruptListener& listener) noexcept {
  SERAI_ASSERT(intid >= first_ppi && intid < intid_count);
  listeners_[intid] = &listener;
  word_at(intid / 32).watched |= bit_of(intid);
}

void Distributor::attach(std::uint32_t ppi, LevelSource& source) noexcept {
  SERAI_ASSERT(ppi >= first_ppi && ppi < first_spi);
  sources_[ppi - first_ppi] = &source;
  sampled_ |= bit_of(ppi);
}

void Distributor::set_line(std::uint32_t intid, bool high) noexcept {
  if (intid < first_ppi || intid >= intid_count) {
    return;
  }
  const std::uint32_t bits = bit_of(intid);
  InterruptWord& word = word_at(intid / 32);
  if (high) {
    word.latched |= bits & word.edge & ~word.line;
    word.line |= bits;
  } else {
    word.line &= ~bits;
  }
  refresh(intid / 32, word);
}

void Distributor::set_control(std::uint32_t value) noexcept {
  control_ = value & 3;
  for (std::uint32_t index = 0; index < word_count; ++index) {
    refresh_allowed(index);
  }
}

void Distributor::refresh_allowed(std::uint32_t index) noexcept {
  InterruptWord& word = word_at(index);
  const std::uint32_t before = word.allowed;
  word.derive_allowed(mask_if((control_ & 1) != 0), mask_if((control_ & 2) != 0));
  refresh(index, word);
  // A wire that was high while nobody listened may be low by now.
  const std::uint32_t doubtful =
      word.allowed & ~before & word.held() & word.watched & ~word.in_flight;
  if (doubtful != 0) {
    tell_ended(index, doubtful);
  }
}

void Distributor::tell_ended(std::uint32_t index, std::uint32_t bits) noexcept {
  for (; bits != 0; bits &= bits - 1) {
    const std::uint32_t intid = 32 * index + static_cast<std::uint32_t>(std::countr_zero(bits));
    listeners_[intid]->ended(intid);
  }
}

void Distributor::enable(std::uint32_t index, std::uint32_t bits) noexcept {
  word_at(index).enabled |= bits;
  refresh_allowed(index);
}

void Distributor::disable(std::uint32_t index, std::uint32_t bits) noexcept {
  const std::uint32_t fixed = index == 0 ? sgis : 0;
  word_at(index).enabled &= ~bits | fixed;
  refresh_allowed(index);
}

void Distributor::set_group1(std::uint32_t index, std::uint32_t bits) noexcept {
  word_at(index).group1 = bits;
  refresh_allowed(index);
}

void Distributor::set_edge(std::uint32_t index, std::uint32_t bits) noexcept {
  if (index != 0) {
    word_at(index).edge = bits;
    refresh(index, word_at(index));
  }
}

void Distributor::sample(std::uint32_t index) noexcept {
  std::uint32_t rest = index == 0 ? sampled_ : 0;
  for (; rest != 0; rest &= rest - 1) {
    const auto intid = static_cast<std::uint32_t>(std::countr_zero(rest));
    set_line(intid, sources_[intid - first_ppi]->sample(intid));
  }
}

std::uint32_t Distributor::pending(std::uint32_t index) noexcept {
  sample(index);
  return word_at(index).pending();
}

void Distributor::set_pending(std::uint32_t index, std::uint32_t bits) noexcept {
  InterruptWord& word = word_at(index);
  word.latched |= index == 0 ? bits & ~sgis : bits;
  refresh(index, word);
}

void Distributor::clear_pending(std::uint32_t index, std::uint32_t bits) noexcept {
  InterruptWord& word = word_at(index);
  const std::uint32_t allowed = index == 0 ? bits & ~sgis : bits;
  word.latched &= ~allowed;
  word.recalled |= allowed & word.in_flight & ~word.held();
  refresh(index, word);
}

std::uint32_t Distributor::active(std::uint32_t index) const noexcept {
  const InterruptWord& state = word(index);
  return state.active | state.in_flight;
}

void Distributor::set_active(std::uint32_t index, std::uint32_t bits) noexcept {
  InterruptWord& word = word_at(index);
  word.active |= bits & ~word.in_flight;
  refresh(index, word);
}

void Distributor::clear_active(std::uint32_t index, std::uint32_t bits) noexcept {
  InterruptWord& word = word_at(index);
  word.active &= ~bits;
  word.recalled |= bits & word.in_flight;
  refresh(index, word);
}

void Distributor::set_priorities(std::uint32_t quad, std::uint32_t value) noexcept {
  const std::uint32_t kept = value & priority_bits;
  (quad < private_quads ? private_.priorities[quad] : priorities_[quad - private_quads]) = kept;
  const std::uint32_t index = quad / 8;
  const unsigned shift = 4 * (quad % 8);
  InterruptWord& word = word_at(index);
  const std::uint32_t quiet = ~bytes_in_use(~kept & priority_bits) & 0xf;
  const auto inaudible = static_cast<std::uint32_t>(deposit(word.inaudible, shift, 4, quiet));
  if (inaudible != word.inaudible) {
    word.inaudible = inaudible;
    refresh_allowed(index);
  }
}

void Distributor::set_targets(std::uint32_t quad, std::uint32_t value) noexcept {
  if (quad >= private_quads) {
    targets_[quad - private_quads] = value & cpu_mask;
  }
}

void Distributor::update_sgis(std::uint32_t quad) noexcept {
  InterruptWord& word = private_.word;
  word.latched = static_cast<std::uint32_t>(
      deposit(word.latched, 4 * quad, 4, bytes_in_use(private_.sgi_sources[quad])));
  refresh(0, word);
}

void Distributor::set_sgi_sources(std::uint32_t quad, std::uint32_t bits) noexcept {
  private_.sgi_sources[quad] |= bits & cpu_mask;
  update_sgis(quad);
}

void Distributor::clear_sgi_sources(std::uint32_t quad, std::uint32_t bits) noexcept {
  private_.sgi_sources[quad] &= ~bits;
  const std::uint32_t handed = bytes_in_use(private_.sgi_in_flight[quad] & bits);
  private_.word.recalled |= (handed << (4 * quad)) & private_.word.in_flight;
  update_sgis(quad);
}

void Distributor::send_sgi(std::uint32_t intid, std::uint32_t source) noexcept {
  private_.sgi_sources[intid / 4] |= std::uint32_t{1} << (8 * (intid % 4) + source);
  private_.word.latched |= bit_of(intid);
  refresh(0, private_.word);
}

Distributor::Urgent Distributor::most_urgent() const noexcept {
  Urgent best;
  for (std::uint32_t words = work_; words != 0; words &= words - 1) {
    const auto index = static_cast<std::uint32_t>(std::countr_zero(words));
    const InterruptWord& candidates = word(index);
    for (std::uint32_t bits = candidates.ready; bits != 0; bits &= bits - 1) {
      const auto position = static_cast<unsigned>(std::countr_zero(bits));
      const std::uint32_t intid = 32 * index + position;
      const auto priority = static_cast<std::uint8_t>(priorities(intid / 4) >> (8 * (intid % 4)));
      if (priority < best.priority) {
        best = {.intid = intid,
                .priority = priority,
                .group = static_cast<std::uint8_t>((candidates.group1 >> position) & 1)};
      }
    }
  }
  return best;
}

void Distributor::handed_over(std::uint32_t intid) noexcept {
  const std::uint32_t bits = bit_of(intid);
  InterruptWord& word = word_at(intid / 32);
  word.in_flight |= bits;
  // What a wire holds pending can be judged again at any time; a latched event exists only once.
  word.pinned |= word.latched & bits;
  word.latched &= ~bits;
  if (intid < first_ppi) {
    const std::uint32_t shift = 8 * (intid % 4);
    std::uint32_t& sources = private_.sgi_sources[intid / 4];
    const std::uint32_t mine = sources & (std::uint32_t{0xff} << shift);
    const std::uint32_t first = mine & (~mine + 1);
    sources &= ~first;
    private_.sgi_in_flight[intid / 4] |= first;
    word.latched |= mine != first ? bits : 0;
  }
  refresh(intid / 32, word);
}

std::uint32_t Distributor::next_stale() const noexcept {
  for (std::uint32_t words = work_; words != 0; words &= words - 1) {
    const auto index = static_cast<std::uint32_t>(std::countr_zero(words));
    const std::uint32_t stale = word(index).stale;
    if (stale != 0) {
      return 32 * index + static_cast<std::uint32_t>(std::countr_zero(stale));
    }
  }
  return intid_count;
}

void Distributor::released(std::uint32_t intid) noexcept {
  const std::uint32_t bits = bit_of(intid);
  const std::uint32_t index = intid / 32;
  InterruptWord& word = word_at(index);
  word.in_flight &= ~bits;
  word.pinned &= ~bits;
  word.recalled &= ~bits;
  if (intid < first_ppi) {
    private_.sgi_in_flight[intid / 4] &= ~(std::uint32_t{0xff} << (8 * (intid % 4)));
  }
  refresh(index, word);
  if ((word.watched & (word.allowed | ~word.held()) & bits) != 0) {
    listeners_[intid]->ended(intid);
  }
}

void Distributor::pin(std::uint32_t intid) noexcept {
  const std::uint32_t bits = bit_of(intid);
  InterruptWord& word = word_at(intid / 32);
  word.in_flight |= bits;
  word.pinned |= bits;
  word.recalled &= ~bits;
  refresh(intid / 32, word);
}

}  // namespace serai::aarch64
