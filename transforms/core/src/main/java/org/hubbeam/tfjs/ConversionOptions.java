// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.model.FunctionChoice;

/**
 * What is converted.
 *
 * @param function which function, with its Python arguments
 * @param outputs the outputs that are wanted, in this order; empty for all
 * @param constants inputs that have these arrays in every call
 * @param names what the signature calls inputs and outputs, by the function's names; others keep
 *     theirs
 */
public record ConversionOptions(
    FunctionChoice function,
    List<String> outputs,
    Map<String, Array> constants,
    Map<String, String> names) {

  /** All outputs of the function that is chosen where none is named. */
  public static final ConversionOptions DEFAULT =
      new ConversionOptions(FunctionChoice.ANY, List.of(), Map.of(), Map.of());

  public ConversionOptions {
    outputs = List.copyOf(outputs);
    constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
    names = Map.copyOf(names);
  }

  /** Another function. */
  public ConversionOptions withFunction(FunctionChoice function) {
    return new ConversionOptions(function, outputs, constants, names);
  }

  /** Only these outputs. */
  public ConversionOptions withOutputs(List<String> outputs) {
    return new ConversionOptions(function, outputs, constants, names);
  }

  /** Inputs that are the same in every call. */
  public ConversionOptions withConstants(Map<String, Array> constants) {
    return new ConversionOptions(function, outputs, constants, names);
  }

  /** Other names in the signature. */
  public ConversionOptions withNames(Map<String, String> names) {
    return new ConversionOptions(function, outputs, constants, names);
  }
}
