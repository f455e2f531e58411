package org.hubbeam.cli;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine.Option;

/** The option of which of a module's graphs is meant. */
final class TagOptions {

  @Option(
      names = "--tags",
      paramLabel = "TAG,..",
      description =
          "the tag set of the graph to load, --tags= for the empty one; otherwise it is found")
  private String tags;

  /** The tag set asked for; null to find it. */
  Set<String> tags() {
    if (tags == null) {
      return null;
    }
    Set<String> set = new LinkedHashSet<>(Arrays.asList(tags.split(",", -1)));
    set.remove("");
    return set;
  }
}
