// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;

/**
 * The inputs and outputs of the function of a spec.
 *
 * @param inputs without those that a constant, a python argument or a default fills
 * @param outputs all of them, under the function's own names
 * @param recordInput the only input, where the function parses it as serialised {@code tf.Example}
 *     or the like; null for other functions
 */
@Internal
public record FunctionSignature(
    List<ArraySpec> inputs, List<ArraySpec> outputs, @Nullable String recordInput) {
  public FunctionSignature {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
  }

  /**
   * Reads the signature, if possible without loading the module.
   *
   * @throws org.hubbeam.model.ModuleException when the module or the function is not there
   */
  public static FunctionSignature find(ModuleSpec spec) {
    try (FunctionLook look = new FunctionLook(ModuleLoader.FromHub.INSTANCE)) {
      MappedFunction function = look.apply(withAllOutputs(spec));
      return new FunctionSignature(
          function.inputSpecs(), function.outputSpecs(), function.recordInput());
    }
  }

  /**
   * Checks that the inputs of the function of a spec find columns, as they will in a pipeline.
   *
   * @param columns those there are
   * @throws org.hubbeam.model.ModuleException when a column is missing, or no input has one
   */
  public static void requireColumns(ModuleSpec spec, Collection<String> columns) {
    try (FunctionLook look = new FunctionLook(ModuleLoader.FromHub.INSTANCE)) {
      look.apply(withAllOutputs(spec)).columns().bound(new LinkedHashSet<>(columns));
    }
  }

  /**
   * The columns that the inputs take, as the function declares them: with their types and the
   * shapes of their rows. Inputs that can have several types declare nothing.
   *
   * @param columns those there are; null when that is not known
   * @throws org.hubbeam.model.ModuleException when a column is missing, or no input has one
   */
  public static List<ArraySpec> columns(ModuleSpec spec, @Nullable Collection<String> columns) {
    try (FunctionLook look = new FunctionLook(ModuleLoader.FromHub.INSTANCE)) {
      return look.apply(withAllOutputs(spec))
          .declared(columns == null ? null : new LinkedHashSet<>(columns));
    }
  }

  private static ModuleSpec withAllOutputs(ModuleSpec spec) {
    return spec.withMapping(
        new ModuleSpec.Mapping(
            spec.mapping().inputs(),
            spec.mapping().constants(),
            Map.of(),
            spec.mapping().shaping(),
            spec.mapping().lists()));
  }
}
