// SPDX-License-Identifier: BSD-2-Clause
#include "tool/cli/options.hpp"

namespace serai::tool {

namespace {

constexpr const char* file_help = "the system file, or the folder of a system.toml";

/// CLI11's own words for a bad number say neither what it is for nor that it has no fraction.
std::string check_seconds(const std::string& text) {
  constexpr std::size_t most_digits = 9;
  const bool is_number = !text.empty() && text.size() <= most_digits &&
                         text.find_first_not_of("0123456789") == std::string::npos;
  if (!is_number || text.find_first_not_of('0') == std::string::npos) {
    return "write whole seconds, from 1 on";
  }
  return {};
}

void add_file(CLI::App& command, Options& options) {
  command.add_option("FILE", options.file, file_help)->capture_default_str();
}

void add_check(CLI::App& grammar, Options& options) {
  CLI::App& command =
      *grammar.add_subcommand("check", "Say everything that is wrong with a system");
  add_file(command, options);
  command.add_flag("--json", options.json, "print the findings as JSON");
  command.footer(
      "Examples:\n"
      "  serai check                     the system.toml of this folder\n"
      "  serai check examples/first-light\n"
      "  serai check --json my.toml      for editors and scripts\n\n"
      "Exit status: 0 if nothing is wrong, 2 otherwise.");
}

void add_platform(CLI::App& command, Options& options) {
  command
      .add_option("--platform", options.platform,
                  "testbed or sel4; default: sel4 with an SDK, else testbed")
      ->check(CLI::IsMember({"testbed", "sel4"}))
      ->option_text("testbed|sel4");
  command.add_option("--sdk", options.sdk, "the Microkit SDK's folder; default: $MICROKIT_SDK")
      ->option_text("DIR");
  command
      .add_option("--config", options.config,
                  "seL4's configuration; debug is for guests that you trust; default: release")
      ->check(CLI::IsMember({"debug", "release"}))
      ->option_text("debug|release");
}

void add_build(CLI::App& grammar, Options& options) {
  CLI::App& command = *grammar.add_subcommand("build", "Write the bootable image and its manifest");
  add_file(command, options);
  add_platform(command, options);
  command.add_option("-o,--output", options.output, "the folder to write to; default: serai-build")
      ->option_text("DIR");
  command.footer(
      "Examples:\n"
      "  serai build                     system.toml to serai-build/\n"
      "  serai build -o out examples/first-light\n"
      "  serai build --platform sel4 --sdk ~/microkit-sdk-2.0.1 system.toml\n\n"
      "The same input gives the same bytes. Changing a system needs no compiler.");
}

void add_run(CLI::App& grammar, Options& options) {
  CLI::App& command = *grammar.add_subcommand("run", "Build a system and run it in QEMU");
  add_file(command, options);
  add_platform(command, options);
  command
      .add_option("-o,--output", options.output,
                  "keep the image in this folder; default: it is thrown away")
      ->option_text("DIR");
  command
      .add_option("--until", options.until, "end, with status 0, when the console shows this text")
      ->option_text("TEXT");
  command.add_option("--timeout", options.timeout_seconds, "end, with status 3, after so long")
      ->check(check_seconds)
      ->option_text("SECONDS");
  command.add_flag("--icount", options.icount,
                   "QEMU counts instructions: slower, but every run is the same");
  command.add_option("--qemu-arg", options.qemu_args, "one more argument for QEMU; repeatable")
      ->option_text("ARG")
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->allow_extra_args(false);
  command.footer(
      "Examples:\n"
      "  serai run                       system.toml, its console on this terminal\n"
      "  serai run --until 'login:' --timeout 120 examples/first-light\n"
      "  serai run --qemu-arg=-d --qemu-arg=int system.toml\n"
      "  MICROKIT_SDK=~/microkit-sdk-2.0.1 serai run system.toml    on seL4");
}

void add_explain(CLI::App& grammar, Options& options) {
  CLI::App& command =
      *grammar.add_subcommand("explain", "Show the system with everything that Serai decided");
  add_file(command, options);
  CLI::Option* json = command.add_flag("--json", options.json, "as JSON");
  CLI::Option* dot = command.add_flag("--dot", options.dot, "as a picture, in graphviz's language");
  CLI::Option* svg = command.add_flag("--svg", options.svg, "as a picture; needs graphviz");
  json->excludes(dot)->excludes(svg);
  dot->excludes(svg);
  command.footer(
      "Examples:\n"
      "  serai explain                   memory map, rights, interrupts, priorities\n"
      "  serai explain --json system.toml | jq '.pds[].name'\n"
      "  serai explain --svg system.toml > system.svg");
}

void add_init(CLI::App& grammar, Options& options) {
  CLI::App& command =
      *grammar.add_subcommand("init", "Write a system.toml to begin with, every key explained");
  command.add_option("DIR", options.folder, "the folder to write to; made if it is not there")
      ->capture_default_str();
  command.footer(
      "Examples:\n"
      "  serai init\n"
      "  serai init my-system && serai check my-system");
}

void add_completion(CLI::App& grammar, Options& options) {
  CLI::App& command =
      *grammar.add_subcommand("completion", "Print the completion of commands for a shell");
  command.add_option("SHELL", options.shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command.footer(
      "Examples:\n"
      "  source <(serai completion bash)\n"
      "  serai completion zsh > ~/.zfunc/_serai\n"
      "  serai completion fish > ~/.config/fish/completions/serai.fish");
}

}  // namespace

std::unique_ptr<CLI::App> make_grammar(Options& options) {
  auto grammar = std::make_unique<CLI::App>(
      "Serai runs virtual machines on seL4, described by one TOML file.", "serai");
  grammar->set_version_flag("--version", "serai " SERAI_VERSION);
  grammar->add_option("--color", options.colour, "auto, always or never; default: auto")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->option_text("WHEN");
  grammar->require_subcommand(1);
  grammar->fallthrough();
  add_check(*grammar, options);
  add_build(*grammar, options);
  add_run(*grammar, options);
  add_explain(*grammar, options);
  add_init(*grammar, options);
  add_completion(*grammar, options);
  grammar->footer(
      "Examples:\n"
      "  serai init my-system            write a file to begin with\n"
      "  serai check my-system           say what is wrong with it\n"
      "  serai explain my-system         show what Serai made of it\n"
      "  serai run my-system             run it in QEMU\n\n"
      "`serai COMMAND --help` tells more about each. Exit status: 0; 1 for something that failed;\n"
      "2 for a command line or a file that cannot be right; 3 when --timeout is over.");
  return grammar;
}

}  // namespace serai::tool
