// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;

/** A function that is called on batches. Threads may call it at the same time. */
@Internal
public interface BatchFunction {

  /** The name with its Python arguments, for messages. */
  String name();

  /** The inputs that a caller gives. */
  List<ArraySpec> inputs();

  /**
   * The input of this name; a nested one also by its last name, where it is the only one that ends
   * so: {@code input_mask} for {@code inputs/input_mask}.
   */
  default Optional<ArraySpec> input(String name) {
    return InputNames.find(inputs(), name);
  }

  /** The dtypes that an input can have: those that the graphs of the function declare. */
  Set<DType> dtypes(String input);

  /**
   * The only input that a caller gives, where the function parses its strings as serialised {@code
   * tf.Example}, {@code tf.SequenceExample} or another message: each is then a whole record of a
   * TFRecord file. Empty for other functions.
   */
  default Optional<String> recordInput() {
    return Optional.empty();
  }

  /** The outputs, in their order. */
  List<ArraySpec> outputs();

  /** Whether a call can change variables or tables of the module, and so the results of others. */
  boolean changesState();

  /**
   * This function with some of its outputs only.
   *
   * @throws ModuleException when it has no such output
   */
  BatchFunction only(List<String> outputs);

  /**
   * This function with these inputs the same in every call.
   *
   * @param constants by input; whole arrays, not rows
   * @throws ModuleException when it has no such input, or the input has another dtype or shape
   */
  BatchFunction withConstants(Map<String, Array> constants);

  /**
   * This function with only those of its graphs that take these inputs.
   *
   * @throws ModuleException when no graph takes all of them
   */
  BatchFunction taking(Set<String> inputs);

  /**
   * Calls the function on all rows at once.
   *
   * @param rows the inputs as columns under the function's input names; other columns are ignored
   * @return the outputs as columns under the function's output names, row by row, of the same
   *     origin
   * @throws ModuleException when the call fails; no row has a result then
   */
  Batch call(Batch rows);

  /**
   * Calls the function on arrays, which need not have as many rows as each other.
   *
   * @param inputs under the function's input names, as it takes them
   * @return the outputs under the function's output names
   * @throws ModuleException when the call fails
   */
  Map<String, Array> call(Map<String, Array> inputs);
}
