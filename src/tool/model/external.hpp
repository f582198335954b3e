// SPDX-License-Identifier: BSD-2-Clause
//
// A Microkit system description that somebody else wrote, whose protection domains join a system of
// Serai's.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tool/model/diagnostic.hpp"

namespace serai::tool {

/// `<memory_region>`.
struct ExternalRegion {
  Span where;
  std::string name;
  std::uint64_t size = 0;
  std::uint64_t page_size = 0x1000;
  std::optional<std::uint64_t> physical;
};

/// `<map>`.
struct ExternalMap {
  Span where;
  std::string region;
  std::uint64_t address = 0;
  bool may_read = false;
  bool may_write = false;
  bool may_execute = false;
  bool cached = true;
};

/// `<irq>`.
struct ExternalInterrupt {
  Span where;
  std::uint64_t intid = 0;
  std::uint64_t channel = 0;
  bool edge = false;
};

/// `<protection_domain>`. One named after a VM's VMM stands for that VMM: of it, the maps and
/// channels count.
struct ExternalDomain {
  Span where;
  std::string name;
  std::string program;  ///< path of the ELF file, relative to the description
  std::uint64_t priority = 0;
  std::uint64_t budget_us = 0;
  std::uint64_t period_us = 0;
  std::uint64_t stack_bytes = 0;
  bool passive = false;
  std::vector<ExternalMap> maps;
  std::vector<ExternalInterrupt> interrupts;
};

/// `<end>`.
struct ExternalEnd {
  Span where;
  std::string domain;
  std::uint64_t id = 0;
  bool may_notify = true;
  bool may_call = false;
};

/// `<channel>`.
struct ExternalChannel {
  ExternalEnd a;
  ExternalEnd b;
};

struct ExternalModel {
  std::shared_ptr<const SourceFile> file;
  std::vector<ExternalRegion> regions;
  std::vector<ExternalDomain> domains;
  std::vector<ExternalChannel> channels;

  [[nodiscard]] const ExternalDomain* find_domain(const std::string& name) const;
};

/// Reads a description. Reports what is not well formed and what Serai cannot carry over: elements
/// and attributes that it does not know, and names that lead nowhere.
std::optional<ExternalModel> read_external(const std::shared_ptr<const SourceFile>& file,
                                           Diagnostics& diagnostics);

}  // namespace serai::tool
