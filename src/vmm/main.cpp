// SPDX-License-Identifier: BSD-2-Clause
#include <optional>

#include "backends/sddf/queue_log.hpp"
#include "config/view.hpp"
#include "platform/microkit/configuration.hpp"
#include "platform/microkit/data_cache.hpp"
#include "platform/microkit/fault_glue.hpp"
#include "platform/microkit/microkit_vcpu.hpp"
#include "platform/microkit/pd_clock.hpp"
#include "platform/microkit/stop.hpp"
#include "vmm/exit_handler.hpp"
#include "vmm/program.hpp"

namespace serai {
namespace {

/// Where log lines go in a system without a console.
class NoLog final : public LogPort {
 public:
  void write_line(std::string_view /*line*/) noexcept override {}
};

// All of a VMM's memory, made once while it starts.
constinit NoLog no_log;
constinit microkit::DataCache data_cache;
constinit microkit::MicrokitVcpu vcpu{0};
constinit std::optional<config::VmmView> configuration;
constinit std::optional<microkit::PdClock> clock;
constinit std::optional<sddf::QueueLog> queue_log;
constinit std::optional<vmm::Machine> machine;
constinit std::optional<vmm::ExitHandler> exit_handler;
constinit std::optional<vmm::Program> program;

LogPort& make_log(SignalPort& signals) noexcept {
  const config::SerialQueue* const queue = configuration->log_queue();
  if (queue == nullptr) {
    return no_log;
  }
  const auto transmit = sddf::SerialQueueMemory::at(queue->transmit_queue, queue->transmit_data,
                                                    queue->transmit_capacity);
  return queue_log.emplace(transmit, signals, queue->channel);
}

std::span<std::byte> device_memory() noexcept {
  // Safety: the tool maps this much memory there, for nothing else.
  return {reinterpret_cast<std::byte*>(config::device_memory_address),
          configuration->blob().device_memory_size};
}

}  // namespace

ProtectionDomain& start_protection_domain(SignalPort& signals) {
  const auto view = config::VmmView::open(microkit::configuration());
  if (!view) {
    microkit::stop_this_pd("vmm: the configuration is damaged");
  }
  configuration.emplace(*view);
  clock.emplace(configuration->blob().timer_channel);
  LogPort& log = make_log(signals);
  microkit::set_last_words_log(log);
  machine.emplace(
      *configuration,
      vmm::Ports{
          .vcpu = vcpu, .signals = signals, .clock = *clock, .cache = data_cache, .log = log},
      device_memory());
  if (!machine->build()) {
    microkit::stop_this_pd("vmm: the configuration does not fit this program");
  }
  microkit::set_fault_sink(exit_handler.emplace(*machine));
  machine->start();
  return program.emplace(*machine);
}

}  // namespace serai
