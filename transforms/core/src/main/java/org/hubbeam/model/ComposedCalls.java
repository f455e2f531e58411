// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.Shape;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;

/** The calls of a composed module, as they are added to the graph of a function. */
final class ComposedCalls {

  private final FunctionScope scope;
  private final Set<String> inputs = new HashSet<>();
  private final Map<String, ArrayOperand> values = new LinkedHashMap<>();
  private final List<Map<String, RowByRow.Kind>> rowByRow = new ArrayList<>();

  ComposedCalls(FunctionScope scope, List<ArraySpec> inputs) {
    this.scope = scope;
    for (ArraySpec input : inputs) {
      this.inputs.add(input.name());
      values.put(input.name(), scope.array(input.name()));
    }
  }

  /** A value that an input, a call or a join has given by now. */
  ArrayOperand value(String name) {
    return Objects.requireNonNull(values.get(name));
  }

  /**
   * Adds a call; what it gives is among the values afterwards.
   *
   * @return what it takes of the values, as it takes it, by the names of its inputs
   */
  Map<String, ArraySpec> add(ComposedModule.Call call, GraftedFunction function) {
    checkTypes(call, function);
    Map<String, ArraySpec> declared = declared(function);
    Map<String, ArrayOperand> given = new LinkedHashMap<>();
    Map<String, RowByRow.Kind> kinds = new LinkedHashMap<>();
    call.inputs()
        .forEach(
            (name, value) -> {
              ArraySpec input = Objects.requireNonNull(declared.get(name));
              ArrayOperand operand = cast(scope.tf(), value(value), input);
              if (call.rows() == ComposedModule.Rows.ONE_BY_ONE) {
                Shape shape = operand.spec().shape();
                boolean alone = input.shape().rank() < shape.rank();
                kinds.put(reference(operand), alone ? RowByRow.Kind.ROW : RowByRow.Kind.BATCH);
                shape = alone ? shape.row() : shape;
                operand =
                    new ArrayOperand(
                        new ArraySpec(name, input.dtype(), shape, input.layout()),
                        operand.tensors());
              }
              given.put(name, operand);
            });
    Map<String, ArraySpec> taken = new LinkedHashMap<>();
    given.keySet().forEach(name -> taken.put(name, declared.get(name)));
    Map<String, ArrayOperand> outputs = scope.call(function, given);
    call.outputs().forEach((name, value) -> values.put(value, outputs.get(name)));
    rowByRow.add(kinds);
    return taken;
  }

  /** What is not known before the call must not decide which graph is called. */
  private void checkTypes(ComposedModule.Call call, GraftedFunction function) {
    call.inputs()
        .forEach(
            (name, value) -> {
              List<String> types =
                  function.candidates().stream()
                      .flatMap(t -> t.input(name).stream())
                      .map(i -> i.spec().dtype().toString())
                      .distinct()
                      .toList();
              if (types.size() > 1 && inputs.contains(value)) {
                throw new ModuleException(
                    ModuleException.Kind.MISUSED,
                    function.choice()
                        + " has graphs for several types of its input '"
                        + name
                        + "', which only a call tells: "
                        + types);
              }
            });
  }

  private static Map<String, ArraySpec> declared(GraftedFunction function) {
    Map<String, ArraySpec> declared = new LinkedHashMap<>();
    function.inputs().forEach(i -> declared.put(i.name(), i));
    return declared;
  }

  /** Adds a join; what it gives is among the values afterwards. */
  void add(ComposedModule.Join join) {
    Ops tf = scope.tf();
    List<Output<?>> sides = new ArrayList<>();
    join.values().forEach(v -> sides.add(value(v).tensors().get(0).asOutput()));
    ArraySpec first = value(join.values().get(0)).spec();
    List<Long> dims = new ArrayList<>(first.shape().dims());
    dims.set(dims.size() - 1, -1L);
    Scope at = tf.scope();
    Output<?> joined =
        at.env()
            .opBuilder("ConcatV2", at.makeOpName("join"), at)
            .addInputList(sides.toArray(new Output<?>[0]))
            .addInput(tf.constant(-1).asOutput())
            .build()
            .output(0);
    values.put(
        join.joined(),
        new ArrayOperand(
            new ArraySpec(join.joined(), first.dtype(), new Shape(dims), first.layout()),
            List.of(joined)));
  }

  /** The graph with the calls that take one row each made so. */
  FunctionGraph rowByRow(FunctionGraph built, OpDefs ops) {
    List<String> nodes = List.copyOf(built.calls().keySet());
    FunctionGraph graph = built.completed();
    for (int i = 0; i < nodes.size(); i++) {
      if (!rowByRow.get(i).isEmpty()) {
        graph = RowByRow.rewrite(graph, nodes.get(i), rowByRow.get(i), ops);
      }
    }
    return graph;
  }

  private static String reference(ArrayOperand operand) {
    Output<?> output = operand.tensors().get(0).asOutput();
    return output.op().name() + ":" + output.index();
  }

  private static ArrayOperand cast(Ops tf, ArrayOperand operand, ArraySpec input) {
    if (operand.spec().dtype() == input.dtype()) {
      return operand;
    }
    Scope at = tf.scope();
    List<Operand<?>> tensors = new ArrayList<>(operand.tensors());
    tensors.set(
        0,
        at.env()
            .opBuilder("Cast", at.makeOpName("cast"), at)
            .addInput(tensors.get(0).asOutput())
            .setAttr("DstT", input.dtype().proto())
            .build()
            .output(0));
    ArraySpec spec = operand.spec();
    return new ArrayOperand(
        new ArraySpec(spec.name(), input.dtype(), spec.shape(), spec.layout()), tensors);
  }
}
