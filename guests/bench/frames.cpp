// SPDX-License-Identifier: BSD-2-Clause
//
// Two bare-metal guests on a switch, of which one sends a frame of a ping's size a thousand times
// and waits for the answer, and the other answers (row P9). Which one a guest is tells the last
// byte of its MAC address: 1 asks, 2 answers. Section 1 is all of the round trips.
#include <algorithm>
#include <array>
#include <cstdint>

#include "mark.hpp"
#include "runtime/cpu.hpp"
#include "runtime/gic.hpp"
#include "runtime/runtime.hpp"
#include "virtio_pci.hpp"
#include "wait.hpp"

namespace {

using namespace bench;

constexpr unsigned rounds = 1000;
constexpr std::uint16_t receive_queue = 0;
constexpr std::uint16_t transmit_queue = 1;
constexpr unsigned receive_buffers = 64;
constexpr std::uint64_t merged_buffers = std::uint64_t{1} << 15;
constexpr std::uint32_t buffer_bytes = 2048;
constexpr std::uint32_t frame_bytes = 98;  // of ping: 56 of data, ICMP, IP and Ethernet headers

enum class Kind : std::uint8_t { hello, question, answer, end };

using Address = std::array<std::uint8_t, 6>;

struct Frame {
  std::array<std::uint8_t, 12> virtio_header;
  Address destination;
  Address source;
  std::array<std::uint8_t, 2> type;
  Kind kind;
  std::array<std::uint8_t, frame_bytes - 15> data;
};

constexpr std::array<std::uint8_t, 2> local_experiments = {0x88, 0xb5};

alignas(64) constinit std::array<std::array<std::uint8_t, buffer_bytes>, receive_buffers> buffers{};
constinit Frame sent{};

class Nic {
 public:
  explicit Nic(unsigned slot) : device_(slot) {
    device_.begin(merged_buffers);
    device_.enable(receive_queue, receive_);
    device_.enable(transmit_queue, transmit_);
    device_.finish();
    for (auto& buffer : buffers) {
      offer(buffer);
    }
    publish();
    for (std::uint32_t i = 0; i < own_.size(); ++i) {
      own_[i] = device_.config8(i);
    }
  }

  [[nodiscard]] bool asks() const { return own_.back() == 1; }

  void send(Kind kind) {
    while (transmit_.take().has_value()) {
    }
    sent = {.virtio_header = {},
            .destination = own_,
            .source = own_,
            .type = local_experiments,
            .kind = kind,
            .data = {}};
    sent.destination.back() = asks() ? 2 : 1;
    const std::array chain = {Buffer{.bytes = &sent, .length = sizeof sent}};
    static_cast<void>(transmit_.add(chain));
    if (transmit_.publish()) {
      device_.notify(transmit_queue);
    }
  }

  /// Whether a frame of this kind is there; others that came before are dropped.
  [[nodiscard]] bool take(Kind wanted) {
    bool found = false;
    while (!found) {
      const auto used = receive_.take();
      if (!used.has_value()) {
        return false;
      }
      auto& buffer = buffers[offered_[used->head]];
      Frame frame{};
      std::copy_n(buffer.begin(), sizeof frame, reinterpret_cast<std::uint8_t*>(&frame));
      found = frame.type == local_experiments && frame.kind == wanted;
      has_ended_ = has_ended_ || frame.kind == Kind::end;
      offer(buffer);
    }
    publish();
    return true;
  }

  /// Waits for a frame of this kind, or the end.
  void wait_for(Kind wanted) {
    unsigned seen = probe::gic::recorded();
    while (!take(wanted) && !has_ended_) {
      publish();
      if (receive_.want_interrupt()) {
        wait_for_interrupt_after(seen);
      }
      seen = probe::gic::recorded();
    }
  }

  [[nodiscard]] bool has_ended() const { return has_ended_; }

 private:
  void offer(std::array<std::uint8_t, buffer_bytes>& buffer) {
    const std::array chain = {
        Buffer{.bytes = &buffer, .length = buffer_bytes, .device_writes = true}};
    offered_[receive_.add(chain)] = static_cast<std::uint8_t>(&buffer - buffers.data());
  }

  void publish() {
    if (receive_.publish()) {
      device_.notify(receive_queue);
    }
  }

  VirtioPci device_;
  Virtqueue receive_{receive_buffers};
  Virtqueue transmit_{receive_buffers};
  std::array<std::uint8_t, receive_buffers> offered_{};  ///< buffers, by their chains' heads
  Address own_{};
  bool has_ended_ = false;
};

void round_trip(Nic& nic) {
  nic.send(Kind::question);
  nic.wait_for(Kind::answer);
}

void ask(Nic& nic) {
  nic.wait_for(Kind::hello);
  round_trip(nic);
  mark<1>();
  for (unsigned i = 0; i < rounds; ++i) {
    round_trip(nic);
  }
  mark<0>();
  nic.send(Kind::end);
  probe::check("round trips", true, "");
}

void answer(Nic& nic) {
  // The other may start later.
  constexpr unsigned long patience = 100'000;
  for (bool heard = false; !heard;) {
    nic.send(Kind::hello);
    for (unsigned long left = patience; left != 0 && !heard; --left) {
      heard = nic.take(Kind::question);
    }
  }
  while (!nic.has_ended()) {
    nic.send(Kind::answer);
    nic.wait_for(Kind::question);
  }
}

}  // namespace

void probe_main() {
  probe::gic::start();
  probe::gic::record_interrupts();
  probe::allow_interrupts();
  Nic nic(1);
  if (nic.asks()) {
    ask(nic);
  } else {
    answer(nic);
  }
}
