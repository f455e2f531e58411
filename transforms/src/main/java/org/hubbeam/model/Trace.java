package org.hubbeam.model;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.hubbeam.batch.ArraySpec;

/**
 * One graph of a polymorphic function: what it takes, with which python arguments it was made, what
 * it gives, and the tensors of the loaded graph to feed and fetch.
 *
 * @param name the graph function's name, for messages
 * @param arguments python arguments that are fixed in it, by path
 */
record Trace(
    String name,
    List<Structure.Tensor> inputs,
    Map<String, Object> arguments,
    List<Structure.Tensor> outputs) {

  Trace {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    arguments = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(arguments));
  }

  List<ArraySpec> inputSpecs() {
    return inputs.stream().map(Structure.Tensor::spec).toList();
  }

  List<ArraySpec> outputSpecs() {
    return outputs.stream().map(Structure.Tensor::spec).toList();
  }

  Optional<Structure.Tensor> input(String path) {
    return inputs.stream().filter(i -> i.path().equals(path)).findFirst();
  }

  /** What an output that the graph gives was declared as. */
  ArraySpec output(String path) {
    return outputs.stream()
        .map(Structure.Tensor::spec)
        .filter(o -> o.name().equals(path))
        .findFirst()
        .orElseThrow();
  }
}
