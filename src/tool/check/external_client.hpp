// SPDX-License-Identifier: BSD-2-Clause
//
// What an external system says of its connections with a VM: sDDF's client configurations, which
// sdfgen writes beside the description as `blk_client_NAME_vmm.data` and so on.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>

#include "tool/model/external.hpp"

namespace serai::tool {

/// A place in the address space of the domain that stands for the VMM.
struct ExternalPlace {
  std::uint64_t address = 0;
  std::uint64_t size = 0;
};

/// `serial_client_config`: "transmit" is what the VMM sends.
struct ExternalSerial {
  ExternalPlace transmit_queue;
  ExternalPlace transmit_data;
  ExternalPlace receive_queue;
  ExternalPlace receive_data;
  std::uint32_t transmit_channel = 0;
  std::uint32_t receive_channel = 0;
};

/// `blk_client_config`.
struct ExternalBlocks {
  ExternalPlace storage_info;
  ExternalPlace requests;
  ExternalPlace responses;
  ExternalPlace data;
  std::uint32_t capacity = 0;
  std::uint32_t channel = 0;
};

/// `net_client_config`.
struct ExternalPackets {
  ExternalPlace transmit_free;
  ExternalPlace transmit_active;
  ExternalPlace transmit_data;
  ExternalPlace receive_free;
  ExternalPlace receive_active;
  ExternalPlace receive_data;
  std::uint32_t capacity = 0;
  std::uint32_t transmit_channel = 0;
  std::uint32_t receive_channel = 0;
  std::array<std::uint8_t, 6> mac{};
};

/// sDDF's only size of a packet's buffer.
inline constexpr std::uint32_t external_buffer_bytes = 2048;

/// The connections of one VM; those that it needs.
struct ExternalClient {
  std::optional<ExternalSerial> serial;
  std::optional<ExternalBlocks> blocks;
  std::optional<ExternalPackets> packets;
  std::optional<std::uint32_t> timer_channel;
};

/// Reads client configurations of one domain. Each function reports what is wrong, at `where`, and
/// then returns nothing: a file that is not there or not sDDF's, a place that the domain has not
/// mapped, a channel that it has not, a size that Serai's queues cannot have.
class ExternalClientReader {
 public:
  /// All outlive this. `folder` has the files.
  ExternalClientReader(const ExternalModel& model, const ExternalDomain& domain,
                       std::filesystem::path folder, Span where, Diagnostics& diagnostics)
      : model_(model),
        domain_(domain),
        folder_(std::move(folder)),
        where_(std::move(where)),
        diagnostics_(diagnostics) {}

  std::optional<ExternalSerial> serial();
  std::optional<ExternalBlocks> blocks();
  std::optional<ExternalPackets> packets();
  std::optional<std::uint32_t> timer();

 private:
  struct File;

  std::optional<File> open(const char* kind, std::uint8_t type, std::size_t bytes);
  bool complain(const std::string& file, const std::string& what);
  bool check_place(const File& file, const char* what, const ExternalPlace& place,
                   std::uint64_t least, bool writes);
  bool check_channel(const File& file, std::uint32_t channel);
  bool check_capacity(const File& file, const char* what, std::uint64_t capacity,
                      std::uint64_t most);

  const ExternalModel& model_;
  const ExternalDomain& domain_;
  std::filesystem::path folder_;
  Span where_;
  Diagnostics& diagnostics_;
};

}  // namespace serai::tool
