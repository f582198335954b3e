// SPDX-License-Identifier: BSD-2-Clause
#include "el2/ipc.hpp"

#include <algorithm>
#include <cstring>

#include "base/bits.hpp"
#include "el2/fault_message.hpp"
#include "el2/report.hpp"
#include "el2/schedule.hpp"

namespace serai::testbed {
namespace {

constexpr std::uint64_t call_badge_bit = bit(63);

std::uint64_t& badge_of(Pd& pd) noexcept {
  return pd.context[place::x0];
}

std::uint64_t& info_of(Pd& pd) noexcept {
  return pd.context[place::x1];
}

void copy_message(Pd& from, Pd& to) noexcept {
  const std::uint64_t info = info_of(from);
  info_of(to) = message_info::make(message_info::label(info), message_info::length(info));
  std::copy_n(&from.context[place::x2], words_in_registers, &to.context[place::x2]);
  const std::uint64_t length = message_info::length(info);
  if (length > words_in_registers) {
    std::memcpy(to.ipc_buffer + 1 + words_in_registers, from.ipc_buffer + 1 + words_in_registers,
                (length - words_in_registers) * sizeof(std::uint64_t));
  }
}

/// Hands `sender`'s call or fault to `pd`, which runs next with it.
void transfer(Thread& sender, Pd& pd) noexcept {
  if (sender.fault.label != 0) {
    badge_of(pd) = sender.fault_badge;
    info_of(pd) = message_info::make(sender.fault.label, sender.fault.length);
    write_fault(sender, pd);
  } else {
    badge_of(pd) = sender.call_badge;
    copy_message(static_cast<Pd&>(sender), pd);
  }
  sender.state = ThreadState::awaiting_reply;
  pd.reply_to = &sender;
}

/// Puts `sender` into the server's queue: by priority, first come first served among equals.
void enqueue_sender(Thread& sender, Pd& server) noexcept {
  Thread** link = &server.first_sender;
  while (*link != nullptr && (*link)->priority >= sender.priority) {
    link = &(*link)->next_sender;
  }
  sender.next_sender = *link;
  *link = &sender;
}

void remove_sender(Thread& sender, Pd& server) noexcept {
  Thread** link = &server.first_sender;
  while (*link != &sender) {
    link = &(*link)->next_sender;
  }
  *link = sender.next_sender;
}

/// Sends `sender`'s call or fault to `server`.
void send(Thread& sender, Pd& server) noexcept {
  sender.sent_to = &server;
  make_waiting(sender, ThreadState::sending);
  if (server.state == ThreadState::receiving) {
    transfer(sender, server);
    make_ready(server);
  } else {
    enqueue_sender(sender, server);
  }
}

void deliver_notifications(Pd& pd) noexcept {
  badge_of(pd) = pd.notifications.take();
  info_of(pd) = 0;
}

/// Gives `pd` an event that is there already.
bool take_event(Pd& pd) noexcept {
  if (pd.notifications.any()) {
    deliver_notifications(pd);
    return true;
  }
  if (pd.first_sender == nullptr) {
    return false;
  }
  Thread& sender = *pd.first_sender;
  pd.first_sender = sender.next_sender;
  transfer(sender, pd);
  return true;
}

/// Nobody will answer the call or fault that `pd` took last.
void drop_reply(Pd& pd) noexcept {
  if (pd.reply_to != nullptr) {
    pd.reply_to->state = ThreadState::stopped;
    pd.reply_to->fault.label = 0;
    pd.reply_to = nullptr;
  }
}

}  // namespace

std::uint64_t& message_word(Pd& pd, std::size_t index) noexcept {
  return index < words_in_registers ? pd.context[place::x2 + index] : pd.ipc_buffer[index + 1];
}

void signal(Pd& pd, unsigned channel) noexcept {
  pd.notifications.signal(channel);
  if (pd.state == ThreadState::receiving && pd.notifications.any()) {
    deliver_notifications(pd);
    make_ready(pd);
  }
}

void call(Pd& caller, Pd& server, unsigned channel) noexcept {
  caller.call_badge = call_badge_bit | channel;
  caller.fault.label = 0;
  send(caller, server);
}

void reply(Pd& pd) noexcept {
  if (pd.reply_to == nullptr) {
    return;
  }
  Thread& waiting = *pd.reply_to;
  pd.reply_to = nullptr;
  bool runs_on = true;
  if (waiting.fault.label != 0) {
    runs_on = read_fault_reply(waiting, pd);
    waiting.fault.label = 0;
  } else {
    auto& caller = static_cast<Pd&>(waiting);
    copy_message(pd, caller);
    badge_of(caller) = 0;
  }
  if (runs_on) {
    make_ready(waiting);
  } else {
    waiting.state = ThreadState::stopped;
  }
}

void receive(Pd& pd) noexcept {
  drop_reply(pd);
  if (!take_event(pd)) {
    make_waiting(pd, ThreadState::receiving);
  }
}

void poll(Pd& pd) noexcept {
  drop_reply(pd);
  if (!take_event(pd)) {
    badge_of(pd) = 0;
    info_of(pd) = 0;
  }
}

void raise_fault(Thread& thread, const Fault& fault) noexcept {
  thread.fault = fault;
  if (thread.peer == nullptr) {
    report_fault(thread);
    make_waiting(thread, ThreadState::stopped);
    return;
  }
  send(thread, *thread.peer);
}

void suspend(Thread& thread) noexcept {
  if (thread.state == ThreadState::sending) {
    remove_sender(thread, *thread.sent_to);
  } else if (thread.state == ThreadState::awaiting_reply) {
    thread.sent_to->reply_to = nullptr;
  }
  thread.fault.label = 0;
  make_waiting(thread, ThreadState::stopped);
}

void resume_thread(Thread& thread) noexcept {
  if (thread.state != ThreadState::ready) {
    suspend(thread);
    make_ready(thread);
  }
}

}  // namespace serai::testbed
