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
  word.targets.fill(Distributor::cpu_mask);
}

}  // namespace

Distributor::Distributor() noexcept {
  words_[0] = &private_.word;
  for (std::uint32_t index = 1; index < word_count; ++index) {
    words_[index] = &shared_[index - 1];
  }
  reset();
}

[[gnu::cold]] void Distributor::reset() noexcept {
  work_ = 0;
  stale_seen_ = 0;
  control_ = 0;
  clear_state(private_.word, sgis, sgis);
  private_.sgi_sources = {};
  private_.sgi_in_flight = {};
  for (InterruptWord& word : shared_) {
    clear_state(word, 0, 0);
  }
}

void Distributor::attach(std::uint32_t intid, EndOfInterruptListener& listener) noexcept {
  SERAI_ASSERT(intid >= first_ppi && intid < intid_count);
  listeners_[intid] = &listener;
  words_[intid / 32]->watched |= bit_of(intid);
}

void Distributor::attach(std::uint32_t ppi, LevelSource& source) noexcept {
  SERAI_ASSERT(ppi >= first_ppi && ppi < first_spi);
  sources_[ppi - first_ppi] = &source;
  sampled_ |= bit_of(ppi);
}

void Distributor::set_control(std::uint32_t value) noexcept {
  control_ = value & 3;
  for (std::uint32_t index = 0; index < word_count; ++index) {
    refresh_allowed(index);
  }
}

void Distributor::refresh_allowed(std::uint32_t index) noexcept {
  InterruptWord& word = *words_[index];
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

// Apart, so that what is common needs no stack frame.
[[gnu::noinline]] void Distributor::tell_ended(std::uint32_t index, std::uint32_t bits) noexcept {
  for (; bits != 0; bits &= bits - 1) {
    const std::uint32_t intid = 32 * index + static_cast<std::uint32_t>(std::countr_zero(bits));
    set_line(intid, listeners_[intid]->ended(intid));
  }
}

void Distributor::enable(std::uint32_t index, std::uint32_t bits) noexcept {
  words_[index]->enabled |= bits;
  refresh_allowed(index);
}

void Distributor::disable(std::uint32_t index, std::uint32_t bits) noexcept {
  const std::uint32_t fixed = index == 0 ? sgis : 0;
  words_[index]->enabled &= ~bits | fixed;
  refresh_allowed(index);
}

void Distributor::set_group1(std::uint32_t index, std::uint32_t bits) noexcept {
  words_[index]->group1 = bits;
  refresh_allowed(index);
}

void Distributor::set_edge(std::uint32_t index, std::uint32_t bits) noexcept {
  if (index != 0) {
    words_[index]->edge = bits;
    refresh(index, *words_[index]);
  }
}

void Distributor::sample(std::uint32_t index) noexcept {
  std::uint32_t rest = index == 0 ? sampled_ : 0;
  for (; rest != 0; rest &= rest - 1) {
    const auto intid = static_cast<std::uint32_t>(std::countr_zero(rest));
    const std::uint32_t held_before = words_[index]->held();
    set_line(intid, sources_[intid - first_ppi]->sample(intid));
    const InterruptWord& word = *words_[index];
    const std::uint32_t fell = held_before & ~word.held() & word.watched & ~word.in_flight;
    // Nobody will end what has gone away by itself, so the host would mask it for ever.
    tell_ended(index, fell & bit_of(intid));
  }
}

std::uint32_t Distributor::pending(std::uint32_t index) noexcept {
  sample(index);
  return words_[index]->pending();
}

void Distributor::set_pending(std::uint32_t index, std::uint32_t bits) noexcept {
  InterruptWord& word = *words_[index];
  word.latched |= index == 0 ? bits & ~sgis : bits;
  refresh(index, word);
}

void Distributor::clear_pending(std::uint32_t index, std::uint32_t bits) noexcept {
  InterruptWord& word = *words_[index];
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
  InterruptWord& word = *words_[index];
  word.active |= bits & ~word.in_flight;
  refresh(index, word);
}

void Distributor::clear_active(std::uint32_t index, std::uint32_t bits) noexcept {
  InterruptWord& word = *words_[index];
  word.active &= ~bits;
  word.recalled |= bits & word.in_flight;
  refresh(index, word);
}

void Distributor::set_priorities(std::uint32_t quad, std::uint32_t value) noexcept {
  const std::uint32_t kept = value & priority_bits;
  const std::uint32_t index = quad / quads_per_word;
  const unsigned shift = 4 * (quad % quads_per_word);
  InterruptWord& word = *words_[index];
  word.priorities[quad % quads_per_word] = kept;
  const std::uint32_t quiet = ~bytes_in_use(~kept & priority_bits) & 0xf;
  const auto inaudible = static_cast<std::uint32_t>(deposit(word.inaudible, shift, 4, quiet));
  if (inaudible != word.inaudible) {
    word.inaudible = inaudible;
    refresh_allowed(index);
  }
}

void Distributor::set_targets(std::uint32_t quad, std::uint32_t value) noexcept {
  if (quad >= first_spi / 4) {
    words_[quad / quads_per_word]->targets[quad % quads_per_word] = value & cpu_mask;
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

[[gnu::noinline]] Distributor::Urgent Distributor::most_urgent_of_many() const noexcept {
  Urgent best;
  for (std::uint32_t words = work_; words != 0; words &= words - 1) {
    const auto index = static_cast<std::uint32_t>(std::countr_zero(words));
    const InterruptWord& word = *words_[index];
    for (std::uint32_t bits = word.ready; bits != 0; bits &= bits - 1) {
      const Urgent next = urgent(word, index, static_cast<std::uint32_t>(std::countr_zero(bits)));
      if (next.priority < best.priority) {
        best = next;
      }
    }
  }
  return best;
}

std::uint32_t Distributor::next_stale() noexcept {
  for (std::uint32_t words = work_; words != 0; words &= words - 1) {
    const auto index = static_cast<std::uint32_t>(std::countr_zero(words));
    const std::uint32_t stale = words_[index]->stale;
    if (stale != 0) {
      return 32 * index + static_cast<std::uint32_t>(std::countr_zero(stale));
    }
  }
  stale_seen_ = 0;
  return intid_count;
}

void Distributor::released(std::uint32_t intid) noexcept {
  const std::uint32_t bits = bit_of(intid);
  const std::uint32_t index = intid / 32;
  InterruptWord& word = *words_.data()[index];  // in bounds: it was handed over
  word.in_flight &= ~bits;
  word.pinned &= ~bits;
  word.recalled &= ~bits;
  if (intid < first_ppi) {
    private_.sgi_in_flight.data()[intid / 4] &= ~(std::uint32_t{0xff} << (8 * (intid % 4)));
  }
  if ((word.watched & (word.allowed | ~word.held()) & bits) != 0) {
    released_watched(intid);
    return;
  }
  refresh(index, word);
}

// Apart, so that what nobody watches needs no stack frame.
[[gnu::noinline]] void Distributor::released_watched(std::uint32_t intid) noexcept {
  const bool high = listeners_[intid]->ended(intid);
  const std::uint32_t bits = bit_of(intid);
  InterruptWord& word = *words_[intid / 32];
  word.line = high ? word.line | bits : word.line & ~bits;
  refresh(intid / 32, word);
}

void Distributor::pin(std::uint32_t intid) noexcept {
  const std::uint32_t bits = bit_of(intid);
  InterruptWord& word = *words_[intid / 32];
  word.in_flight |= bits;
  word.pinned |= bits;
  word.recalled &= ~bits;
  refresh(intid / 32, word);
}

}  // namespace serai::aarch64
