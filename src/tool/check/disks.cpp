// SPDX-License-Identifier: BSD-2-Clause
#include <algorithm>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/bits.hpp"
#include "tool/check/checks.hpp"
#include "tool/check/files.hpp"
#include "tool/model/quantity.hpp"

namespace serai::tool {

namespace {

namespace fs = std::filesystem;

/// The unit of a block PD's queues, and the sector of a RAM disk.
constexpr std::uint64_t block_bytes = 4096;
constexpr std::uint64_t sector_bytes = 512;
constexpr std::uint64_t most_ram_disk_bytes = 1ULL << 40;

bool is_external(const DiskModel& model) {
  return model.store && model.store->value == DiskStore::external;
}

bool is_in_memory(const DiskModel& model) {
  return model.store ? model.store->value == DiskStore::memory : model.memory.has_value();
}

/// Whether the keys of a disk go together.
bool check_keys(const DiskModel& model, Diagnostics& diagnostics) {
  const auto complain = [&](const Span& where, std::string what, std::string hint) {
    diagnostics.error("E0605", where, std::move(what), std::move(hint));
    return false;
  };
  const std::string& name = model.name.value;
  if (is_external(model)) {
    const auto refuse = [&](const auto& key, const char* word) {
      return !key ||
             complain(key->where,
                      fmt::format("the disk \"{}\" is external, so `{}` is not for Serai to say",
                                  name, word),
                      "leave the key out: whoever serves the disk decides");
    };
    const bool no_file = refuse(model.file, "file");
    const bool no_memory = refuse(model.memory, "memory");
    const bool no_size = refuse(model.size, "size");
    return refuse(model.crash_after, "crash_after") && no_size && no_file && no_memory;
  }
  if (model.memory && model.store && model.store->value == DiskStore::file) {
    return complain(model.memory->where,
                    fmt::format("the disk \"{}\" is kept in its file, so it has no memory", name),
                    "leave `memory` out, or write: store = \"memory\"");
  }
  if (model.crash_after && is_in_memory(model)) {
    return complain(model.crash_after->where,
                    fmt::format("the disk \"{}\" is in memory, so nothing serves it that could "
                                "crash",
                                name),
                    "leave `crash_after` out");
  }
  if (!model.file && model.size) {
    return complain(model.size->where, "`size` is that of a file, and there is none",
                    "a disk in memory has its size in `memory`");
  }
  if (!model.file && model.store) {
    return complain(model.store->where,
                    "`store` says where the contents of a file are kept, and there is none",
                    "leave it out");
  }
  return true;
}

/// `crash_after` is for people who try how their system copes, and easily forgotten.
void warn_of_crashes(const DiskModel& model, Diagnostics& diagnostics) {
  diagnostics.warning("W0610", model.crash_after->where,
                      fmt::format("the protection domain of the disk \"{}\" crashes after every {} "
                                  "requests",
                                  model.name.value, model.crash_after->value),
                      "leave `crash_after` out, unless you want to see how the system copes");
}

/// The next multiple of a block, for people who cannot be sure where their disk's contents end.
std::string truncate_hint(const Located<std::string>& file, std::uint64_t size,
                          std::uint64_t unit) {
  return fmt::format("make it longer with: truncate -s {} {}", align_up(size, unit),
                     path_of(file).string());
}

bool check_image_size(const DiskModel& model, std::uint64_t size, std::uint64_t unit,
                      Diagnostics& diagnostics) {
  const Located<std::string>& file = *model.file;
  if (size == 0) {
    diagnostics.error(
        "E0404", file.where, fmt::format("the disk \"{}\" is empty", file.value),
        "make it as large as it shall be, for example: truncate -s 1G " + path_of(file).string());
    return false;
  }
  if (model.size && size != model.size->value) {
    const bool shorter = size < model.size->value;
    diagnostics.error(
        "E0601", model.size->where,
        fmt::format("\"{}\" has {}, which is {} than the {} said here", file.value,
                    format_size(size), shorter ? "less" : "more", format_size(model.size->value)),
        shorter ? fmt::format("copy it again, or make it longer with: truncate -s {} {}",
                              model.size->value, path_of(file).string())
                : fmt::format("write size = {}, or leave it out", size));
    return false;
  }
  if (size % unit != 0) {
    diagnostics.error("E0602", file.where,
                      fmt::format("\"{}\" has {} bytes, which is not a multiple of a block, {} "
                                  "bytes",
                                  file.value, size, unit),
                      truncate_hint(file, size, unit));
    return false;
  }
  return true;
}

/// A sparse file needs room when it is written; whether there will be any, nobody knows now.
void check_room(const Located<std::string>& file, const fs::path& path, std::uint64_t size,
                Diagnostics& diagnostics) {
  constexpr std::uint64_t stat_block = 512;
  struct stat status{};
  std::error_code error;
  const fs::space_info space = fs::space(path, error);
  if (error || stat(path.c_str(), &status) != 0) {
    return;
  }
  const std::uint64_t kept = static_cast<std::uint64_t>(status.st_blocks) * stat_block;
  const std::uint64_t missing = size > kept ? size - kept : 0;
  if (missing > space.available) {
    constexpr std::uint64_t mebibyte = 1 << 20;
    diagnostics.warning(
        "W0608", file.where,
        fmt::format("\"{}\" may grow by {} MiB when it is written, and its file system has room "
                    "for {} MiB: then the guest gets I/O errors",
                    file.value, missing / mebibyte, space.available / mebibyte),
        "make room, or put the file elsewhere");
  }
}

void check_file_disk(const DiskModel& model, CheckedDisk& disk, Diagnostics& diagnostics) {
  const auto path = find_file(*model.file, "disk", diagnostics);
  if (!path) {
    return;
  }
  std::error_code error;
  disk.file = fs::absolute(*path);
  disk.size = fs::file_size(*path, error);
  if (error || access(path->c_str(), R_OK) != 0) {
    diagnostics.error("E0403", model.file->where,
                      fmt::format("the disk \"{}\" cannot be read{}{}", model.file->value,
                                  error ? ": " : "", error ? error.message() : std::string()));
    return;
  }
  if (!disk.read_only && access(path->c_str(), W_OK) != 0) {
    diagnostics.error("E0606", model.file->where,
                      fmt::format("the disk \"{}\" cannot be written", model.file->value),
                      "change its permissions, or write: read_only = true");
  }
  if (check_image_size(model, disk.size, block_bytes, diagnostics) && !disk.read_only) {
    check_room(*model.file, *path, disk.size, diagnostics);
  }
}

bool check_memory_size(const Located<std::uint64_t>& memory, Diagnostics& diagnostics) {
  const bool fits =
      memory.value != 0 && memory.value % sector_bytes == 0 && memory.value <= most_ram_disk_bytes;
  if (!fits) {
    diagnostics.error("E0603", memory.where,
                      fmt::format("a disk of {} is not possible", format_size(memory.value)),
                      "write a multiple of 512 bytes, for example \"64M\"");
  }
  return fits;
}

void check_ram_disk(const DiskModel& model, CheckedDisk& disk, Diagnostics& diagnostics) {
  if (model.memory && check_memory_size(*model.memory, diagnostics)) {
    disk.size = model.memory->value;
  }
  if (!model.file) {
    return;
  }
  auto input = read_input(*model.file, "disk", diagnostics);
  if (!input || !check_image_size(model, input->bytes.size(), sector_bytes, diagnostics)) {
    return;
  }
  disk.file = fs::absolute(input->path);
  disk.bytes = std::move(input->bytes);
  if (!model.memory) {
    disk.size = disk.bytes.size();
  } else if (disk.bytes.size() > disk.size) {
    diagnostics.error("E0604", model.memory->where,
                      fmt::format("\"{}\" has {}, more than this disk in memory", model.file->value,
                                  format_size(disk.bytes.size())),
                      fmt::format("write at least memory = \"{}\", or leave it out",
                                  size_literal(disk.bytes.size())));
  }
}

/// QEMU writes to a file for one disk only.
void check_files(const std::vector<CheckedDisk>& disks, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < disks.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      const bool in_files = !disks[i].in_memory && !disks[j].in_memory && !disks[i].file.empty() &&
                            !disks[j].file.empty();
      std::error_code error;
      if (in_files && !(disks[i].read_only && disks[j].read_only) &&
          fs::equivalent(disks[i].file, disks[j].file, error)) {
        diagnostics.error("E0607", disks[i].file_where,
                          fmt::format("the disks \"{}\" and \"{}\" are one file, and it is written",
                                      disks[j].name, disks[i].name),
                          "let each have its own, or make both read-only");
      }
    }
  }
}

}  // namespace

std::vector<CheckedDisk> check_disks(const SystemModel& model, Diagnostics& diagnostics) {
  std::vector<CheckedDisk> disks;
  for (const DiskModel& disk_model : model.disks) {
    CheckedDisk disk;
    disk.name = disk_model.name.value;
    disk.heading = disk_model.heading;
    disk.file_where = disk_model.file ? disk_model.file->where : disk_model.heading;
    disk.read_only = disk_model.read_only && disk_model.read_only->value;
    disk.external = is_external(disk_model);
    disk.in_memory = is_in_memory(disk_model);
    if (disk_model.crash_after) {
      disk.crash_after = static_cast<std::uint32_t>(disk_model.crash_after->value);
    }
    if (!check_keys(disk_model, diagnostics)) {
      // What it was meant to be is not known.
      disks.push_back(std::move(disk));
      continue;
    }
    if (disk_model.crash_after) {
      warn_of_crashes(disk_model, diagnostics);
    }
    if (disk.in_memory) {
      check_ram_disk(disk_model, disk, diagnostics);
    } else if (disk_model.file) {
      check_file_disk(disk_model, disk, diagnostics);
    }
    disks.push_back(std::move(disk));
  }
  check_files(disks, diagnostics);
  return disks;
}

}  // namespace serai::tool
