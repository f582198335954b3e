// SPDX-License-Identifier: BSD-2-Clause
#include <gtest/gtest.h>

#include "sample_system.hpp"
#include "tool/emit/emit.hpp"

namespace serai::tool {
namespace {

TEST(MicrokitSystem, SaysEverythingOnce) {
  EXPECT_EQ(microkit_system(sample_system()), R"(<?xml version="1.0" encoding="UTF-8"?>
<system>
  <memory_region name="ram_linux" size="0x10000000" page_size="0x200000" />
  <memory_region name="uart" size="0x1000" page_size="0x1000" phys_addr="0x9000000" />
  <memory_region name="queue" size="0x4000" page_size="0x1000" />
  <protection_domain name="linux_vmm" priority="110" budget="1000" period="1000" stack_size="0x4000">
    <program_image path="linux_vmm.elf" />
    <map mr="ram_linux" vaddr="0x1040000000" perms="rw" cached="true" />
    <map mr="queue" vaddr="0x300000000" perms="rw" cached="true" />
    <virtual_machine name="linux" priority="100" budget="500" period="2000">
      <vcpu id="0" />
      <map mr="ram_linux" vaddr="0x40000000" perms="rwx" cached="true" />
    </virtual_machine>
  </protection_domain>
  <protection_domain name="console" priority="120" budget="1000" period="1000" stack_size="0x4000">
    <program_image path="console.elf" />
    <map mr="uart" vaddr="0x400000000" perms="rw" cached="false" />
    <map mr="queue" vaddr="0x300000000" perms="rw" cached="true" />
    <irq irq="33" id="0" trigger="edge" />
  </protection_domain>
  <channel>
    <end pd="linux_vmm" id="0" pp="true" />
    <end pd="console" id="1" notify="false" />
  </channel>
</system>
)");
}

TEST(MicrokitSystem, ChildrenAreInsideTheirParents) {
  ResolvedSystem system;
  for (const char* name : {"grandchild", "parent", "child"}) {
    ProtectionDomain pd;
    pd.name = name;
    system.pds.push_back(pd);
  }
  system.pds[0].parent = Parent{.pd = 2, .id = 7};
  system.pds[2].parent = Parent{.pd = 1, .id = 0};
  EXPECT_EQ(microkit_system(system), R"(<?xml version="1.0" encoding="UTF-8"?>
<system>
  <protection_domain name="parent" priority="0" budget="1000" period="1000" stack_size="0x4000">
    <program_image path="parent.elf" />
    <protection_domain name="child" id="0" priority="0" budget="1000" period="1000" stack_size="0x4000">
      <program_image path="child.elf" />
      <protection_domain name="grandchild" id="7" priority="0" budget="1000" period="1000" stack_size="0x4000">
        <program_image path="grandchild.elf" />
      </protection_domain>
    </protection_domain>
  </protection_domain>
</system>
)");
}

TEST(MicrokitSystem, EscapesWhatXmlWants) {
  ResolvedSystem system = sample_system();
  system.regions[0].name = "a<b\"&";
  EXPECT_NE(microkit_system(system).find("name=\"a&lt;b&quot;&amp;\""), std::string::npos);
}

}  // namespace
}  // namespace serai::tool
