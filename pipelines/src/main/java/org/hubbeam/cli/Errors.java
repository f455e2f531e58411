package org.hubbeam.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hubbeam.model.ModuleException;
import org.hubbeam.spec.SpecException;
import picocli.CommandLine;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns what was thrown into one clear line and an exit code. */
final class Errors {

  private Errors() {}

  /** Whether the user asked to see where errors come from. */
  static boolean isDebug(String... args) {
    return Arrays.asList(args).contains("--debug")
        || !System.getenv().getOrDefault("HUBBEAM_DEBUG", "").isEmpty();
  }

  /** Says what went wrong, and gives the exit code. */
  static int report(Throwable failure, CommandLine command, boolean debug) {
    command
        .getErr()
        .println(command.getCommandSpec().qualifiedName() + ": " + oneLine(message(failure)));
    if (debug) {
      failure.printStackTrace(command.getErr());
    }
    return exitCode(failure);
  }

  /**
   * What the user should read of a chain of causes: the innermost that the project itself said, as
   * engines wrap it many times, with what was said about it where it happened; else the innermost
   * with a message.
   */
  static String message(Throwable failure) {
    List<Throwable> causes = causes(failure);
    int chosen = 0;
    for (int i = 1; i < causes.size(); i++) {
      boolean better = !isOurs(causes.get(chosen)) && causes.get(i).getMessage() != null;
      if (isOurs(causes.get(i)) || better) {
        chosen = i;
      }
    }
    Throwable said = causes.get(chosen);
    String message = said.getMessage();
    if (message == null || message.isBlank()) {
      return said.getClass().getName();
    }
    if (said instanceof SpecException) {
      return message.lines().findFirst().orElse(message);
    }
    if (!isOurs(said) && !(said instanceof IllegalArgumentException)) {
      return said.getClass().getSimpleName() + ": " + message;
    }
    while (chosen > 0 && tellsMore(causes.get(chosen - 1), causes.get(chosen))) {
      chosen--;
    }
    return causes.get(chosen).getMessage();
  }

  /** Whether a wrapper says what its cause says, and more than the name of the cause's class. */
  private static boolean tellsMore(Throwable wrapper, Throwable cause) {
    String message = wrapper.getMessage();
    return message != null
        && message.contains(cause.getMessage())
        && !message.contains(cause.getClass().getName());
  }

  private static int exitCode(Throwable failure) {
    boolean misused =
        failure instanceof WrongUse
            || failure instanceof IllegalArgumentException
            || (failure instanceof ModuleException module
                && module.kind() == ModuleException.Kind.MISUSED);
    return misused ? Main.MISUSED : Main.FAILED;
  }

  private static boolean isOurs(Throwable cause) {
    return cause.getClass().getName().startsWith("org.hubbeam.");
  }

  private static List<Throwable> causes(Throwable failure) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> causes = new ArrayList<>();
    for (Throwable at = failure; at != null && seen.add(at); at = at.getCause()) {
      causes.add(at);
    }
    return causes;
  }

  /** Names the first word of a command line that means nothing, and what is near to it. */
  static String unmatched(UnmatchedArgumentException failure) {
    String word = failure.getUnmatched().get(0);
    CommandLine command = failure.getCommandLine();
    Set<String> programs = command.getSubcommands().keySet();
    if (word.startsWith("-")) {
      String option = word.split("=", 2)[0];
      Set<String> options = command.getCommandSpec().optionsMap().keySet();
      return "unknown option '" + option + "'" + meant(Near.to(option, options));
    }
    return programs.isEmpty()
        ? "'" + word + "' is too much"
        : "there is no program '" + word + "'" + meant(Near.to(word, programs));
  }

  /** Asks whether this was meant. */
  static String meant(Optional<String> near) {
    return near.map(word -> "; did you mean " + word + "?").orElse("");
  }

  /** Without line breaks. */
  static String oneLine(String message) {
    return message.strip().replaceAll(":\\s*\\R\\s*", ": ").replaceAll("\\s*\\R\\s*", " | ");
  }
}
