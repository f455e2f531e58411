// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hubbeam.learning.Labels;
import org.hubbeam.training.Task;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that say what is learnt. */
@Section(Section.Heading.LABELS)
final class LabelOptions {

  /** What stands for the folder that a file is in. */
  static final String FOLDER = "folder";

  @Option(
      names = "--label",
      required = true,
      paramLabel = "COLUMN",
      description =
          "the column of the labels; of images, video and audio 'folder' is the name of the folder"
              + " that a file is in")
  private String label;

  @Option(
      names = "--task",
      paramLabel = "TASK",
      description =
          "${COMPLETION-CANDIDATES}: one of several classes, any of several labels, one of two"
              + " classes, a number (default: LABELS with --labelSeparator, else CLASSES)")
  private @Nullable Task task;

  @Option(
      names = "--labelSeparator",
      paramLabel = "TEXT",
      description = "what is between several labels of one row, such as ';'")
  private @Nullable String separator;

  @Option(
      names = "--weightColumn",
      paramLabel = "COLUMN",
      description = "the column that says how much a row counts (default: all the same)")
  private @Nullable String weights;

  /** The labels. */
  Labels labels() {
    return labels(task());
  }

  /** The labels, where the task is known. */
  Labels labels(Task known) {
    if (separator != null && separator.isEmpty()) {
      throw new UsageException("--labelSeparator= must not be empty");
    }
    if (separator != null && task != null && task != Task.LABELS) {
      throw new UsageException(
          "--labelSeparator is for several labels of a row, --task=labels, not for --task="
              + task.name().toLowerCase(Locale.ROOT));
    }
    return new Labels(known, label, separator, weights);
  }

  /** What the options say that the labels are, if they say it. */
  Optional<Task> told() {
    return task == null && separator == null ? Optional.empty() : Optional.of(task());
  }

  /** What the labels are. */
  Task task() {
    return task != null ? task : separator != null ? Task.LABELS : Task.CLASSES;
  }

  /** Columns that are no features. */
  Set<String> columns() {
    return Stream.of(label, weights).filter(Objects::nonNull).collect(Collectors.toSet());
  }
}
