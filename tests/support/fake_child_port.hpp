// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <map>
#include <vector>

#include "core/child_port.hpp"

namespace serai::test {

/// Children that are numbers: where each is, and which were started again, in order.
class FakeChildPort final : public ChildPort {
 public:
  [[nodiscard]] ChildStart start_of(ChildId child) noexcept override { return places[child]; }

  void restart(ChildId child, const ChildStart& start) noexcept override {
    places[child] = start;
    restarted.push_back(child);
  }

  std::map<ChildId, ChildStart> places;
  std::vector<ChildId> restarted;
};

}  // namespace serai::test
