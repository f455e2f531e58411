// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.tensorflow.Operand;

/**
 * An array inside a function that is being written.
 *
 * @param spec what is known of it, under the name that it came by
 * @param tensors what holds it: a dense array is one; a ragged one its values and its row splits
 *     (int64), outermost first; a sparse one its indices, values and dense shape
 */
public record ArrayOperand(ArraySpec spec, List<Operand<?>> tensors) {
  public ArrayOperand {
    tensors = List.copyOf(tensors);
  }
}
