// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.plan;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;

/**
 * An array in a traced graph.
 *
 * @param spec its specification; for a column, with its name
 * @param tensors the names of its tensors ({@code node:0}) in TensorFlow's order: for a dense array
 *     one tensor; for a sparse one the indices, values and dense shape; for a ragged one the values
 *     and row splits
 */
@Internal
public record TracedArray(ArraySpec spec, List<String> tensors) implements Serializable {
  public TracedArray {
    tensors = List.copyOf(tensors);
  }
}
