// SPDX-License-Identifier: BSD-2-Clause
//
// The device's events, and how requests are taken from the queues.
#include "devices/virtio_block/block.hpp"

#include <bit>
#include <utility>

#include "base/assert.hpp"

namespace serai::virtio_block {

Block::Block(BlockBackend& back_end, const Options& options) noexcept
    : back_end_(back_end), options_(options) {
  SERAI_ASSERT(options.queues >= 1 && options.queues <= virtio::DeviceTraits::most_queues);
  SERAI_ASSERT(options.queue_size >= 4 && options.queue_size <= virtio::Queue::most_size);
  look_at_disk();
}

virtio::DeviceTraits Block::traits() const noexcept {
  constexpr std::uint32_t mass_storage_scsi = 0x01'0000;
  return {.id = virtio::DeviceId::block,
          .queue_count = options_.queues,
          .most_queue_size = options_.queue_size,
          .config_bytes = config_bytes,
          .pci_class = mass_storage_scsi};
}

[[gnu::cold]] void Block::activate(const virtio::Activation& activation) noexcept {
  active_ = activation;
  if (is_negotiated(feature::config_wce) && !is_negotiated(feature::flush)) {
    writeback_ = false;  // 5.2.5.2: such a driver could not flush
  }
  look_at_disk();
  if (unseen_change_) {
    active_.events->config_changed();
  }
  for (std::size_t index = 0; index < active_.queues.size(); ++index) {
    if (active_.queues[index].is_enabled()) {
      pending_ |= 1U << index;
    }
  }
  run();
}

[[gnu::cold]] void Block::abandon(std::uint16_t slot) noexcept {
  Request& request = requests_[slot];
  pieces_.orphan(slot);
  active_.queues[request.queue].abandon(std::move(*request.chain));
  request.chain.reset();
  slots_.give_back(slot);
  if (waiting_ == slot) {
    waiting_ = none;
  }
}

[[gnu::cold]] void Block::reset() noexcept {
  slots_.for_each([this](std::uint16_t slot) { abandon(slot); });
  active_ = {};
  pending_ = 0;
  writeback_ = true;
  gave_up_ = false;
  was_idle_ = false;
  unseen_change_ = {};
  if (!disk_is_known_) {
    look_at_disk();  // a driver that comes now takes features and capacity from it
  }
}

[[gnu::cold]] void Block::reset_queue(std::uint16_t queue) noexcept {
  slots_.for_each([this, queue](std::uint16_t slot) {
    if (requests_[slot].queue == queue) {
      abandon(slot);
    }
  });
  pending_ &= ~(1U << queue);
  run();
}

void Block::notify(std::uint16_t queue) noexcept {
  pending_ |= 1U << queue;
  run();
}

void Block::back_end_ready() noexcept {
  look_at_disk();
  gave_up_ = false;
  was_idle_ = false;
  run();
}

[[gnu::cold]] void Block::check_progress() noexcept {
  look_at_disk();
  // Only a back end that has something to do can be found idle.
  const bool is_asked = pieces_.count() != 0 || !disk_is_known_;
  const bool is_idle = has_work() && is_asked && ends_ == ends_seen_;
  ends_seen_ = ends_;
  if (is_idle && was_idle_) {
    gave_up_ = true;
    fail_all();
  }
  was_idle_ = is_idle;
  run();
}

[[gnu::cold]] void Block::fail_all() noexcept {
  slots_.for_each([this](std::uint16_t slot) {
    Request& request = requests_[slot];
    pieces_.orphan(slot);
    request.pieces = 0;
    request.give_up();
    finish(slot);
  });
}

void Block::run() noexcept {
  if (active_.events == nullptr) {
    end_pieces();
    back_end_.flush();
    return;
  }
  // A driver that follows the rules has no more chains out than its queues have entries. One more
  // is for each queue to be seen empty.
  budget_ = options_.queues * (std::uint32_t{virtio::Queue::most_size} + 1);
  do {
    end_pieces();
  } while (begin_requests());
  publish();
  back_end_.flush();
}

void Block::end_pieces() noexcept {
  if (pieces_.count() == 0) {
    return;
  }
  while (const auto completion = back_end_.next_completion()) {
    end_piece(*completion);
  }
}

bool Block::can_begin() const noexcept {
  return waiting_ == none && slots_.count() < most_requests && budget_ != 0;
}

/// Takes what can be taken; whether that was anything, so that some of it may have ended already.
bool Block::begin_requests() noexcept {
  bool any = false;
  if (waiting_ != none) {
    go_on(waiting_);
    any = waiting_ == none;
  }
  const auto count = static_cast<std::uint16_t>(active_.queues.size());
  for (std::uint16_t turn = 0; turn < count && pending_ != 0 && can_begin(); ++turn) {
    const std::uint16_t index = next_queue_ < count ? next_queue_ : std::uint16_t{0};
    next_queue_ = static_cast<std::uint16_t>(index + 1);
    if (test_bit(pending_, index)) {
      any = take_from(index) || any;
    }
  }
  return any;
}

/// Leaves the queue pending, and its driver told not to notify, where it must be looked into again
/// anyway.
bool Block::take_from(std::uint16_t index) noexcept {
  virtio::Queue& queue = active_.queues[index];
  bool any = false;
  queue.suppress_notifications();
  // Before the disk is known nothing can be done; once it does not answer, everything fails.
  while (can_begin() && (disk_is_known_ || gave_up_)) {
    auto chain = queue.pop();
    if (chain) {
      any = true;
      --budget_;
      begin(index, std::move(*chain));
    } else if (found_empty(index, chain.error())) {
      break;
    }
  }
  return any;
}

/// What to do with a queue that yielded nothing; false to try again.
bool Block::found_empty(std::uint16_t index, Error why) noexcept {
  virtio::Queue& queue = active_.queues[index];
  if (why != Error::not_found && why != Error::no_space) {
    pending_ &= ~(1U << index);
    active_.events->needs_reset();
    return true;
  }
  const bool is_busy = pieces_.count() >= busy_pieces && !gave_up_;
  const bool will_look_again = why == Error::no_space ? slots_.count() != 0 : is_busy;
  if (will_look_again) {
    return true;
  }
  if (queue.allow_notifications()) {
    queue.suppress_notifications();
    --budget_;
    return false;
  }
  pending_ &= ~(1U << index);
  return true;
}

void Block::publish() noexcept {
  for (; completed_ != 0; completed_ &= completed_ - 1) {
    const auto index = static_cast<std::uint16_t>(std::countr_zero(completed_));
    if (active_.queues[index].publish()) {
      active_.events->queue_interrupt(index);
    }
  }
}

}  // namespace serai::virtio_block
