// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <cstdint>

#include "el2/thread.hpp"

namespace serai::testbed {

/// System call numbers of the MCS kernel, in X7 (seL4_Syscall_ID), and the testbed's own.
namespace system_call {
inline constexpr std::int64_t call = -1;
inline constexpr std::int64_t reply_recv = -2;
inline constexpr std::int64_t nb_send_recv = -3;
inline constexpr std::int64_t nb_send_wait = -4;
inline constexpr std::int64_t send = -5;
inline constexpr std::int64_t nb_send = -6;
inline constexpr std::int64_t recv = -7;
inline constexpr std::int64_t nb_recv = -8;
inline constexpr std::int64_t wait = -9;
inline constexpr std::int64_t nb_wait = -10;
inline constexpr std::int64_t yield = -11;
inline constexpr std::int64_t debug_put_character = -12;
inline constexpr std::int64_t testbed_control = -200;
}  // namespace system_call

enum class CapabilityUse : std::uint8_t { sending, receiving };

/// A PD has executed SVC.
void handle_system_call(Pd& pd) noexcept;

/// `thread` named in X0 a capability that it does not have.
void raise_capability_fault(Thread& thread, CapabilityUse use) noexcept;

/// `thread` made a system call that does not exist.
void raise_unknown_system_call(Thread& thread) noexcept;

}  // namespace serai::testbed
