// SPDX-License-Identifier: BSD-2-Clause
#include "support/queue_model.hpp"

#include <algorithm>
#include <utility>

namespace serai::test {

using virtio::Chain;

QueueModel::QueueModel(const VirtioDriver::Options& options, bool keeps_history)
    : driver_(ram_, options),
      event_index_(options.event_index),
      in_order_(options.in_order),
      keeps_history_(keeps_history) {
  require(queue_.enable(ram_.memory(), pool_, driver_.place(), driver_.features()).has_value(),
          "enabled");
}

QueueModel::~QueueModel() {
  for (auto& held : held_) {
    queue_.abandon(std::move(held.chain));
  }
}

void QueueModel::require(bool holds, const char* what) {
  if (!holds && violation_.empty()) {
    violation_ = std::string("not so: ") + what + ", after\n" + history_;
  }
}

void QueueModel::step(Action action, std::uint8_t a, std::uint8_t b) {
  switch (action) {
    case Action::add:
      return add(a, b);
    case Action::kick:
      return kick();
    case Action::take_used:
      return take_used();
    case Action::interrupts:
      interrupts_ = (a & 1) != 0;
      drained_ = false;
      return driver_.want_interrupts(interrupts_);
    case Action::pop:
      pop();
      return;
    case Action::put_back:
      return put_back();
    case Action::complete:
      return complete(a, b);
    case Action::publish:
      return publish();
    case Action::suppress:
      allowed_ = false;
      return queue_.suppress_notifications();
    case Action::allow:
      return allow();
    case Action::squeeze:
      return squeeze(a);
    case Action::reset:
      return reset();
  }
}

void QueueModel::add(std::uint8_t a, std::uint8_t b) {
  Sent sent;
  std::vector<VirtioDriver::Bytes> readable(a % 4);
  for (auto& piece : readable) {
    piece.assign(std::size_t{1} + b % 40, std::byte{++pattern_});
    sent.readable.insert(sent.readable.end(), piece.begin(), piece.end());
  }
  std::vector<std::uint32_t> writable((a / 4) % 4, 1U + b / 8U);
  if (readable.empty() && writable.empty()) {
    writable.push_back(1);
  }
  for (const auto size : writable) {
    sent.writable += size;
  }
  const auto id = driver_.add(readable, writable);
  note(id ? "added" : "full");
  if (id) {
    sent.id = *id;
    added_.push_back(std::move(sent));
  }
}

void QueueModel::kick() {
  const bool wanted = driver_.kick();
  // Nobody may sleep for ever: a device that waits is told.
  require(wanted || !allowed_ || added_.empty(), "a device that waits is notified");
  if (!added_.empty()) {
    allowed_ = false;
  }
  available_.insert(available_.end(), added_.begin(), added_.end());
  added_.clear();
}

void QueueModel::take_used() {
  while (const auto used = driver_.take_used()) {
    require(!finished_.empty() && finished_.front().published, "used before it was published");
    if (!violation_.empty()) {
      return;
    }
    require(used->id == finished_.front().id, "used in the order of completion");
    require(used->data == finished_.front().data, "what the device wrote is what comes back");
    note("used", used->written);
    finished_.pop_front();
  }
  require(finished_.empty() || !finished_.front().published, "what was published is used");
  drained_ = interrupts_;
}

bool QueueModel::pop() {
  const bool found = queue_.has_available();
  auto chain = queue_.pop();
  require(!queue_.is_broken(), "an honest driver breaks nothing");
  if (!chain) {
    const bool starved = chain.error() == Error::no_space;
    require(starved || chain.error() == Error::not_found, "a reason for nothing");
    require(
        starved ? !squeezed_.empty() || !held_.empty() || !waiting_.empty() : available_.empty(),
        "what is available is found");
    require(!starved || !queue_.has_available(), "a queue that starves does not ask again");
    note(starved ? "starved" : "nothing");
    return false;
  }
  require(found, "has_available knew");
  require(!available_.empty(), "only what is available is found");
  if (available_.empty()) {
    queue_.abandon(std::move(*chain));
    return false;
  }
  check(*chain, available_.front());
  order_.push_back(chain->id());
  held_.push_back({.chain = std::move(*chain), .sent = std::move(available_.front())});
  available_.pop_front();
  require(queue_.in_flight() == held_.size(), "in_flight counts what is held");
  return true;
}

void QueueModel::check(const Chain& chain, const Sent& sent) {
  require(chain.id() == sent.id, "chains come in order");
  require(chain.writable_bytes() == sent.writable, "as much to write as was given");
  auto reader = chain.reader();
  VirtioDriver::Bytes bytes(sent.readable.size());
  require(reader.read(bytes).has_value() && reader.remaining() == 0, "as much to read");
  require(bytes == sent.readable, "what the driver gave is what is read");
  note("popped to read", bytes.size());
  note("and to write", sent.writable);
}

void QueueModel::put_back() {
  if (!pop()) {
    return;
  }
  Held held = std::move(held_.back());
  held_.pop_back();
  order_.pop_back();
  queue_.put_back(std::move(held.chain));
  available_.push_front(std::move(held.sent));
}

void QueueModel::complete(std::uint8_t a, std::uint8_t b) {
  if (held_.empty()) {
    return;
  }
  const auto which = held_.begin() + static_cast<std::ptrdiff_t>(a % held_.size());
  Held held = std::move(*which);
  held_.erase(which);
  // Often everything, because only that is put together in order.
  const std::uint64_t most = held.sent.writable;
  const std::uint64_t written = b % 2 == 0 ? most : std::min<std::uint64_t>(most, b / 2U);
  const VirtioDriver::Bytes data(written, std::byte{++pattern_});
  auto writer = held.chain.writer();
  require(writer.write(data).has_value(), "there is room for what may be written");
  waiting_.push_back({.id = held.chain.id(), .data = data});
  queue_.complete(std::move(held.chain), static_cast<std::uint32_t>(written));
  show_in_order();
}

/// What is complete goes to the driver: in the order of completion, or of availability.
void QueueModel::show_in_order() {
  if (!in_order_) {
    finished_.insert(finished_.end(), waiting_.begin(), waiting_.end());
    waiting_.clear();
    order_.clear();
    return;
  }
  while (!order_.empty()) {
    const auto next = std::find_if(waiting_.begin(), waiting_.end(),
                                   [this](const auto& one) { return one.id == order_.front(); });
    if (next == waiting_.end()) {
      return;
    }
    finished_.push_back(std::move(*next));
    waiting_.erase(next);
    order_.pop_front();
  }
}

void QueueModel::publish() {
  bool fresh = false;
  for (auto& one : finished_) {
    fresh = fresh || !one.published;
    one.published = true;
  }
  const bool wanted = queue_.publish();
  require(fresh || !wanted, "no interrupt for nothing");
  require(wanted || !fresh || !drained_, "a driver that waits is interrupted");
  require(event_index_ || !fresh || wanted == interrupts_, "the driver is asked");
  if (fresh) {
    drained_ = false;
  }
}

void QueueModel::allow() {
  const bool more = queue_.allow_notifications();
  require(!more || !available_.empty(), "more is there if it is said so");
  allowed_ = available_.empty();
}

void QueueModel::squeeze(std::uint8_t a) {
  if (a % 3 == 0) {
    for (const auto segment : squeezed_) {
      pool_.give_back(segment, segment, 1);
    }
    squeezed_.clear();
    return;
  }
  for (int i = 0; i < a % 32; ++i) {
    const auto segment = pool_.take();
    if (segment == virtio::SegmentPool::none) {
      return;
    }
    squeezed_.push_back(segment);
  }
}

void QueueModel::reset() {
  // A device may be told before or after its queue stops.
  const bool first = pattern_ % 2 == 0;
  if (first) {
    queue_.disable();
  }
  for (auto& held : held_) {
    queue_.abandon(std::move(held.chain));
  }
  held_.clear();
  queue_.disable();
  squeeze(0);
  require(queue_.in_flight() == 0, "nothing in flight after a reset");
  require(pool_.free() == pool_.capacity(), "every segment is free after a reset");
  driver_.restart();
  driver_.want_interrupts(true);
  added_.clear();
  available_.clear();
  order_.clear();
  finished_.clear();
  waiting_.clear();
  interrupts_ = drained_ = allowed_ = true;
  require(queue_.enable(ram_.memory(), pool_, driver_.place(), driver_.features()).has_value(),
          "enabled again");
  note("reset");
}

void QueueModel::finish() {
  squeeze(0);
  kick();
  while (violation_.empty() && (!available_.empty() || !held_.empty())) {
    while (pop()) {
    }
    complete(0, 0);
  }
  publish();
  take_used();
  require(finished_.empty() && waiting_.empty(), "everything came back");
  require(driver_.in_flight() == 0, "the driver has everything back");
  reset();
}

}  // namespace serai::test
