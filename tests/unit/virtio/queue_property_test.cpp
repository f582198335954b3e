// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>
#include <vector>

#include "support/queue_model.hpp"

namespace serai::test {
namespace {

struct Step {
  std::uint8_t action;
  std::uint8_t a;
  std::uint8_t b;
};

void run(QueueModel& model, const std::vector<std::uint32_t>& steps) {
  for (const auto step : steps) {
    model.step(static_cast<QueueModel::Action>(step % QueueModel::action_count),
               static_cast<std::uint8_t>(step >> 8U), static_cast<std::uint8_t>(step >> 16U));
  }
  model.finish();
}

std::vector<std::uint32_t> any_steps() {
  return *rc::gen::scale(8.0, rc::gen::container<std::vector<std::uint32_t>>(
                                  rc::gen::resize(100, rc::gen::arbitrary<std::uint32_t>())));
}

VirtioDriver::Options any_options(bool packed) {
  const bool negotiated = *rc::gen::arbitrary<bool>();
  return {.size = *rc::gen::elementOf(std::vector<std::uint16_t>{4, 8, 16}),
          .packed = packed,
          .use_indirect = negotiated && *rc::gen::arbitrary<bool>(),
          .event_index = *rc::gen::arbitrary<bool>(),
          .in_order = *rc::gen::arbitrary<bool>(),
          .indirect = negotiated};
}

RC_GTEST_PROP(QueueProperty, ASplitQueueDoesWhatItsModelDoes, ()) {
  QueueModel model(any_options(false));
  run(model, any_steps());
  RC_ASSERT(model.violation() == "");
}

RC_GTEST_PROP(QueueProperty, APackedQueueDoesWhatItsModelDoes, ()) {
  QueueModel model(any_options(true));
  run(model, any_steps());
  RC_ASSERT(model.violation() == "");
}

RC_GTEST_PROP(QueueProperty, SplitAndPackedQueuesDoTheSame, ()) {
  auto options = any_options(false);
  QueueModel split(options);
  options.packed = true;
  QueueModel packed(options);
  const auto steps = any_steps();
  run(split, steps);
  run(packed, steps);
  RC_ASSERT(split.violation() == "");
  RC_ASSERT(packed.violation() == "");
  RC_ASSERT(split.history() == packed.history());
}

}  // namespace
}  // namespace serai::test
