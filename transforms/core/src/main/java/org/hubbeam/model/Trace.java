// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.hubbeam.batch.ArraySpec;
import org.jspecify.annotations.Nullable;

/**
 * One graph of a polymorphic function: what it takes, with which python arguments it was made, what
 * it gives, and the tensors of the loaded graph to feed and fetch. Only the same one is equal.
 */
final class Trace {

  private final String name;
  private final List<Structure.Tensor> inputs;
  private final Map<String, @Nullable Object> arguments;
  private final List<Structure.Tensor> outputs;
  private final List<ArraySpec> inputSpecs;
  private final List<ArraySpec> outputSpecs;
  private final Map<String, Structure.Tensor> inputsByPath = new LinkedHashMap<>();
  private final Map<String, ArraySpec> outputsByName = new LinkedHashMap<>();

  /**
   * @param name the graph function's name, for messages
   * @param arguments python arguments that are fixed in it, by path
   */
  Trace(
      String name,
      List<Structure.Tensor> inputs,
      Map<String, @Nullable Object> arguments,
      List<Structure.Tensor> outputs) {
    this.name = name;
    this.inputs = List.copyOf(inputs);
    this.arguments = Collections.unmodifiableMap(new LinkedHashMap<>(arguments));
    this.outputs = List.copyOf(outputs);
    this.inputSpecs = inputs.stream().map(Structure.Tensor::spec).toList();
    this.outputSpecs = outputs.stream().map(Structure.Tensor::spec).toList();
    inputs.forEach(input -> inputsByPath.putIfAbsent(input.path(), input));
    outputSpecs.forEach(output -> outputsByName.putIfAbsent(output.name(), output));
  }

  /**
   * The same trace with other names for its inputs.
   *
   * @param parameters what the inputs are called here, by their other names; if there are other
   *     inputs, nothing is renamed
   */
  Trace withNamesOf(Map<String, String> parameters) {
    Map<String, String> names = new LinkedHashMap<>();
    parameters.forEach((other, parameter) -> names.put(parameter, other));
    if (!names.keySet().equals(inputsByPath.keySet())) {
      return this;
    }
    List<Structure.Tensor> renamed =
        inputs.stream()
            .map(i -> new Structure.Tensor(i.spec().named(named(names, i)), i.parts(), i.splits()))
            .toList();
    return new Trace(name, renamed, arguments, outputs);
  }

  private static String named(Map<String, String> names, Structure.Tensor input) {
    return Objects.requireNonNull(names.get(input.path()));
  }

  /** The graph function's name. */
  String name() {
    return name;
  }

  List<Structure.Tensor> inputs() {
    return inputs;
  }

  /** Python arguments that are fixed in it, by path. */
  Map<String, @Nullable Object> arguments() {
    return arguments;
  }

  List<Structure.Tensor> outputs() {
    return outputs;
  }

  List<ArraySpec> inputSpecs() {
    return inputSpecs;
  }

  List<ArraySpec> outputSpecs() {
    return outputSpecs;
  }

  Optional<Structure.Tensor> input(String path) {
    return Optional.ofNullable(inputsByPath.get(path));
  }

  /** What an output that the graph gives was declared as. */
  ArraySpec output(String name) {
    ArraySpec output = outputsByName.get(name);
    if (output == null) {
      throw new NoSuchElementException(name);
    }
    return output;
  }
}
