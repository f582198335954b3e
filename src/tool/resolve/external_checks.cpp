// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "tool/resolve/external.hpp"

namespace serai::tool {

namespace {

constexpr std::size_t most_pds = 63;
constexpr std::uint32_t most_channels = 62;

/// Looks at everything twice that both parts could have taken.
class FitChecker {
 public:
  FitChecker(const ResolvedSystem& system, const Span& where, Diagnostics& diagnostics)
      : system_(system), where_(where), diagnostics_(diagnostics) {}

  void check_pds() {
    std::set<std::string> names;
    for (const ProtectionDomain& pd : system_.pds) {
      if (!names.insert(pd.name).second) {
        complain(fmt::format("Serai has a protection domain \"{}\" of its own", pd.name),
                 "rename it in the external system, or let it serve what Serai's would: see "
                 "`external` in docs/reference/system.md");
      }
    }
    if (system_.pds.size() > most_pds) {
      diagnostics_.error("E0501", where_,
                         fmt::format("together these are {} protection domains; Microkit has {}",
                                     system_.pds.size(), most_pds),
                         "have fewer of them");
    }
  }

  void check_regions(std::size_t first, std::size_t count) {
    for (std::size_t theirs = first; theirs < first + count; ++theirs) {
      for (std::size_t ours = 0; ours < system_.regions.size(); ++ours) {
        if (ours < first || ours >= first + count) {
          check_pair(system_.regions[theirs], system_.regions[ours]);
        }
      }
    }
  }

  void check_interrupts() {
    std::map<std::uint32_t, std::string> owners;
    for (const ProtectionDomain& pd : system_.pds) {
      for (const Interrupt& interrupt : pd.interrupts) {
        const auto [owner, is_new] = owners.emplace(interrupt.intid, pd.name);
        if (!is_new) {
          complain(fmt::format("\"{}\" and \"{}\" both take the interrupt {}", owner->second,
                               pd.name, interrupt.intid),
                   "a device has one driver: see console, timer and store in "
                   "docs/reference/system.md");
        }
      }
    }
  }

  void check_channels() {
    std::map<std::size_t, std::uint32_t> highest;
    for (const Channel& channel : system_.channels) {
      for (const ChannelEnd& end : {channel.a, channel.b}) {
        highest[end.pd] = std::max(highest[end.pd], end.id);
      }
    }
    for (const auto& [pd, id] : highest) {
      if (id >= most_channels) {
        diagnostics_.error("E0502", where_,
                           fmt::format("\"{}\" has more channels and interrupts than the {} that "
                                       "Microkit gives it",
                                       system_.pds[pd].name, most_channels),
                           "have fewer devices");
      }
    }
  }

 private:
  void complain(std::string what, std::string hint) {
    diagnostics_.error("E0807", where_, std::move(what), std::move(hint));
  }

  void check_pair(const MemoryRegion& theirs, const MemoryRegion& ours) {
    if (theirs.name == ours.name) {
      complain(fmt::format("Serai has a memory region \"{}\" of its own", ours.name),
               "rename it in the external system");
    }
    if (theirs.physical && ours.physical && *theirs.physical < *ours.physical + ours.size &&
        *ours.physical < *theirs.physical + theirs.size) {
      complain(fmt::format("the external system's \"{}\" and Serai's {} lie at one place, {:#x}",
                           theirs.name, ours.what, std::max(*theirs.physical, *ours.physical)),
               "a device has one driver, and memory one owner: see console, timer and store in "
               "docs/reference/system.md");
    }
  }

  const ResolvedSystem& system_;
  const Span& where_;
  Diagnostics& diagnostics_;
};

}  // namespace

bool check_external_fits(const ResolvedSystem& system, const CheckedExternal& external,
                         std::size_t first_region, Diagnostics& diagnostics) {
  const std::size_t before = diagnostics.error_count();
  FitChecker checker(system, external.where, diagnostics);
  checker.check_pds();
  checker.check_regions(first_region, external.model.regions.size());
  checker.check_interrupts();
  checker.check_channels();
  return diagnostics.error_count() == before;
}

}  // namespace serai::tool
