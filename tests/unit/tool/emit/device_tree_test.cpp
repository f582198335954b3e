// SPDX-License-Identifier: BSD-2-Clause
#include "tool/emit/device_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libfdt.h>

#include "base/bits.hpp"
#include "tool/emit/tree_writer.hpp"

namespace serai::tool {
namespace {

using testing::ElementsAre;

/// Reads a tree by paths.
class Tree {
 public:
  explicit Tree(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {
    EXPECT_EQ(fdt_check_full(bytes_.data(), bytes_.size()), 0);
  }

  bool has(const std::string& path) const { return node(path) >= 0; }

  bool has(const std::string& path, const std::string& name) const {
    return fdt_getprop(bytes_.data(), node(path), name.c_str(), nullptr) != nullptr;
  }

  std::vector<std::uint32_t> cells(const std::string& path, const std::string& name) const {
    int length = 0;
    const auto* value =
        static_cast<const fdt32_t*>(fdt_getprop(bytes_.data(), node(path), name.c_str(), &length));
    std::vector<std::uint32_t> cells;
    for (int i = 0; value != nullptr && i < length / 4; ++i) {
      cells.push_back(fdt32_to_cpu(value[i]));
    }
    return cells;
  }

  std::vector<std::string> texts(const std::string& path, const std::string& name) const {
    std::vector<std::string> texts;
    const int count = fdt_stringlist_count(bytes_.data(), node(path), name.c_str());
    for (int i = 0; i < count; ++i) {
      texts.emplace_back(fdt_stringlist_get(bytes_.data(), node(path), name.c_str(), i, nullptr));
    }
    return texts;
  }

 private:
  int node(const std::string& path) const { return fdt_path_offset(bytes_.data(), path.c_str()); }

  std::vector<std::byte> bytes_;
};

TreeInput virt() {
  TreeInput input;
  input.ram_address = 0x4000'0000;
  input.ram_size = 0x1'2000'0000;
  input.distributor_address = 0x800'0000;
  input.distributor_size = 0x1'0000;
  input.cpu_interface_address = 0x801'0000;
  input.cpu_interface_size = 0x2000;
  input.cmdline = "console=ttyAMA0 quiet";
  input.initrd = {0x4800'0000, 12'345};
  TreeDevice uart;
  uart.kind = "pl011";
  uart.address = 0x900'0000;
  uart.size = 0x1000;
  uart.intid = 33;
  uart.is_stdout = true;
  TreeDevice rtc;
  rtc.kind = "pl031";
  rtc.address = 0x901'0000;
  rtc.size = 0x1000;
  rtc.intid = 34;
  input.devices = {uart, rtc};
  return input;
}

TEST(DeviceTree, DescribesTheMachine) {
  const Tree tree(device_tree(virt()).value());
  EXPECT_THAT(tree.cells("/memory@40000000", "reg"), ElementsAre(0, 0x4000'0000, 1, 0x2000'0000));
  EXPECT_THAT(tree.texts("/memory@40000000", "device_type"), ElementsAre("memory"));
  EXPECT_THAT(tree.texts("/psci", "compatible"), ElementsAre("arm,psci-1.0", "arm,psci-0.2"));
  EXPECT_THAT(tree.texts("/psci", "method"), ElementsAre("smc"));
  EXPECT_THAT(tree.cells("/cpus/cpu@0", "reg"), ElementsAre(0));
  EXPECT_THAT(tree.texts("/cpus/cpu@0", "enable-method"), ElementsAre("psci"));
  EXPECT_FALSE(tree.has("/cpus/cpu@1"));
  EXPECT_THAT(tree.texts("/", "compatible"), ElementsAre("linux,dummy-virt"));
}

TEST(DeviceTree, DescribesInterruptsAndTimer) {
  const Tree tree(device_tree(virt()).value());
  const std::string gic = "/interrupt-controller@8000000";
  EXPECT_THAT(tree.texts(gic, "compatible"), ElementsAre("arm,cortex-a15-gic"));
  EXPECT_THAT(tree.cells(gic, "reg"), ElementsAre(0, 0x800'0000, 0, 0x1'0000,  //
                                                  0, 0x801'0000, 0, 0x2000));
  EXPECT_EQ(tree.cells("/", "interrupt-parent"), tree.cells(gic, "phandle"));
  EXPECT_THAT(tree.cells("/timer", "interrupts"),
              ElementsAre(1, 13, 0x104, 1, 14, 0x104, 1, 11, 0x104, 1, 10, 0x104));
  EXPECT_TRUE(tree.has("/timer", "always-on"));
}

TEST(DeviceTree, SaysWhatAGuestShallBootWith) {
  const Tree tree(device_tree(virt()).value());
  EXPECT_THAT(tree.texts("/chosen", "bootargs"), ElementsAre("console=ttyAMA0 quiet"));
  EXPECT_THAT(tree.texts("/chosen", "stdout-path"), ElementsAre("/pl011@9000000"));
  EXPECT_THAT(tree.cells("/chosen", "linux,initrd-start"), ElementsAre(0, 0x4800'0000));
  EXPECT_THAT(tree.cells("/chosen", "linux,initrd-end"), ElementsAre(0, 0x4800'0000 + 12'345));
  EXPECT_THAT(tree.texts("/aliases", "serial0"), ElementsAre("/pl011@9000000"));
}

TEST(DeviceTree, WithoutInitrdAndConsoleSaysNothingOfThem) {
  TreeInput input = virt();
  input.initrd.reset();
  input.devices.clear();
  const Tree tree(device_tree(input).value());
  EXPECT_FALSE(tree.has("/chosen", "linux,initrd-start"));
  EXPECT_FALSE(tree.has("/chosen", "stdout-path"));
  EXPECT_FALSE(tree.has("/aliases", "serial0"));
}

TEST(DeviceTree, DescribesDevices) {
  const Tree tree(device_tree(virt()).value());
  EXPECT_THAT(tree.texts("/pl011@9000000", "compatible"),
              ElementsAre("arm,pl011", "arm,primecell"));
  EXPECT_THAT(tree.cells("/pl011@9000000", "reg"), ElementsAre(0, 0x900'0000, 0, 0x1000));
  EXPECT_THAT(tree.cells("/pl011@9000000", "interrupts"), ElementsAre(0, 1, 4));
  EXPECT_THAT(tree.texts("/pl011@9000000", "clock-names"), ElementsAre("uartclk", "apb_pclk"));
  const auto clock = tree.cells("/apb-pclk", "phandle").at(0);
  EXPECT_THAT(tree.cells("/pl011@9000000", "clocks"), ElementsAre(clock, clock));
  EXPECT_THAT(tree.cells("/apb-pclk", "clock-frequency"), ElementsAre(24'000'000));
  EXPECT_THAT(tree.cells("/pl031@9010000", "interrupts"), ElementsAre(0, 2, 4));
  EXPECT_THAT(tree.texts("/pl031@9010000", "clock-names"), ElementsAre("apb_pclk"));
}

TEST(DeviceTree, DescribesDevicesThatItDoesNotKnow) {
  TreeInput input = virt();
  TreeDevice device;
  device.kind = "gpio bank";
  device.address = 0x903'0000;
  device.size = 0x1000;
  device.intid = 39;
  device.edge = true;
  device.compatible = {"acme,gpio-2", "acme,gpio"};
  TreeDevice silent = device;
  silent.address = 0x904'0000;
  silent.intid = 0;
  TreeDevice per_cpu = device;
  per_cpu.address = 0x905'0000;
  per_cpu.intid = 23;
  input.vcpu_count = 2;
  input.devices = {device, silent, per_cpu};
  const Tree tree(device_tree(input).value());
  EXPECT_THAT(tree.texts("/gpio-bank@9030000", "compatible"),
              ElementsAre("acme,gpio-2", "acme,gpio"));
  EXPECT_THAT(tree.cells("/gpio-bank@9030000", "interrupts"), ElementsAre(0, 7, 1));
  EXPECT_FALSE(tree.has("/gpio-bank@9040000", "interrupts"));
  EXPECT_THAT(tree.cells("/gpio-bank@9050000", "interrupts"), ElementsAre(1, 7, 0x301));
  EXPECT_TRUE(tree.has("/cpus/cpu@1"));
}

TEST(DeviceTree, TheStandardConsoleIsTheFirstSerialPort) {
  TreeInput input = virt();
  TreeDevice second = input.devices[0];
  second.address = 0x904'0000;
  input.devices[0].is_stdout = false;
  input.devices.push_back(second);
  const Tree tree(device_tree(input).value());
  EXPECT_THAT(tree.texts("/aliases", "serial0"), ElementsAre("/pl011@9040000"));
  EXPECT_THAT(tree.texts("/aliases", "serial1"), ElementsAre("/pl011@9000000"));
}

TEST(DeviceTree, GrowsWithWhatItHolds) {
  TreeInput input = virt();
  input.cmdline = std::string(100'000, 'x');
  const Tree tree(device_tree(input).value());
  EXPECT_EQ(tree.texts("/chosen", "bootargs").at(0).size(), 100'000U);
}

TEST(DeviceTree, IsTheSameForTheSameInput) {
  EXPECT_EQ(device_tree(virt()).value(), device_tree(virt()).value());
}

/// An overlay as dtc compiles `&LABEL { serai,mark = "there"; };`.
std::vector<std::byte> overlay_for(const std::string& label) {
  TreeWriter writer;
  {
    const auto root = writer.node("");
    {
      const auto fragment = writer.node("fragment@0");
      writer.cells("target", {0xffff'ffff});
      const auto overlay = writer.node("__overlay__");
      writer.text("serai,mark", "there");
    }
    const auto fixups = writer.node("__fixups__");
    writer.text(label, "/fragment@0:target:0");
  }
  return writer.finish();
}

TEST(DeviceTreeOverlay, IsMergedByLabel) {
  for (const auto& [label, path] : {std::pair{"pl011_0", "/pl011@9000000"},
                                    std::pair{"gic", "/interrupt-controller@8000000"}}) {
    TreeInput input = virt();
    input.overlay = overlay_for(label);
    const auto merged = device_tree(input);
    ASSERT_TRUE(merged.has_value()) << merged.error();
    EXPECT_THAT(Tree(*merged).texts(path, "serai,mark"), ElementsAre("there"));
  }
}

TEST(DeviceTreeOverlay, OfAnUnknownNodeIsExplained) {
  TreeInput input = virt();
  input.overlay = overlay_for("nothing_like_it");
  EXPECT_EQ(device_tree(input).error(),
            "it refers to a node that the guest's device tree does not have");
}

TEST(DeviceTreeOverlay, ThatIsNoneIsExplained) {
  TreeInput input = virt();
  input.overlay = std::vector<std::byte>(100, std::byte{0x20});
  EXPECT_EQ(device_tree(input).error(), "it is not a compiled overlay (FDT_ERR_BADMAGIC)");
  input.overlay = overlay_for("gic");
  input.overlay.resize(input.overlay.size() / 2);
  EXPECT_FALSE(device_tree(input).has_value());
}

TreeInput with_pci() {
  TreeInput input = virt();
  input.pci = config::PciHost{.ecam_address = 0x3f00'0000,
                              .ecam_size = 0x10'0000,
                              .window_address = 0x1000'0000,
                              .window_size = 0x2eff'0000,
                              .high_window_address = 0x80'0000'0000,
                              .high_window_size = 0x2000'0000,
                              .msi_frame_address = 0x802'0000,
                              .first_msi_intid = 112,
                              .msi_count = 64,
                              .first_intx_intid = 35,
                              .reserved = 0};
  return input;
}

TEST(DeviceTree, DescribesThePciHost) {
  const Tree tree(*device_tree(with_pci()));
  const std::string pcie = "/pcie@3f000000";
  EXPECT_THAT(tree.texts(pcie, "compatible"), ElementsAre("pci-host-ecam-generic"));
  EXPECT_THAT(tree.cells(pcie, "reg"), ElementsAre(0, 0x3f00'0000, 0, 0x10'0000));
  EXPECT_THAT(tree.cells(pcie, "bus-range"), ElementsAre(0, 0));
  EXPECT_THAT(tree.cells(pcie, "ranges"),
              ElementsAre(0x0200'0000, 0, 0x1000'0000, 0, 0x1000'0000, 0, 0x2eff'0000,  //
                          0x0300'0000, 0x80, 0, 0x80, 0, 0, 0x2000'0000));
  EXPECT_TRUE(tree.has(pcie, "dma-coherent"));
  EXPECT_EQ(tree.cells(pcie, "msi-parent"),
            tree.cells("/interrupt-controller@8000000/v2m@8020000", "phandle"));
}

TEST(DeviceTree, RotatesThePinsOfPciSlots) {
  const Tree tree(*device_tree(with_pci()));
  const auto map = tree.cells("/pcie@3f000000", "interrupt-map");
  constexpr std::size_t width = 10;
  ASSERT_EQ(map.size(), 16 * width);
  for (std::size_t entry = 0; entry < 16; ++entry) {
    const std::vector<std::uint32_t> row(
        map.begin() + static_cast<std::ptrdiff_t>(entry * width),
        map.begin() + static_cast<std::ptrdiff_t>((entry + 1) * width));
    const auto slot = static_cast<std::uint32_t>(entry / 4);
    const auto pin = static_cast<std::uint32_t>(entry % 4 + 1);
    const std::uint32_t spi = 35 - 32 + (slot + pin - 1) % 4;
    EXPECT_THAT(row, ElementsAre(slot << 11, 0, 0, pin, 1, 0, 0, 0, spi, 4));
  }
  EXPECT_THAT(tree.cells("/pcie@3f000000", "interrupt-map-mask"), ElementsAre(0x1800, 0, 0, 7));
}

TEST(DeviceTree, PutsTheMsiFrameIntoTheInterruptController) {
  const Tree tree(*device_tree(with_pci()));
  const std::string gic = "/interrupt-controller@8000000";
  EXPECT_THAT(tree.cells(gic, "#address-cells"), ElementsAre(2));
  EXPECT_TRUE(tree.has(gic, "ranges"));
  EXPECT_THAT(tree.texts(gic + "/v2m@8020000", "compatible"), ElementsAre("arm,gic-v2m-frame"));
  EXPECT_THAT(tree.cells(gic + "/v2m@8020000", "reg"), ElementsAre(0, 0x802'0000, 0, 0x1000));
  EXPECT_TRUE(tree.has(gic + "/v2m@8020000", "msi-controller"));
}

TEST(DeviceTree, HasNoPciHostUnlessAsked) {
  const Tree tree(*device_tree(virt()));
  EXPECT_FALSE(tree.has("/pcie@3f000000"));
  EXPECT_THAT(tree.cells("/interrupt-controller@8000000", "#address-cells"), ElementsAre(0));
}

TEST(DeviceTree, DescribesVirtioOverMmio) {
  TreeInput input = virt();
  input.virtio = {{.address = 0xa00'0000, .size = 0x200, .intid = 48},
                  {.address = 0xa00'0200, .size = 0x200, .intid = 49}};
  const Tree tree(*device_tree(input));
  const std::string second = "/virtio_mmio@a000200";
  EXPECT_TRUE(tree.has("/virtio_mmio@a000000"));
  EXPECT_THAT(tree.texts(second, "compatible"), ElementsAre("virtio,mmio"));
  EXPECT_THAT(tree.cells(second, "reg"), ElementsAre(0, 0xa00'0200, 0, 0x200));
  EXPECT_THAT(tree.cells(second, "interrupts"), ElementsAre(0, 17, 4));
  EXPECT_TRUE(tree.has(second, "dma-coherent"));
}

}  // namespace
}  // namespace serai::tool
