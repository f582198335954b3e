// SPDX-License-Identifier: BSD-2-Clause
#include "tool/cli/cli.hpp"

#include <iostream>
#include <map>

#include "tool/cli/commands.hpp"
#include "tool/cli/completion.hpp"

namespace serai::tool {

int command_line(int argc, const char* const* argv) {
  Options options;
  const auto grammar = make_grammar(options);
  try {
    grammar->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return grammar->exit(error) == 0 ? success : bad_input;
  }
  using Command = int (*)(const Options&);
  static const std::map<std::string, Command> commands{{"check", check_command},
                                                       {"build", build_command},
                                                       {"run", run_command},
                                                       {"explain", explain_command},
                                                       {"init", init_command}};
  const std::string verb = grammar->get_subcommands().front()->get_name();
  if (verb == "completion") {
    std::cout << completion_script(*grammar, options.shell);
    return success;
  }
  return commands.at(verb)(options);
}

}  // namespace serai::tool
