// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that selects one of the graphs of a module. */
@Section(Section.Heading.LOADING)
final class TagOptions {

  @Option(
      names = "--tags",
      paramLabel = "TAG,..",
      description =
          "the tag set of the graph to load; --tags= for the empty set (default: chosen"
              + " automatically)")
  private @Nullable String tags;

  /** The tag set; null for the default. */
  @Nullable Set<String> tags() {
    if (tags == null) {
      return null;
    }
    Set<String> set = new LinkedHashSet<>(Arrays.asList(tags.split(",", -1)));
    set.remove("");
    return set;
  }
}
