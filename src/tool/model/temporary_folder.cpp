// SPDX-License-Identifier: BSD-2-Clause
#include "tool/model/temporary_folder.hpp"

#include <cstdlib>
#include <string>
#include <system_error>

namespace serai::tool {

TemporaryFolder::TemporaryFolder() {
  std::error_code error;
  std::string name = (std::filesystem::temp_directory_path(error) / "serai-XXXXXX").string();
  if (!error && mkdtemp(name.data()) != nullptr) {
    path_ = name;
  }
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  if (!path_.empty()) {
    std::filesystem::remove_all(path_, error);
  }
}

}  // namespace serai::tool
