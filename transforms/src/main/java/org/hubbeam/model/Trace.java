package org.hubbeam.model;

import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
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
    for (Structure.Tensor input : inputs) {
      if (input.path().equals(path)) {
        return Optional.of(input);
      }
    }
    return Optional.empty();
  }

  /** What an output that the graph gives was declared as. */
  ArraySpec output(String path) {
    for (Structure.Tensor output : outputs) {
      if (output.spec().name().equals(path)) {
        return output.spec();
      }
    }
    throw new NoSuchElementException(path);
  }
}
