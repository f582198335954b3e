// SPDX-License-Identifier: BSD-2-Clause
#include "virtio/queue.hpp"

#include <algorithm>

#include "virtio/chain_builder.hpp"

namespace serai::virtio {

Result<void> Queue::enable(const GuestMemory& memory, SegmentPool& pool, const QueuePlace& place,
                           const QueueFeatures& features) noexcept {
  SERAI_ASSERT(in_flight_ == 0);
  disable();
  if (place.size == 0 || place.size > most_size || place.size > pool.capacity()) {
    return fail(Error::bad_value);
  }
  const auto ring = split_.enable(memory, place, features);
  if (!ring) {
    return ring;
  }
  memory_ = &memory;
  pool_ = &pool;
  enabled_ = true;
  return {};
}

void Queue::disable() noexcept {
  split_ = SplitRing();
  memory_ = nullptr;
  pool_ = nullptr;
  is_starved_ = false;
  enabled_ = false;
  broken_ = false;
}

Result<Chain> Queue::pop() noexcept {
  if (!enabled_ || broken_) {
    return fail(Error::not_found);
  }
  ChainBuilder builder(*memory_, *pool_);
  auto chain = split_.pop(builder);
  if (chain) [[likely]] {
    ++in_flight_;
    is_starved_ = false;
  } else if (chain.error() == Error::no_space) {
    free_when_starved_ = pool_->free();
    is_starved_ = true;
  } else if (chain.error() != Error::not_found) {
    broken_ = true;
  }
  return chain;
}

bool Queue::has_available() const noexcept {
  return enabled_ && !broken_ && split_.has_available() &&
         (!is_starved_ || pool_->free() > free_when_starved_);
}

void Queue::put_back(Chain&& chain) noexcept {
  release(chain);
  --in_flight_;
  if (enabled_) {
    split_.put_back();
  }
}

void Queue::complete(Chain&& chain, std::uint32_t written) noexcept {
  const auto most = chain.writable_bytes_;
  release(chain);
  --in_flight_;
  if (enabled_) {
    split_.use(chain.id_, static_cast<std::uint32_t>(std::min<std::uint64_t>(written, most)));
  }
}

void Queue::abandon(Chain&& chain) noexcept {
  release(chain);
  --in_flight_;
}

bool Queue::publish() noexcept {
  return enabled_ && split_.publish();
}

void Queue::suppress_notifications() noexcept {
  if (enabled_) {
    split_.suppress_notifications();
  }
}

bool Queue::allow_notifications() noexcept {
  if (!enabled_ || broken_) {
    return false;
  }
  split_.allow_notifications();
  return has_available();
}

void Queue::release(Chain& chain) noexcept {
  SERAI_ASSERT(chain.pool_ != nullptr);
  chain.pool_->give_back(chain.first_, chain.last_, chain.segments_);
  chain.pool_ = nullptr;
}

}  // namespace serai::virtio
