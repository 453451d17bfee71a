package org.onelabel.cli;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The page of all commands, from what the command line itself knows of them. */
final class CommandsPage {
  private CommandsPage() {}

  static String text() {
    StringBuilder page =
        new StringBuilder(
            """
            # Commands

            <!-- Generated from the command line by tools/reference-pages. -->

            Exit codes: 0 done; 2 a mistake in what was given, named in one line; 1 an error of the program itself; 130 stopped by Ctrl-C; 143 stopped by `kill`.
            Every command has `--help`. The settings that `--set` and `--config` change are on [their own page](settings.md).

            """);
    CommandSpec root = Main.commandLine().getCommandSpec();
    page.append("| command | what it does |\n|---|---|\n");
    leaves(root)
        .forEach(
            command ->
                page.append(
                    "| [`%s`](#%s) | %s |\n"
                        .formatted(
                            command.qualifiedName(),
                            command.qualifiedName().replace(' ', '-'),
                            text(command.usageMessage().description()))));
    leaves(root).forEach(command -> page.append(section(command)));
    return page.toString();
  }

  /** The commands that do something themselves. */
  private static Stream<CommandSpec> leaves(CommandSpec command) {
    List<CommandSpec> inner =
        command.subcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .filter(sub -> !sub.helpCommand())
            .distinct()
            .toList();
    return inner.isEmpty() ? Stream.of(command) : inner.stream().flatMap(CommandsPage::leaves);
  }

  private static String section(CommandSpec command) {
    StringBuilder section = new StringBuilder("\n## " + command.qualifiedName() + "\n\n");
    section.append(text(command.usageMessage().description())).append("\n\n");
    String synopsis = new Help(command, Help.defaultColorScheme(Help.Ansi.OFF)).synopsis(0);
    section.append("```\n").append(synopsis.strip()).append("\n```\n");
    List<? extends ArgSpec> arguments =
        Stream.concat(
                command.positionalParameters().stream(),
                command.options().stream()
                    .filter(option -> !option.usageHelp() && !option.versionHelp()))
            .toList();
    if (!arguments.isEmpty()) {
      section.append("\n| option | meaning |\n|---|---|\n");
      for (ArgSpec argument : arguments) {
        section.append(
            "| `%s`%s | %s |\n"
                .formatted(
                    name(argument).replace("|", "\\|"),
                    argument.required() ? " (required)" : "",
                    text(argument.description())));
      }
    }
    return section.toString();
  }

  private static String name(ArgSpec argument) {
    if (argument instanceof OptionSpec option) {
      boolean flag = option.arity().max() == 0;
      return option.longestName() + (flag ? "" : " " + option.paramLabel());
    }
    return argument.paramLabel();
  }

  private static String text(String[] lines) {
    return Arrays.stream(lines).collect(Collectors.joining(" ")).replace("|", "\\|");
  }
}
