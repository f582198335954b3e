// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/queue.hpp"

#include <algorithm>

#include "virtio/chain_builder.hpp"

namespace serai::virtio {

[[gnu::cold]] Result<void> Queue::enable(const GuestMemory& memory, SegmentPool& pool,
                                         const QueuePlace& place,
                                         const QueueFeatures& features) noexcept {
  SERAI_ASSERT(in_flight_ == 0);
  disable();
  if (place.size == 0 || place.size > most_size || place.size > pool.capacity()) {
    return fail(Error::bad_value);
  }
  const auto ring = features.packed ? packed_.enable(memory, place, features)
                                    : split_.enable(memory, place, features);
  if (!ring) {
    return ring;
  }
  memory_ = &memory;
  pool_ = &pool;
  is_packed_ = features.packed;
  in_order_ = features.in_order;
  state_ = State::working;
  return {};
}

[[gnu::cold]] void Queue::disable() noexcept {
  if (in_order_) {
    order_.clear(*pool_);
  }
  split_ = SplitRing();
  packed_ = PackedRing();
  memory_ = nullptr;
  pool_ = nullptr;
  state_ = State::disabled;
  in_order_ = false;
  is_starved_ = false;
}

Result<Chain> Queue::pop() noexcept {
  if (state_ != State::working) {
    return fail(Error::not_found);
  }
  ChainBuilder builder(*memory_, *pool_);
  auto chain = is_packed_ ? packed_.pop(builder) : split_.pop(builder);
  if (chain) [[likely]] {
    ++in_flight_;
    is_starved_ = false;
    if (in_order_) {
      order_.append(*pool_, chain->shape_.first);
    }
  } else if (chain.error() == Error::no_space) {
    is_starved_ = true;
    free_when_starved_ = pool_->free();
  } else if (chain.error() != Error::not_found) {
    state_ = State::broken;
  }
  return chain;
}

void Queue::put_back(Chain&& chain) noexcept {
  if (in_order_) {
    order_.remove_last(*pool_);
  }
  give_back(chain);
  --in_flight_;
  if (state_ == State::disabled) {
    return;
  }
  if (is_packed_) {
    packed_.put_back(chain.shape_.descriptors);
  } else {
    split_.put_back();
  }
}

void Queue::complete(Chain&& chain, std::uint32_t written) noexcept {
  --in_flight_;
  const std::uint64_t room = chain.shape_.writable_bytes;
  const Completion completion = {
      .id = chain.shape_.id,
      .descriptors = chain.shape_.descriptors,
      .written = static_cast<std::uint32_t>(std::min<std::uint64_t>(written, room))};
  if (in_order_) {
    keep_first_segment(chain);
    order_.complete(*pool_, chain.shape_.first, completion, completion.written == room);
    return;
  }
  give_back(chain);
  if (state_ != State::disabled) {
    use(completion);
  }
}

void Queue::use(const Completion& completion) noexcept {
  if (is_packed_) {
    packed_.use(completion.id, completion.written, completion.descriptors);
  } else {
    split_.use(completion.id, completion.written, completion.descriptors);
  }
}

void Queue::abandon(Chain&& chain) noexcept {
  --in_flight_;
  if (in_order_) {
    keep_first_segment(chain);
    order_.abandon(*pool_, chain.shape_.first);
  } else {
    give_back(chain);
  }
}

bool Queue::publish() noexcept {
  if (state_ == State::disabled) {
    return false;
  }
  if (in_order_) {
    while (const auto batch = order_.take(*pool_)) {
      use(*batch);
    }
  }
  return is_packed_ ? packed_.publish() : split_.publish();
}

void Queue::suppress_notifications() noexcept {
  if (state_ == State::disabled) {
    return;
  }
  if (is_packed_) {
    packed_.suppress_notifications();
  } else {
    split_.suppress_notifications();
  }
}

bool Queue::allow_notifications() noexcept {
  if (state_ != State::working) {
    return false;
  }
  if (is_packed_) {
    packed_.allow_notifications();
  } else {
    split_.allow_notifications();
  }
  return has_available();
}

void Queue::give_back(Chain& chain) noexcept {
  SERAI_ASSERT(chain.pool_ != nullptr);
  chain.pool_->give_back(chain.shape_.first, chain.shape_.last, chain.shape_.segments);
  chain.pool_ = nullptr;
}

void Queue::keep_first_segment(Chain& chain) noexcept {
  SERAI_ASSERT(chain.pool_ != nullptr);
  if (chain.shape_.segments > 1) {
    const std::uint16_t second = (*chain.pool_)[chain.shape_.first].next;
    chain.pool_->give_back(second, chain.shape_.last,
                           static_cast<std::uint16_t>(chain.shape_.segments - 1));
  }
  chain.pool_ = nullptr;
}

}  // namespace serai::virtio
