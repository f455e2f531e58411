// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.inference;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.DType;
import org.hubbeam.model.BatchFunction;
import org.hubbeam.model.FunctionChoice;
import org.hubbeam.model.LoadedModule;

/** A function without TensorFlow. */
record FakeFunction(
    String name, List<ArraySpec> inputs, List<ArraySpec> outputs, UnaryOperator<Batch> body)
    implements BatchFunction {

  FakeFunction with(UnaryOperator<Batch> value) {
    return new FakeFunction(name, inputs, outputs, value);
  }

  @Override
  public Set<DType> dtypes(String input) {
    return inputs.stream()
        .filter(i -> i.name().equals(input))
        .map(ArraySpec::dtype)
        .collect(Collectors.toSet());
  }

  @Override
  public boolean changesState() {
    return false;
  }

  @Override
  public BatchFunction only(List<String> wanted) {
    return this;
  }

  @Override
  public BatchFunction withConstants(Map<String, Array> constants) {
    return this;
  }

  @Override
  public BatchFunction taking(Set<String> given) {
    return this;
  }

  @Override
  public Batch call(Batch rows) {
    return body.apply(rows);
  }

  @Override
  public Map<String, Array> call(Map<String, Array> arrays) {
    return call(Batch.of(arrays)).columns();
  }

  /** A module with this function only. */
  LoadedModule module() {
    return new LoadedModule() {
      @Override
      public BatchFunction function(FunctionChoice choice) {
        return FakeFunction.this;
      }

      @Override
      public long bytes() {
        return 1;
      }

      @Override
      public void close() {}
    };
  }
}
