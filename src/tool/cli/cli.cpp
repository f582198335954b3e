// SPDX-License-Identifier: BSD-2-Clause
#include "tool/cli/cli.hpp"

#include <fmt/format.h>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "tool/cli/commands.hpp"
#include "tool/cli/completion.hpp"
#include "tool/model/close_name.hpp"

namespace serai::tool {

namespace {

/// Says of a word in the place of a command that it is none, which CLI11 takes for a missing one.
int fail_parse(const CLI::App& grammar, const CLI::ParseError& error) {
  const std::vector<std::string> words = grammar.remaining();
  const bool lacks_command = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr &&
                             grammar.get_subcommands().empty() && !words.empty();
  if (!lacks_command) {
    return grammar.exit(error) == 0 ? success : bad_input;
  }
  std::vector<std::string> names;
  for (const CLI::App* const command : grammar.get_subcommands({})) {
    names.push_back(command->get_name());
  }
  std::cerr << fmt::format("there is no command {}: {}\n", words.front(),
                           name_hint(words.front(), names));
  return bad_input;
}

}  // namespace

int command_line(int argc, const char* const* argv) {
  Options options;
  const auto grammar = make_grammar(options);
  try {
    grammar->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return fail_parse(*grammar, error);
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
