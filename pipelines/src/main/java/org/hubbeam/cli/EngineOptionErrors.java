// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hubbeam.batch.Suggestions;

/** What is wrong with options that are for Beam. */
final class EngineOptionErrors {

  private static final Pattern UNKNOWN =
      Pattern.compile("missing a property named '([^']*)'\\.?(?: Did you mean (.*?)\\?)?");

  private static final Pattern VALUE =
      Pattern.compile("(?s)from String \"(.*)\": not a valid `?(?:\\w+\\.)*(\\w+)");

  private static final Pattern REQUIRED =
      Pattern.compile("Missing required value for \\[.*\\.get(\\w+)\\(\\)");

  private static final Pattern RUNNER =
      Pattern.compile("Unknown 'runner' specified .*supported pipeline runners (\\[.*])");

  private EngineOptionErrors() {}

  /** Beam's message for an option, in the words of users. */
  static String explain(
      String message, String runner, List<String> given, Function<String, List<String>> near) {
    Matcher value = VALUE.matcher(message);
    if (value.find()) {
      String asked = value.group(1);
      return given.stream().filter(option -> option.endsWith("=" + asked)).findFirst().orElse(asked)
          + " must be a "
          + value.group(2);
    }
    Matcher unknown = UNKNOWN.matcher(message);
    if (unknown.find()) {
      String option = "--" + unknown.group(1);
      List<String> meant = near.apply(option);
      String other = unknown.group(2);
      if (meant.isEmpty() && other != null) {
        meant =
            Stream.of(other.split(","))
                .map(n -> "--" + n.replaceAll("[^A-Za-z0-9]", ""))
                .limit(3)
                .toList();
      }
      return "unknown option '"
          + option
          + "'"
          + Runners.ofOption(option)
          + Suggestions.didYouMean(meant);
    }
    Matcher required = REQUIRED.matcher(message);
    if (required.find()) {
      String name = required.group(1);
      return "the engine needs --"
          + name.substring(0, 1).toLowerCase(Locale.ROOT)
          + name.substring(1)
          + "=...";
    }
    return RUNNER.matcher(message).find() ? Errors.ownMessage(Runners.missing(runner)) : message;
  }

  /** Refuses what is not written as an option. */
  static void checkForm(List<String> given, Function<String, List<String>> near) {
    String before = "";
    for (String argument : given) {
      if (!argument.matches("(?s)--\\w+(=.*)?")) {
        throw new UsageException(misplaced(argument, before, near));
      }
      before = argument;
    }
  }

  private static String misplaced(
      String argument, String before, Function<String, List<String>> near) {
    if (argument.startsWith("-")) {
      String option = argument.split("=", 2)[0];
      return "unknown option '" + option + "'" + Suggestions.didYouMean(near.apply(option));
    }
    String unexpected = "unexpected argument '" + argument + "'; ";
    if (before.matches("--\\w+")) {
      return unexpected + "write " + before + "=" + argument;
    }
    if (Files.exists(Path.of(argument))) {
      return unexpected
          + "to name several files, put a glob in quotes: --input='"
          + glob(argument)
          + "'";
    }
    return unexpected + "options are written --name=value";
  }

  private static String glob(String file) {
    int name = file.lastIndexOf('/') + 1;
    int dot = file.lastIndexOf('.');
    return file.substring(0, name) + "*" + (dot < name ? "" : file.substring(dot));
  }
}
