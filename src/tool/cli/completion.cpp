// SPDX-License-Identifier: BSD-2-Clause
#include "tool/cli/completion.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <map>
#include <vector>

namespace serai::tool {

namespace {

/// An option as a shell needs to know it.
struct Switch {
  std::vector<std::string> names;  ///< "-o", "--output"
  std::string help;
  bool takes_value = false;
  std::string values;  ///< what the value may be, separated by blanks; "FILES", "DIRS" or nothing
};

struct Command {
  std::string name;  ///< empty: the program itself
  std::string help;
  std::vector<Switch> switches;
  std::string operand;  ///< what stands behind the switches, as `Switch::values`
};

std::string values_of(const CLI::Option& option) {
  const std::string& text = option.get_option_text();
  const std::string name = option.get_name(true);
  if (text.find('|') != std::string::npos) {
    std::string words = text;
    std::ranges::replace(words, '|', ' ');
    return words;
  }
  static const std::map<std::string, std::string> known{{"DIR", "DIRS"},
                                                        {"FILE", "FILES"},
                                                        {"WHEN", "auto always never"},
                                                        {"SHELL", "bash zsh fish"}};
  const auto by_text = known.find(text);
  const auto by_name = known.find(name);
  return by_text != known.end() ? by_text->second : by_name != known.end() ? by_name->second : "";
}

/// One line without what would end a quotation.
std::string plain(std::string text) {
  std::erase_if(text, [](char byte) { return byte == '\'' || byte == '"' || byte == '`'; });
  std::ranges::replace(text, ':', ',');
  return text;
}

Command describe(const CLI::App& app, std::string name) {
  Command command{
      .name = std::move(name), .help = plain(app.get_description()), .switches = {}, .operand = {}};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional() && option->get_snames().empty() && option->get_lnames().empty()) {
      command.operand = values_of(*option);
      continue;
    }
    Switch entry;
    for (const std::string& letter : option->get_snames()) {
      entry.names.push_back("-" + letter);
    }
    for (const std::string& word : option->get_lnames()) {
      entry.names.push_back("--" + word);
    }
    entry.help = plain(option->get_description());
    entry.takes_value = option->get_expected_min() > 0;
    entry.values = values_of(*option);
    command.switches.push_back(std::move(entry));
  }
  return command;
}

std::vector<Command> commands_of(const CLI::App& grammar) {
  std::vector<Command> commands{describe(grammar, "")};
  for (const CLI::App* command : grammar.get_subcommands([](const CLI::App*) { return true; })) {
    commands.push_back(describe(*command, command->get_name()));
  }
  return commands;
}

std::string all_names(const Command& command) {
  std::vector<std::string> names;
  for (const Switch& entry : command.switches) {
    names.insert(names.end(), entry.names.begin(), entry.names.end());
  }
  return fmt::format("{}", fmt::join(names, " "));
}

std::string bash_values(const std::string& values) {
  if (values == "FILES") {
    return "COMPREPLY=($(compgen -f -X '!*.toml' -- \"$word\") $(compgen -d -- \"$word\"))";
  }
  if (values == "DIRS") {
    return "COMPREPLY=($(compgen -d -- \"$word\"))";
  }
  return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$word\"))", values);
}

std::string bash_script(const std::vector<Command>& commands) {
  std::string names;
  std::string values;
  std::string cases;
  for (const Command& command : commands) {
    for (const Switch& entry : command.switches) {
      if (entry.takes_value) {
        values += fmt::format("    {}:{}) {}; return ;;\n", command.name,
                              fmt::join(entry.names, "|" + command.name + ":"),
                              bash_values(entry.values));
      }
    }
    if (!command.name.empty()) {
      names += (names.empty() ? "" : " ") + command.name;
      cases += fmt::format(
          "    {}) if [[ $word == -* ]]; then COMPREPLY=($(compgen -W '{}' -- \"$word\")); "
          "else {}; fi ;;\n",
          command.name, all_names(command), bash_values(command.operand));
    }
  }
  return fmt::format(
      "# bash completion of serai\n"
      "_serai() {{\n"
      "  local word=${{COMP_WORDS[COMP_CWORD]}} before=${{COMP_WORDS[COMP_CWORD-1]}} verb= i\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${{COMP_WORDS[i]}} in {0}) verb=${{COMP_WORDS[i]}}; break ;; esac\n"
      "  done\n"
      "  COMPREPLY=()\n"
      "  case $verb:$before in\n"
      "{1}"
      "  esac\n"
      "  case $verb in\n"
      "{2}"
      "    *) COMPREPLY=($(compgen -W '{3} {4}' -- \"$word\")) ;;\n"
      "  esac\n"
      "}}\n"
      "complete -o filenames -F _serai serai\n",
      [&names] {
        std::string pattern = names;
        std::ranges::replace(pattern, ' ', '|');
        return pattern;
      }(),
      values, cases, names, all_names(commands.front()));
}

std::string zsh_values(const std::string& values) {
  return values == "FILES"  ? "file:_files -g \"*.toml\""
         : values == "DIRS" ? "folder:_files -/"
         : values.empty()   ? "value: "
                            : fmt::format("value:({})", values);
}

std::string zsh_arguments(const Command& command) {
  std::string text;
  for (const Switch& entry : command.switches) {
    for (const std::string& name : entry.names) {
      text += fmt::format(" \\\n        '{}[{}]{}'", name, entry.help,
                          entry.takes_value ? ":" + zsh_values(entry.values) : "");
    }
  }
  if (!command.operand.empty()) {
    text += fmt::format(" \\\n        '1:{}'", zsh_values(command.operand));
  }
  return text;
}

std::string zsh_script(const std::vector<Command>& commands) {
  std::string names;
  std::string cases;
  for (const Command& command : commands) {
    if (!command.name.empty()) {
      names += fmt::format("    '{}:{}'\n", command.name, command.help);
      cases +=
          fmt::format("      {})\n        _arguments{} ;;\n", command.name, zsh_arguments(command));
    }
  }
  return fmt::format(
      "#compdef serai\n"
      "_serai() {{\n"
      "  local line state\n"
      "  local -a verbs=(\n{}  )\n"
      "  _arguments -C{} \\\n"
      "        '1:command:->verb' '*::argument:->rest'\n"
      "  case $state in\n"
      "    verb) _describe command verbs ;;\n"
      "    rest) case $line[1] in\n{}"
      "    esac ;;\n"
      "  esac\n"
      "}}\n"
      "if [ \"$funcstack[1]\" = _serai ]; then _serai \"$@\"; else compdef _serai serai; fi\n",
      names, zsh_arguments(commands.front()), cases);
}

std::string fish_script(const std::vector<Command>& commands) {
  std::string text = "# fish completion of serai\ncomplete -c serai -f\n";
  for (const Command& command : commands) {
    const std::string condition = command.name.empty()
                                      ? "__fish_use_subcommand"
                                      : "__fish_seen_subcommand_from " + command.name;
    if (!command.name.empty()) {
      text += fmt::format("complete -c serai -n __fish_use_subcommand -a {} -d '{}'\n",
                          command.name, command.help);
    }
    for (const Switch& entry : command.switches) {
      text += fmt::format("complete -c serai -n '{}'", condition);
      for (const std::string& name : entry.names) {
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      text += entry.takes_value ? " -r" : "";
      text += entry.values == "DIRS"    ? " -a '(__fish_complete_directories)'"
              : entry.values == "FILES" ? " -F"
              : entry.values.empty()    ? ""
                                        : fmt::format(" -a '{}'", entry.values);
      text += fmt::format(" -d '{}'\n", entry.help);
    }
    if (command.operand == "FILES") {
      text += fmt::format("complete -c serai -n '{}' -F\n", condition);
    } else if (command.operand == "DIRS") {
      text +=
          fmt::format("complete -c serai -n '{}' -a '(__fish_complete_directories)'\n", condition);
    } else if (!command.operand.empty()) {
      text += fmt::format("complete -c serai -n '{}' -a '{}'\n", condition, command.operand);
    }
  }
  return text;
}

}  // namespace

std::string completion_script(const CLI::App& grammar, const std::string& shell) {
  const std::vector<Command> commands = commands_of(grammar);
  return shell == "bash"  ? bash_script(commands)
         : shell == "zsh" ? zsh_script(commands)
                          : fish_script(commands);
}

}  // namespace serai::tool
