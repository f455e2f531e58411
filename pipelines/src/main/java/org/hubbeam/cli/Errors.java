// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hubbeam.batch.Printable;
import org.hubbeam.batch.Secrets;
import org.hubbeam.batch.Suggestions;
import org.hubbeam.model.ModuleException;
import org.hubbeam.spec.SpecException;
import org.hubbeam.tfjs.ConversionException;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** Turns an exception into a message of one line and an exit code. */
final class Errors {

  private static final int LONGEST = 200;
  private static final Pattern NUMBER =
      Pattern.compile(
          "(?s)Invalid value for option '(--?\\w+)'.*?: '(.*)' is not an? (int|long|float|double)");

  private Errors() {}

  /** Whether the user asked for stack traces. */
  static boolean isDebug(String... args) {
    return Arrays.asList(args).contains("--debug")
        || !System.getenv().getOrDefault("HUBBEAM_DEBUG", "").isEmpty();
  }

  /** Prints the message, and returns the exit code. */
  static int report(Throwable failure, CommandLine command, boolean debug) {
    if (failure instanceof StandardOutput.Broken broken && broken.isClosed()) {
      return Main.CLOSED;
    }
    PrintWriter err = FilteredWriter.messages(command.getErr());
    err.println(command.getCommandSpec().qualifiedName() + ": " + oneLine(message(failure)));
    if (debug) {
      failure.printStackTrace(err);
    }
    return exitCode(failure);
  }

  /**
   * The message to print for a chain of causes, which engines wrap many times: that of the
   * innermost exception of this project, with the context that wrappers of it add; else that of the
   * innermost exception that has one.
   */
  static String message(Throwable failure) {
    List<Throwable> causes = causes(failure);
    for (Throwable cause : causes) {
      if (cause instanceof OutOfMemoryError) {
        return "out of memory ("
            + ownMessage(cause)
            + "); set HUBBEAM_HEAP, for example to 8g, or a smaller --batchRows";
      }
      if (cause instanceof UnsatisfiedLinkError) {
        return "a native library cannot be loaded: "
            + ownMessage(cause)
            + "; 'hubbeam doctor' says what is missing";
      }
    }
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
    if (said instanceof FileSystemException file) {
      return fileMessage(file);
    }
    boolean plain =
        said.getClass() == IOException.class || said.getClass() == UncheckedIOException.class;
    if (said instanceof NullPointerException
        || said instanceof IndexOutOfBoundsException
        || said instanceof ClassCastException) {
      return "this is a mistake in hubbeam; please report it with what --debug prints ("
          + said.getClass().getSimpleName()
          + ": "
          + message
          + ")";
    }
    if (!isOurs(said)
        && !plain
        && !(said instanceof IllegalArgumentException)
        && !(said instanceof IllegalStateException)) {
      return said.getClass().getSimpleName() + ": " + message;
    }
    while (chosen > 0 && tellsMore(causes.get(chosen - 1), causes.get(chosen))) {
      chosen--;
    }
    return ownMessage(causes.get(chosen));
  }

  /** Java's own messages for files say the name alone. */
  private static String fileMessage(FileSystemException failure) {
    String reason =
        failure instanceof AccessDeniedException
            ? "permission denied"
            : failure instanceof NoSuchFileException
                ? "no such file or folder"
                : failure instanceof FileAlreadyExistsException
                    ? "is there already"
                    : failure instanceof NotDirectoryException
                        ? "is no folder"
                        : failure instanceof DirectoryNotEmptyException
                            ? "is a folder that is not empty"
                            : ownMessage(failure);
    return reason.contains(String.valueOf(failure.getFile()))
        ? reason
        : failure.getFile() + ": " + reason;
  }

  /** Whether a wrapper's message contains its cause's, with more than the class name added. */
  private static boolean tellsMore(Throwable wrapper, Throwable cause) {
    String message = wrapper.getMessage();
    return message != null
        && message.contains(cause.getMessage())
        && !message.contains(cause.getClass().getName());
  }

  private static int exitCode(Throwable failure) {
    boolean misused =
        failure instanceof UsageException
            || failure instanceof IllegalArgumentException
            || failure instanceof ConversionException
            || (failure instanceof ModuleException module
                && module.kind() == ModuleException.Kind.MISUSED);
    return misused ? Main.MISUSED : Main.FAILED;
  }

  /** Whether something could not be written because there is no room for it. */
  static boolean isDiskFull(Throwable failure) {
    return causes(failure).stream()
        .map(cause -> String.valueOf(cause.getMessage()))
        .anyMatch(m -> m.matches("(?s).*(No space left on device|Disk quota exceeded).*"));
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

  /** The message for an unknown argument, with suggestions if known ones are similar. */
  static String unmatched(UnmatchedArgumentException failure) {
    String word = failure.getUnmatched().get(0);
    CommandLine command = failure.getCommandLine();
    if (word.startsWith("-")) {
      return unknownOption(word.split("=", 2)[0], command.getCommandSpec());
    }
    return command.getSubcommands().isEmpty()
        ? "unexpected argument '" + word + "'"
        : unknownProgram(word, command);
  }

  /** The message for missing arguments; if one is only misspelt, the message for that. */
  static String missing(MissingParameterException failure, String... arguments) {
    CommandSpec program = failure.getCommandLine().getCommandSpec();
    List<String> missing =
        failure.getMissing().stream()
            .flatMap(a -> a.isOption() ? Stream.of(((OptionSpec) a).names()) : Stream.of())
            .toList();
    return Stream.of(arguments)
        .map(argument -> argument.split("=", 2)[0])
        .filter(name -> name.startsWith("-") && !program.optionsMap().containsKey(name))
        .flatMap(name -> misspelt(name, missing, program).stream())
        .findFirst()
        .orElseGet(() -> oneLine(ownMessage(failure)));
  }

  /** The message for an option that may be meant as one that is missing; empty for others. */
  private static Optional<String> misspelt(String name, List<String> missing, CommandSpec program) {
    if (name.matches("-\\w")) {
      List<String> near = missing.stream().filter(o -> o.startsWith("-" + name)).toList();
      return near.isEmpty()
          ? Optional.empty()
          : Optional.of("unknown option '" + name + "'" + Suggestions.didYouMean(near));
    }
    List<String> near = Suggestions.nearest(name, options(program));
    return near.stream().anyMatch(missing::contains)
        ? Optional.of(unknownOption(name, program))
        : Optional.empty();
  }

  /** The message for the value of an option, in the words of users instead of Java's. */
  static String invalidValue(String message) {
    Matcher number = NUMBER.matcher(message);
    return number.matches()
        ? number.group(1)
            + "="
            + number.group(2)
            + " must be a "
            + (number.group(3).matches("int|long") ? "whole number" : "number")
        : message;
  }

  /** The message for an option that a program does not have, with suggestions. */
  static String unknownOption(String option, CommandSpec program) {
    return "unknown option '" + option + "'" + Suggestions.didYouMean(option, options(program));
  }

  /** The names of the options of a program that users may know. */
  static List<String> options(CommandSpec program) {
    return program.options().stream()
        .filter(option -> !option.hidden())
        .flatMap(option -> Stream.of(option.names()))
        .toList();
  }

  /** The message for a program that there is not, with suggestions. */
  static String unknownProgram(String word, CommandLine all) {
    List<String> programs =
        all.getSubcommands().values().stream()
            .map(CommandLine::getCommandSpec)
            .filter(program -> !program.usageMessage().hidden())
            .map(CommandSpec::name)
            .toList();
    List<String> near = Suggestions.nearest(word, programs);
    return "unknown program '"
        + word
        + "'"
        + (near.isEmpty()
            ? "; there are " + String.join(", ", programs)
            : Suggestions.didYouMean(near));
  }

  /** The message of an exception; its class where it has none. */
  static String ownMessage(Throwable failure) {
    String message = failure.getMessage();
    return message == null ? failure.getClass().getName() : message;
  }

  /** The start of a message that is too long for a line. */
  static String shortened(String message) {
    return message.length() <= LONGEST ? message : message.substring(0, LONGEST).strip() + " ...";
  }

  /** A message without line breaks and other control characters, and what may be secret. */
  static String oneLine(String message) {
    String colons = message.strip().replaceAll(":\\s*\\R\\s*", ": ");
    return Printable.joined(Secrets.maskedIn(colons));
  }
}
