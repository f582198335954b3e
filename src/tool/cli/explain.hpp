// SPDX-License-Identifier: BSD-2-Clause
#pragma once

#include <string>

#include "tool/resolve/resolved_system.hpp"

namespace serai::tool {

/// The system for a person, as tables. `colour` marks the headings.
std::string explain_text(const ResolvedSystem& system, bool colour);

/// The same as JSON; its form is described in docs/reference/explain.md.
std::string explain_json(const ResolvedSystem& system);

/// A picture of who talks to whom, in graphviz's language.
std::string explain_dot(const ResolvedSystem& system);

// Parts of the first, as tables: a VM's VirtIO devices; who has which disk; who reaches whom on
// networks, and with sockets.
std::string virtio_table(const Guest& guest);
std::string disks_table(const ResolvedSystem& system);
std::string networks_table(const ResolvedSystem& system);
std::string sockets_table(const ResolvedSystem& system);

/// "rwx" with a dash for each right that `access` lacks.
std::string access_letters(unsigned access);

std::string trigger_name(config::Trigger trigger);

}  // namespace serai::tool
