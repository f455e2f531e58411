package org.hubbeam.plan;

import java.io.Serializable;
import java.util.List;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;

/**
 * An array in a traced graph.
 *
 * @param spec what it is; its name is that of the column, where it is one
 * @param tensors what holds it, {@code node:0}, in TensorFlow's order: a dense array is one tensor,
 *     a sparse one its indices, values and dense shape, a ragged one its values and row splits
 */
@Internal
public record TracedArray(ArraySpec spec, List<String> tensors) implements Serializable {
  public TracedArray {
    tensors = List.copyOf(tensors);
  }
}
