// SPDX-License-Identifier: BSD-2-Clause
#include "tool/resolve/resolved_system.hpp"

namespace serai::tool {

std::string program_name(Program program) {
  switch (program) {
    case Program::vmm:
      return "vmm";
    case Program::console:
      return "console";
    case Program::timer:
      return "timer";
    case Program::block:
      return "block";
    case Program::network_switch:
      return "network_switch";
    case Program::uplink:
      return "uplink";
    case Program::entropy:
      return "entropy";
    case Program::sockets:
      return "sockets";
    case Program::supervisor:
      return "supervisor";
    case Program::external:
      break;
  }
  return {};
}

std::string program_file_name(const ProtectionDomain& pd) {
  return pd.program == Program::external ? pd.program_file.filename().string()
                                         : program_name(pd.program) + ".elf";
}

}  // namespace serai::tool
