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
 */
public record ConversionOptions(
    FunctionChoice function, List<String> outputs, Map<String, Array> constants) {

  /** All outputs of the function that is chosen where none is named. */
  public static final ConversionOptions DEFAULT =
      new ConversionOptions(FunctionChoice.ANY, List.of(), Map.of());

  public ConversionOptions {
    outputs = List.copyOf(outputs);
    constants = Collections.unmodifiableMap(new LinkedHashMap<>(constants));
  }

  /** Another function. */
  public ConversionOptions withFunction(FunctionChoice function) {
    return new ConversionOptions(function, outputs, constants);
  }

  /** Only these outputs. */
  public ConversionOptions withOutputs(List<String> outputs) {
    return new ConversionOptions(function, outputs, constants);
  }

  /** Inputs that are the same in every call. */
  public ConversionOptions withConstants(Map<String, Array> constants) {
    return new ConversionOptions(function, outputs, constants);
  }
}
