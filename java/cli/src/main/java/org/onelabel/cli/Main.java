package org.onelabel.cli;

import java.util.Locale;
import java.util.function.UnaryOperator;
import org.onelabel.cli.console.ExitCode;
import org.onelabel.cli.console.Stop;
import org.onelabel.cli.kernels.KernelsCommand;
import org.onelabel.cli.scans.CheckpointCommand;
import org.onelabel.cli.scans.CommandFactory;
import org.onelabel.cli.scans.ContinueCommand;
import org.onelabel.cli.scans.DemoCommand;
import org.onelabel.cli.scans.EvaluateCommand;
import org.onelabel.cli.scans.ExperimentCommand;
import org.onelabel.cli.scans.ExportCommand;
import org.onelabel.cli.scans.InspectCommand;
import org.onelabel.cli.scans.PredictCommand;
import org.onelabel.cli.scans.ReviewCommand;
import org.onelabel.cli.scans.RunCommand;
import org.onelabel.cli.scans.StageCommand;
import org.onelabel.cli.scans.SuggestNextCommand;
import org.onelabel.cli.scans.SuggestTemplateCommand;
import org.onelabel.kernels.KernelException;
import org.onelabel.pipeline.directory.Version;
import org.onelabel.pipeline.stage.DeviceSettings;
import org.onelabel.volumes.InputException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.ParameterException;

/** The command line; how it ends is an {@link ExitCode}. */
@Command(
    name = "onelabel",
    description = "From one annotated 3-D scan to a trained segmentation model.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.VersionProvider.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      StageCommand.class,
      SuggestNextCommand.class,
      ReviewCommand.class,
      ContinueCommand.class,
      ExperimentCommand.class,
      PredictCommand.class,
      EvaluateCommand.class,
      ExportCommand.class,
      InspectCommand.class,
      CheckpointCommand.class,
      SuggestTemplateCommand.class,
      KernelsCommand.class,
      CommandLine.HelpCommand.class
    })
public final class Main {
  private Main() {}

  /** The entry point. */
  public static void main(String[] arguments) {
    System.exit(execute(UnaryOperator.identity(), arguments));
  }

  /**
   * A command that computes where {@code places} makes of what it was told; where memory runs out,
   * a line says so.
   *
   * @return an {@link ExitCode}
   */
  public static int execute(UnaryOperator<DeviceSettings> places, String... arguments) {
    // Numbers read the same everywhere.
    Locale.setDefault(Locale.ROOT);
    try {
      return execute(commandLine(places), arguments);
    } catch (OutOfMemoryError e) {
      long heap = Runtime.getRuntime().maxMemory();
      System.err.println(
          "onelabel: out of memory (%d MiB of heap): give it more with ONELABEL_HEAP=%dg, or make"
                  .formatted(heap >> 20, 1 + ((2 * heap) >> 30))
              + " spacing coarser; what was finished is kept, --resume goes on from there");
      return ExitCode.USER_MISTAKE;
    }
  }

  /** All commands. */
  static CommandLine commandLine() {
    return commandLine(UnaryOperator.identity());
  }

  private static CommandLine commandLine(UnaryOperator<DeviceSettings> places) {
    CommandLine line = new CommandLine(new Main(), new CommandFactory(places));
    line.setResourceBundle(new HelpLists());
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.setExecutionStrategy(Main::work);
    line.setParameterExceptionHandler(Main::refuse);
    line.setExecutionExceptionHandler(Main::fail);
    return line;
  }

  static int execute(String... arguments) {
    return execute(commandLine(), arguments);
  }

  private static int execute(CommandLine line, String... arguments) {
    if (arguments.length == 0) {
      line.usage(System.err);
      return ExitCode.USER_MISTAKE;
    }
    return line.execute(arguments);
  }

  private static int work(CommandLine.ParseResult parsed) {
    CommandLine command = parsed.asCommandLineList().getLast();
    try (Stop _ = Stop.watch(command.getCommand())) {
      return new CommandLine.RunLast().execute(parsed);
    }
  }

  private static int refuse(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    command.getErr().println("onelabel: " + plain(e.getMessage()));
    command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
    return ExitCode.USER_MISTAKE;
  }

  /** What picocli says, without its slips and Java's names of kinds. */
  private static String plain(String message) {
    return message
        .replace("option option ", "option ")
        .replaceFirst(" is not an? (?:int|long)$", " is no integer")
        .replaceFirst(" is not a boolean$", " is neither true nor false");
  }

  private static int fail(Exception e, CommandLine command, CommandLine.ParseResult parsed) {
    if (e instanceof InputException) {
      command.getErr().println("onelabel: " + e.getMessage());
      return ExitCode.USER_MISTAKE;
    }
    if (e instanceof KernelException) {
      command.getErr().println("onelabel: " + e.getMessage());
      for (Throwable earlier : e.getSuppressed()) {
        command.getErr().println("onelabel: before that: " + earlier.getMessage());
      }
      return ExitCode.OUR_FAULT;
    }
    command.getErr().println("onelabel: an error of ours, please report it:");
    e.printStackTrace(command.getErr());
    return ExitCode.OUR_FAULT;
  }

  static final class VersionProvider implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"onelabel " + Version.text()};
    }
  }
}
