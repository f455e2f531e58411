// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** All programs: {@code hubbeam PROGRAM --name=value ...}. */
@Command(
    name = "hubbeam",
    description = "TensorFlow Hub modules and preprocessing functions on Apache Beam.",
    synopsisSubcommandLabel = "PROGRAM",
    commandListHeading = "%nPrograms:%n",
    footer = {
      "",
      "hubbeam help PROGRAM describes each program. To begin, run: hubbeam demo",
      "--debug, or HUBBEAM_DEBUG=1, prints stack traces and the log of the engine."
    },
    subcommands = {
      DemoCommand.class,
      EmbedCommand.class,
      DetectCommand.class,
      GenerateCommand.class,
      IndexCommand.class,
      SearchCommand.class,
      ExploreCommand.class,
      NeighboursCommand.class,
      DedupCommand.class,
      ClusterCommand.class,
      TransformCommand.class,
      ApplyCommand.class,
      TrainCommand.class,
      AdaNetCommand.class,
      EvaluateCommand.class,
      TrainEncoderCommand.class,
      ExportCommand.class,
      TfjsCommand.class,
      InspectCommand.class,
      CallCommand.class,
      ResolveCommand.class,
      HeadCommand.class,
      JobsCommand.class,
      DoctorCommand.class,
      HelpCommand.class,
      UnpackNativesCommand.class,
      WarmUpCommand.class
    },
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class)
public final class Main implements Runnable {

  /** Exit code when something failed at run time. */
  static final int FAILED = 1;

  /** Exit code when a program was called wrongly. */
  static final int MISUSED = 2;

  /** Exit code of a job that wrote its output, but of whose rows more than half failed. */
  static final int MOSTLY_FAILED = 3;

  /** Exit code when the reader of the standard output has gone: 128 and the number of SIGPIPE. */
  static final int CLOSED = 141;

  private static final String PROJECTION = "(pca|gaussian):.*";

  @Spec private CommandSpec spec;

  private Main() {}

  /**
   * Runs one program and ends the JVM with its exit code: 0; 1 for a failure, 2 for wrong use, 3 if
   * more than half of the rows failed, 141 if the reader of the standard output has gone.
   */
  public static void main(String[] args) {
    boolean debug = Errors.isDebug(args);
    Logging.configure(debug);
    PrintWriter out = StandardOutput.on(new FileOutputStream(FileDescriptor.out));
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    System.exit(run(out, err, args));
  }

  /**
   * Runs one program.
   *
   * @return its exit code
   */
  static int run(PrintWriter out, PrintWriter err, String... args) {
    boolean debug = Errors.isDebug(args);
    CommandLine line = new CommandLine(new Main());
    line.setOut(out);
    line.setErr(err);
    line.setUsageHelpWidth(100);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.getSubcommands().values().forEach(HelpSections::install);
    line.setParameterExceptionHandler(Main::misused);
    line.setExecutionExceptionHandler(
        (failure, command, parsed) -> Errors.report(failure, command, debug));
    line.setExecutionStrategy(Main::runLast);
    try {
      return line.execute(withHome(withProjection(args)));
    } catch (Error e) {
      return Errors.report(e, line, debug);
    }
  }

  /** Arguments with the user's folder for {@code ~/}, which shells do not replace behind "=". */
  private static String[] withHome(String... args) {
    String home = System.getProperty("user.home");
    return Stream.of(args)
        .map(
            a ->
                a.matches("(?s)--\\w+=~/.*")
                    ? a.replaceFirst("~", Matcher.quoteReplacement(home))
                    : a)
        .toArray(String[]::new);
  }

  /**
   * Arguments with {@code --projection} for {@code --project}, its older name, where that has the
   * value of a projection: with another value it is Dataflow's option.
   */
  private static String[] withProjection(String... args) {
    String[] all = args.clone();
    for (int i = 0; i < all.length; i++) {
      if (all[i].matches("--project=" + PROJECTION)) {
        all[i] = all[i].replaceFirst("--project", "--projection");
      } else if (all[i].equals("--project")
          && i + 1 < all.length
          && all[i + 1].matches(PROJECTION)) {
        all[i] = "--projection";
      }
    }
    return all;
  }

  private static int runLast(ParseResult parsed) {
    CommandLine line = parsed.commandSpec().commandLine();
    try {
      int code = new CommandLine.RunLast().execute(parsed);
      line.getOut().flush();
      return code;
    } catch (StandardOutput.Broken e) {
      // Not from within a program, whose exceptions are wrapped already: its help, or what was
      // left.
      throw new ExecutionException(line, e.getMessage(), e);
    }
  }

  private static int misused(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    String what =
        failure instanceof UnmatchedArgumentException unmatched
            ? Errors.unmatched(unmatched)
            : failure instanceof MissingParameterException missing
                ? Errors.missing(missing, args)
                : Errors.invalidValue(Errors.ownMessage(failure));
    String see = what.endsWith("?") ? " See " : "; see ";
    FilteredWriter.messages(command.getErr())
        .println(name + ": " + Errors.oneLine(what) + see + name + " --help");
    return MISUSED;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }
}
