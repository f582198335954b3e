// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/board.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "config/device_costs.hpp"
#include "tool/model/close_name.hpp"
#include "tool/model/table_reader.hpp"

namespace serai::tool {

namespace {

constexpr std::uint64_t page = 0x1000;
constexpr std::uint64_t most_intid = 1019;
constexpr std::uint32_t first_ppi = 16;

/// Takes the keys that a board file must have, each with a default that is never used: a missing
/// key is an error.
class BoardReader : public TableReader {
 public:
  using TableReader::TableReader;

  std::string need_text(const std::string& key, const std::string& example) {
    return need(key, text(key), example);
  }

  std::uint64_t need_size(const std::string& key) { return need(key, size(key), "0x10000"); }

  std::uint32_t need_intid(const std::string& key) {
    return static_cast<std::uint32_t>(need(key, number(key, first_ppi, most_intid), "33"));
  }

  std::uint32_t need_count(const std::string& key) {
    return static_cast<std::uint32_t>(need(key, number(key, 1, most_intid), "32"));
  }

  config::Trigger trigger(const std::string& key) {
    const auto found = choice(key, {"level", "edge"});
    return found && found->value == 1 ? config::Trigger::edge : config::Trigger::level;
  }

 private:
  template <class T>
  T need(const std::string& key, const std::optional<Located<T>>& found,
         const std::string& example) {
    if (!has(key)) {
      missing(key, fmt::format("add for example: {} = {}", key, example));
    }
    return found ? found->value : T{};
  }
};

/// The file's table `key` of `parent`, with a reader; an empty one where it is missing.
class Section {
 public:
  Section(TableReader& parent, const std::string& key, const std::string& path,
          const Span& file_span, Diagnostics& diagnostics)
      : found_(parent.table(key, "[" + path + "]")) {
    if (found_ == nullptr) {
      parent.missing(key, "add a table with the heading [" + path + "]");
    }
    reader_.emplace(found_ != nullptr ? *found_ : none_, "[" + path + "]",
                    found_ != nullptr ? span_of(*found_, file_span.file) : file_span, diagnostics);
  }

  /// Whether the table is there: without it there is no point in asking for its keys.
  explicit operator bool() const { return found_ != nullptr; }

  BoardReader* operator->() { return &*reader_; }

  BoardReader& operator*() { return *reader_; }

 private:
  const toml::table* found_;
  toml::table none_;
  std::optional<BoardReader> reader_;
};

void read_qemu(BoardReader& reader, Board& board, Diagnostics& diagnostics) {
  board.qemu_machine = reader.need_text("machine", "\"virt\"");
  board.qemu_cpu = reader.need_text("cpu", "\"cortex-a53\"");
  board.qemu_memory = reader.need_size("memory");
  for (const toml::table* table : reader.tables("virtio")) {
    BoardReader slot(*table, "[[qemu.virtio]]", span_of(*table, reader.heading().file),
                     diagnostics);
    board.virtio_slots.push_back({.device = slot.need_text("device", "\"virtio0\""),
                                  .bus = slot.need_text("bus", "\"virtio-mmio-bus.0\"")});
    slot.finish();
  }
}

void read_memory(BoardReader& reader, Board& board, Diagnostics& diagnostics) {
  board.loader_address = reader.need_size("loader");
  board.pool_size = reader.need_size("pool");
  board.window_address = reader.need_size("window");
  board.window_size = reader.need_size("window_size");
  constexpr std::uint64_t large_page = 0x20'0000;
  for (const char* key : {"pool", "window", "window_size"}) {
    const std::uint64_t value = key == std::string_view("pool")     ? board.pool_size
                                : key == std::string_view("window") ? board.window_address
                                                                    : board.window_size;
    if (value % large_page != 0) {
      diagnostics.error("E0202", reader.where(key),
                        fmt::format("`{}` must be a multiple of 2 MiB", key));
    }
  }
}

void read_timer(BoardReader& reader, Board& board) {
  board.timer_intid = reader.need_intid("intid");
  board.timer_trigger = reader.trigger("trigger");
  if (const auto backstop = reader.text("backstop")) {
    board.timer_backstop = backstop->value;
  }
}

void read_gic(BoardReader& reader, GuestGic& gic, Diagnostics& diagnostics) {
  reader.number("version", 2, 2);
  const auto interrupts = reader.number("interrupts", 32, config::most_interrupts);
  if (!interrupts || interrupts->value % 32 != 0) {
    diagnostics.error("E0202", reader.where("interrupts"),
                      fmt::format("`interrupts` must be a multiple of 32 from 32 to {}",
                                  config::most_interrupts));
  } else {
    gic.interrupts = static_cast<std::uint32_t>(interrupts->value);
  }
  gic.distributor = reader.need_size("distributor");
  gic.distributor_size = reader.need_size("distributor_size");
  gic.cpu_interface = reader.need_size("cpu_interface");
  gic.cpu_interface_size = reader.need_size("cpu_interface_size");
  gic.virtual_interface = reader.need_size("virtual_interface");
  gic.virtual_interface_size = reader.need_size("virtual_interface_size");
}

void read_window(BoardReader& reader, GuestWindow& window) {
  window.address = reader.need_size("address");
  window.size = reader.need_size("size");
  window.intid = reader.need_intid("intid");
}

GuestPci read_pci(BoardReader& reader) {
  GuestPci pci;
  pci.ecam = reader.need_size("ecam");
  pci.ecam_size = reader.need_size("ecam_size");
  pci.window = reader.need_size("window");
  pci.window_size = reader.need_size("window_size");
  pci.high_window = reader.need_size("high_window");
  pci.high_window_size = reader.need_size("high_window_size");
  pci.msi_frame = reader.need_size("msi_frame");
  pci.first_msi_intid = reader.need_intid("first_msi_intid");
  pci.msi_count = reader.need_count("msi_count");
  pci.first_intx_intid = reader.need_intid("first_intx_intid");
  reader.finish();
  return pci;
}

GuestVirtioMmio read_virtio_mmio(BoardReader& reader) {
  GuestVirtioMmio mmio;
  mmio.address = reader.need_size("address");
  mmio.stride = reader.need_size("stride");
  mmio.count = reader.need_count("count");
  mmio.first_intid = reader.need_intid("first_intid");
  reader.finish();
  return mmio;
}

void read_guest(BoardReader& reader, Board& board, const Span& whole, Diagnostics& diagnostics) {
  board.guest_ram = reader.need_size("ram");
  board.guest_cpu = reader.need_text("cpu", "\"arm,cortex-a53\"");
  board.virtual_timer_intid = reader.need_intid("virtual_timer_intid");
  board.physical_timer_intid = reader.need_intid("physical_timer_intid");
  board.secure_timer_intid = reader.need_intid("secure_timer_intid");
  board.hypervisor_timer_intid = reader.need_intid("hypervisor_timer_intid");
  if (Section gic(reader, "gic", "guest.gic", whole, diagnostics); gic) {
    read_gic(*gic, board.gic, diagnostics);
    gic->finish();
  }
  if (Section pl011(reader, "pl011", "guest.pl011", whole, diagnostics); pl011) {
    read_window(*pl011, board.pl011);
    pl011->finish();
  }
  if (Section pl031(reader, "pl031", "guest.pl031", whole, diagnostics); pl031) {
    read_window(*pl031, board.pl031);
    pl031->finish();
  }
  if (const toml::table* table = reader.table("pci", "[guest.pci]")) {
    BoardReader pci(*table, "[guest.pci]", span_of(*table, whole.file), diagnostics);
    board.pci = read_pci(pci);
  }
  if (const toml::table* table = reader.table("virtio_mmio", "[guest.virtio_mmio]")) {
    BoardReader mmio(*table, "[guest.virtio_mmio]", span_of(*table, whole.file), diagnostics);
    board.virtio_mmio = read_virtio_mmio(mmio);
  }
}

BoardDevice read_device(const toml::table& table, const Span& whole, Diagnostics& diagnostics) {
  BoardReader reader(table, "[[device]]", span_of(table, whole.file), diagnostics);
  BoardDevice device;
  device.where = reader.heading();
  device.name = reader.need_text("name", "\"uart\"");
  for (const auto& text : reader.texts("compatible")) {
    device.compatible.push_back(text.value);
  }
  device.address = reader.need_size("address");
  device.size = reader.need_size("size");
  if (const auto intid = reader.number("intid", 32, most_intid)) {
    device.intid = static_cast<std::uint32_t>(intid->value);
  }
  device.trigger = reader.trigger("trigger");
  if (const auto dma = reader.boolean("dma")) {
    device.dma = dma->value;
  }
  if (device.size > std::numeric_limits<std::uint64_t>::max() - page - device.address) {
    diagnostics.error("E0202", reader.where("size"), "the device ends behind the last address");
    device.size = 0;
  }
  reader.finish();
  return device;
}

/// That a driver has each of the places for VirtIO devices for itself: pages are what is mapped.
void check_slots(const Board& board, const Span& whole, Diagnostics& diagnostics) {
  std::vector<std::uint64_t> pages;
  for (const VirtioSlot& slot : board.virtio_slots) {
    const BoardDevice* device = board.find_device(slot.device);
    if (device == nullptr || device->intid == 0) {
      diagnostics.error(
          "E0202", whole,
          fmt::format("there is no [[device]] with an interrupt named \"{}\"", slot.device));
    } else if (std::ranges::find(pages, device->address / page) != pages.end()) {
      diagnostics.error(
          "E0202", device->where,
          fmt::format("\"{}\" shares its page with another of [[qemu.virtio]]", slot.device));
    } else {
      pages.push_back(device->address / page);
    }
  }
}

/// That the interrupts of the guest's PCI host and VirtIO devices are the guest's.
void check_virtio(const Board& board, const Span& whole, Diagnostics& diagnostics) {
  constexpr std::uint32_t intx_count = 4;
  constexpr std::uint64_t bus_bytes = 0x10'0000;
  const auto check = [&](std::uint32_t first, std::uint32_t count, const char* section) {
    if (board.gic.interrupts != 0 && first + count > board.gic.interrupts) {
      diagnostics.error("E0202", whole,
                        fmt::format("INTIDs {} to {} of [guest.{}] are beyond the {} of "
                                    "[guest.gic]",
                                    first, first + count - 1, section, board.gic.interrupts));
    }
  };
  if (board.pci) {
    check(board.pci->first_msi_intid, board.pci->msi_count, "pci");
    check(board.pci->first_intx_intid, intx_count, "pci");
    if (board.pci->ecam_size != bus_bytes) {
      diagnostics.error("E0202", whole, "`ecam_size` of [guest.pci] must be 1 MiB: one bus");
    }
  }
  if (board.virtio_mmio) {
    check(board.virtio_mmio->first_intid, board.virtio_mmio->count, "virtio_mmio");
  }
}

/// That roles are played by devices the board has, that names are not used twice, and that a
/// guest's interrupt controller knows every interrupt.
void check_names(const Board& board, const Span& whole, Diagnostics& diagnostics) {
  for (const std::string& role : {board.console_device, board.timer_backstop}) {
    if (!role.empty() && board.find_device(role) == nullptr) {
      diagnostics.error("E0202", whole, fmt::format("there is no [[device]] named \"{}\"", role));
    }
  }
  for (const BoardDevice& device : board.devices) {
    if (board.find_device(device.name) != &device) {
      diagnostics.error("E0202", device.where,
                        fmt::format("there is another [[device]] named \"{}\"", device.name));
    }
    if (board.gic.interrupts != 0 && device.intid >= board.gic.interrupts) {
      diagnostics.error("E0202", device.where,
                        fmt::format("INTID {} is beyond the {} of [guest.gic]", device.intid,
                                    board.gic.interrupts));
    }
  }
}

std::vector<std::string> board_names(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".toml") {
      names.push_back(entry.path().stem().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

}  // namespace

const BoardDevice* Board::find_device(std::string_view wanted) const {
  const auto found = std::ranges::find(devices, wanted, &BoardDevice::name);
  return found == devices.end() ? nullptr : &*found;
}

std::optional<Board> read_board(const std::shared_ptr<const SourceFile>& file,
                                Diagnostics& diagnostics) {
  const auto document = parse_toml(file, diagnostics);
  if (!document) {
    return std::nullopt;
  }
  const std::size_t errors_before = diagnostics.error_count();
  const Span whole{file, 0, 0, 1};
  Board board;
  BoardReader top(*document, "", whole, diagnostics);
  board.name = top.need_text("name", "\"qemu-virt-aarch64\"");
  board.description = top.need_text("description", "\"...\"");
  board.microkit = top.need_text("microkit", "\"qemu_virt_aarch64\"");
  if (Section qemu(top, "qemu", "qemu", whole, diagnostics); qemu) {
    read_qemu(*qemu, board, diagnostics);
    qemu->finish();
  }
  if (Section memory(top, "memory", "memory", whole, diagnostics); memory) {
    read_memory(*memory, board, diagnostics);
    memory->finish();
  }
  if (Section timer(top, "timer", "timer", whole, diagnostics); timer) {
    read_timer(*timer, board);
    timer->finish();
  }
  if (Section console(top, "console", "console", whole, diagnostics); console) {
    board.console_device = console->need_text("device", "\"uart\"");
    console->finish();
  }
  if (Section guest(top, "guest", "guest", whole, diagnostics); guest) {
    read_guest(*guest, board, whole, diagnostics);
    guest->finish();
  }
  for (const toml::table* device : top.tables("device")) {
    board.devices.push_back(read_device(*device, whole, diagnostics));
  }
  top.finish();
  check_names(board, whole, diagnostics);
  check_slots(board, whole, diagnostics);
  check_virtio(board, whole, diagnostics);
  return diagnostics.error_count() == errors_before ? std::optional(std::move(board))
                                                    : std::nullopt;
}

std::optional<Board> find_board(const Located<std::string>& name,
                                const std::filesystem::path& share, Diagnostics& diagnostics) {
  const bool is_path = name.value.ends_with(".toml");
  const auto file =
      is_path ? name.where.file->folder() / name.value : share / "boards" / (name.value + ".toml");
  // A name must not lead out of the folder of boards.
  const bool plain = is_path || name.value.find('/') == std::string::npos;
  std::error_code error;
  if (!plain || !std::filesystem::exists(file, error)) {
    diagnostics.error("E0201", name.where, fmt::format("there is no board \"{}\"", name.value),
                      name_hint(name.value, board_names(share / "boards")));
    return std::nullopt;
  }
  const auto source = SourceFile::read(file);
  if (!source) {
    diagnostics.error(
        "E0201", name.where,
        fmt::format("the board file {} cannot be used: {}", file.string(), source.error()));
    return std::nullopt;
  }
  return read_board(*source, diagnostics);
}

}  // namespace serai::tool
