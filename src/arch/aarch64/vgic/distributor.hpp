// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "arch/aarch64/vgic/interrupt_word.hpp"
#include "arch/aarch64/vgic/listeners.hpp"

namespace serai::aarch64 {

/// What each vCPU has of its own: SGIs (INTID 0 to 15) and PPIs (16 to 31).
struct PrivateInterrupts {
  InterruptWord word;
  std::array<std::uint32_t, 4> sgi_sources{};    ///< a byte for each SGI: who sent it, not taken
  std::array<std::uint32_t, 4> sgi_in_flight{};  ///< likewise: whose is in a list register
};

/// The state of the interrupts of one VM, and the rules by which it changes: which interrupts wait
/// for a list register and which must be taken out of one. Knows neither the layout of a GIC's
/// registers nor list registers themselves, so that every version of the architecture can share it.
///
/// "Word" arguments count 32 interrupts, and must be below `word_count`.
class Distributor {
 public:
  static constexpr std::uint32_t intid_count = 288;
  static constexpr std::uint32_t word_count = intid_count / 32;
  static constexpr std::uint32_t first_ppi = 16;
  static constexpr std::uint32_t first_spi = 32;
  static constexpr std::uint32_t sgis = 0xffff;
  /// Five bits of a priority exist, as many as a list register has.
  static constexpr std::uint32_t priority_bits = 0xf8f8f8f8;
  /// GICD_ITARGETSR and SGI masks of the vCPUs that exist.
  static constexpr std::uint32_t cpu_mask = 0x01010101;

  Distributor() noexcept;
  Distributor(const Distributor&) = delete;
  Distributor& operator=(const Distributor&) = delete;
  ~Distributor() = default;

  /// Power-on state; wires keep their levels and listeners stay.
  void reset() noexcept;

  /// The wire of a PPI or SPI changed; SGIs and numbers that do not exist have none.
  void set_line(std::uint32_t intid, bool high) noexcept {
    if (intid < first_ppi || intid >= intid_count) {
      return;
    }
    const std::uint32_t bits = bit_of(intid);
    InterruptWord& word = *words_[intid / 32];
    if (high) {
      word.latched |= bits & word.edge & ~word.line;
      word.line |= bits;
    } else {
      word.line &= ~bits;
    }
    refresh(intid / 32, word);
  }

  void attach(std::uint32_t intid, EndOfInterruptListener& listener) noexcept;

  /// Makes reads of the pending state of a PPI ask `source`.
  void attach(std::uint32_t ppi, LevelSource& source) noexcept;

  // What the guest configures and reads.

  /// Bit 0 forwards group 0, bit 1 group 1.
  [[nodiscard]] std::uint32_t control() const noexcept { return control_; }

  void set_control(std::uint32_t value) noexcept;

  /// The stored state of 32 interrupts, for reads that show it as it is.
  [[nodiscard]] const InterruptWord& word(std::uint32_t index) const noexcept {
    return *words_[index];
  }

  void enable(std::uint32_t index, std::uint32_t bits) noexcept;
  void disable(std::uint32_t index, std::uint32_t bits) noexcept;
  void set_group1(std::uint32_t index, std::uint32_t bits) noexcept;
  /// Replaces the edge bits of SPIs; those of SGIs and PPIs are fixed.
  void set_edge(std::uint32_t index, std::uint32_t bits) noexcept;

  /// Pending bits, with wires that have a LevelSource looked at.
  [[nodiscard]] std::uint32_t pending(std::uint32_t index) noexcept;
  void set_pending(std::uint32_t index, std::uint32_t bits) noexcept;
  void clear_pending(std::uint32_t index, std::uint32_t bits) noexcept;

  /// Active bits. An interrupt counts as active from when it is handed over until its end.
  [[nodiscard]] std::uint32_t active(std::uint32_t index) const noexcept;
  void set_active(std::uint32_t index, std::uint32_t bits) noexcept;
  void clear_active(std::uint32_t index, std::uint32_t bits) noexcept;

  /// Priorities of the four interrupts from `4 * quad`; `quad` is below `intid_count / 4`.
  [[nodiscard]] std::uint32_t priorities(std::uint32_t quad) const noexcept {
    return words_[quad / quads_per_word]->priorities[quad % quads_per_word];
  }

  void set_priorities(std::uint32_t quad, std::uint32_t value) noexcept;

  /// Targets of the four interrupts from `4 * quad`.
  [[nodiscard]] std::uint32_t targets(std::uint32_t quad) const noexcept {
    return words_[quad / quads_per_word]->targets[quad % quads_per_word];
  }

  void set_targets(std::uint32_t quad, std::uint32_t value) noexcept;

  /// Senders of the four SGIs from `4 * quad`, a byte each; `quad` is below 4.
  [[nodiscard]] std::uint32_t sgi_sources(std::uint32_t quad) const noexcept {
    return private_.sgi_sources[quad];
  }

  void set_sgi_sources(std::uint32_t quad, std::uint32_t bits) noexcept;
  void clear_sgi_sources(std::uint32_t quad, std::uint32_t bits) noexcept;
  /// A vCPU (0 to 7) sends SGI `intid` (0 to 15) to the vCPU.
  void send_sgi(std::uint32_t intid, std::uint32_t source) noexcept;

  // What the owner of the list registers asks and reports.

  /// One bit for each word with something to hand over or to take back.
  [[nodiscard]] std::uint32_t work() const noexcept { return work_; }

  struct Urgent {
    std::uint32_t intid = intid_count;  ///< `intid_count` where nothing waits
    std::uint32_t priority = ~std::uint32_t{0};
    std::uint32_t group = 0;
  };

  /// The interrupt to hand over next: the lowest priority value, then the lowest INTID.
  [[nodiscard]] Urgent most_urgent() const noexcept {
    if (is_lone_bit(work_)) [[likely]] {
      const auto index = static_cast<std::uint32_t>(std::countr_zero(work_));
      const InterruptWord& word = *words_[index];
      if (is_lone_bit(word.ready)) [[likely]] {
        return urgent(word, index, static_cast<std::uint32_t>(std::countr_zero(word.ready)));
      }
    }
    return most_urgent_of_many();
  }

  /// Whether one of the vCPU's own interrupts is to be handed over, and nothing else is to be done.
  [[nodiscard]] bool has_lone() const noexcept {
    return work_ == 1 && private_.word.stale == 0 && is_lone_bit(private_.word.ready);
  }

  /// Counts that one as handed over.
  [[nodiscard]] Urgent take_lone() noexcept {
    InterruptWord& word = private_.word;
    const std::uint32_t bits = word.ready;
    const auto intid = static_cast<std::uint32_t>(std::countr_zero(bits));
    count_in_flight(word, bits);
    if (intid < first_ppi) {
      take_sgi_source(intid);
    }
    work_ = 0;
    return urgent(word, 0, intid);
  }

  /// `intid` of `most_urgent` is in a list register now.
  void handed_over(std::uint32_t intid) noexcept {
    const std::uint32_t bits = bit_of(intid);
    InterruptWord& word = *words_[intid / 32];
    count_in_flight(word, bits);
    if (intid < first_ppi) {
      take_sgi_source(intid);
    }
    if ((word.ready | word.stale) == 0) {
      work_ &= ~(std::uint32_t{1} << (intid / 32));
    }
  }

  /// Raises the wire of `intid` (a PPI or SPI) and counts it as handed over, if it can be handed
  /// over at once and nothing else waits. Otherwise does nothing and says so by an `intid` of
  /// `intid_count`.
  [[nodiscard]] Urgent raise_alone(std::uint32_t intid) noexcept {
    const std::uint32_t bits = bit_of(intid);
    InterruptWord& word = *words_[intid / 32];
    const std::uint32_t hindered =
        word.in_flight | word.active | word.latched | word.edge | ~word.allowed;
    if (work_ != 0 || (hindered & bits) != 0) {
      return {};
    }
    word.line |= bits;
    word.in_flight |= bits;
    return urgent(word, intid / 32, intid % 32);
  }

  /// Whether there may be something to take back.
  [[nodiscard]] bool has_stale() const noexcept { return stale_seen_ != 0; }

  /// An interrupt to take back out of its list register; `intid_count` where there is none.
  [[nodiscard]] std::uint32_t next_stale() noexcept;

  /// `intid` is in no list register any more: the guest ended it, or it was taken back.
  void released(std::uint32_t intid) noexcept;

  /// `intid` found no list register after `raise_alone`.
  void released_unseen(std::uint32_t intid) noexcept {
    words_[intid / 32]->in_flight &= ~bit_of(intid);
    refresh(intid / 32, *words_[intid / 32]);
  }

  /// `intid` stays where it is until the guest ends it.
  void pin(std::uint32_t intid) noexcept;

 private:
  static constexpr std::uint32_t quads_per_word = 8;

  [[nodiscard]] static std::uint32_t bit_of(std::uint32_t intid) noexcept {
    return std::uint32_t{1} << (intid % 32);
  }

  // std::has_single_bit would call a library function where there is no instruction for it.
  [[nodiscard]] static bool is_lone_bit(std::uint32_t bits) noexcept {
    return bits != 0 && (bits & (bits - 1)) == 0;
  }

  [[nodiscard]] static Urgent urgent(const InterruptWord& word, std::uint32_t index,
                                     std::uint32_t position) noexcept {
    const std::uint32_t quad = word.priorities[(position / 4) % quads_per_word];
    return {.intid = 32 * index + position,
            .priority = (quad >> (8 * (position % 4))) & 0xff,
            .group = (word.group1 >> position) & 1};
  }

  [[nodiscard]] Urgent most_urgent_of_many() const noexcept;

  static void count_in_flight(InterruptWord& word, std::uint32_t bits) noexcept {
    // What a wire holds pending can be judged again at any time; a latched event exists only once.
    word.pinned |= word.latched & bits;
    word.latched &= ~bits;
    word.in_flight |= bits;
    word.ready &= ~bits;
  }

  /// One sender of SGI `intid` (0 to 15) is handed over.
  void take_sgi_source(std::uint32_t intid) noexcept {
    const std::uint32_t shift = 8 * (intid % 4);
    // In bounds: there are 16 SGIs.
    std::uint32_t& sources = private_.sgi_sources.data()[intid / 4];
    const std::uint32_t mine = sources & (std::uint32_t{0xff} << shift);
    const std::uint32_t first = mine & (~mine + 1);
    sources &= ~first;
    private_.sgi_in_flight.data()[intid / 4] |= first;
    private_.word.latched |= mine != first ? bit_of(intid) : 0;
  }

  void refresh(std::uint32_t index, InterruptWord& word) noexcept {
    word.derive();
    const std::uint32_t mask = std::uint32_t{1} << index;
    work_ = (word.ready | word.stale) != 0 ? work_ | mask : work_ & ~mask;
    stale_seen_ |= word.stale;
  }

  void released_watched(std::uint32_t intid) noexcept;
  void refresh_allowed(std::uint32_t index) noexcept;
  void update_sgis(std::uint32_t quad) noexcept;
  void tell_ended(std::uint32_t index, std::uint32_t bits) noexcept;
  void sample(std::uint32_t index) noexcept;

  std::uint32_t work_ = 0;
  std::uint32_t stale_seen_ = 0;  ///< not zero if any word may have stale bits
  std::uint32_t control_ = 0;
  std::uint32_t sampled_ = 0;  ///< PPIs that have a LevelSource
  /// The words as the vCPU sees them: first its own, then those that all share.
  std::array<InterruptWord*, word_count> words_{};
  PrivateInterrupts private_;
  std::array<InterruptWord, word_count - 1> shared_{};
  std::array<EndOfInterruptListener*, intid_count> listeners_{};
  std::array<LevelSource*, first_spi - first_ppi> sources_{};
};

}  // namespace serai::aarch64
