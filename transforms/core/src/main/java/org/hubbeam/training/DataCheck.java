// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.training;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether there is something to learn from rows. */
record DataCheck(Task task, Split split, LabelIndex labels) {

  /**
   * Checks the labels of all rows.
   *
   * @param failed how many rows could not be used, for the message
   * @throws TrainingException saying what is missing
   */
  void require(long rows, long failed) {
    if (rows == 0) {
      throw new TrainingException(
          failed == 0
              ? "there are no rows to train on"
              : "there are no rows to train on: all of %d rows are failures".formatted(failed));
    }
    if (task == Task.NUMBER) {
      return;
    }
    List<String> names = labels.names();
    if (names.isEmpty()) {
      throw new TrainingException("no row has a label");
    }
    if (names.size() == 1 && task != Task.LABELS) {
      throw new TrainingException(
          "all %d rows are of the class '%s': there must be at least two classes"
              .formatted(rows, names.get(0)));
    }
    if (task == Task.BINARY && names.size() > 2) {
      throw new TrainingException(
          "there are %d classes, not two: %s. Use the task CLASSES"
              .formatted(names.size(), shown(names)));
    }
    if (rows < names.size()) {
      throw new TrainingException(
          "there are %d rows for %d classes: %s".formatted(rows, names.size(), shown(names)));
    }
    requireInParts();
  }

  private void requireInParts() {
    requireRow(labels.withoutTraining(), "to train on");
    if (split.heldOut() > 0 && task != Task.LABELS) {
      requireRow(labels.withoutHeldOut(), "held out");
    }
  }

  private void requireRow(@Nullable String name, String part) {
    if (name != null) {
      throw new TrainingException(
          ("no row of '%s' (%d in all) is %s: give more rows of it, leave it out, or hold out"
                  + " another part than %s (--heldOut)")
              .formatted(name, labels.rows(name), part, split.heldOut()));
    }
  }

  private static String shown(List<String> names) {
    int most = 10;
    return String.join(", ", names.subList(0, Math.min(most, names.size())))
        + (names.size() > most ? ", ..." : "");
  }
}
