// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.Serializable;
import java.util.Objects;
import org.hubbeam.training.Task;
import org.jspecify.annotations.Nullable;

/**
 * Where the labels of rows are.
 *
 * @param task what they are
 * @param column of the labels
 * @param separator of several in one text; null where a list has them
 * @param weights the column that says how much a row counts; null where all count the same
 */
public record Labels(Task task, String column, @Nullable String separator, @Nullable String weights)
    implements Serializable {

  public Labels {
    Objects.requireNonNull(task, "task");
    Objects.requireNonNull(column, "column");
    if (separator != null && separator.isEmpty()) {
      throw new IllegalArgumentException("what separates labels must not be empty");
    }
    if (separator != null && task != Task.LABELS) {
      throw new IllegalArgumentException(
          "only rows of the task LABELS have several labels to separate, not of " + task);
    }
  }
}
