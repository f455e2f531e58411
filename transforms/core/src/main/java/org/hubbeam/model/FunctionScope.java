// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.family.TType;

/**
 * What the body of a function that is being written can use: its inputs, the module's members, and
 * TensorFlow's operations. One thread only, and only while the body is built.
 */
public final class FunctionScope {

  private final Ops tf;
  private final FunctionInputs inputs;
  private final Map<String, List<Output<?>>> parts = new LinkedHashMap<>();
  private final Map<ModuleWriter.Member, Output<?>> captures = new LinkedHashMap<>();
  private final Map<ArraySpec, List<Output<?>>> outputs = new LinkedHashMap<>();
  private final Map<String, GraftedCall> calls = new LinkedHashMap<>();
  private final ModuleWriter owner;

  FunctionScope(Graph graph, FunctionInputs inputs, ModuleWriter owner) {
    this.tf = Ops.create(graph);
    this.inputs = inputs;
    this.owner = owner;
    for (ArraySpec spec : inputs.specs()) {
      List<Output<?>> tensors = new ArrayList<>();
      for (TensorPart part : TensorPart.of(spec)) {
        tensors.add(
            source(
                "Placeholder",
                NodeNames.of("input_" + parts.size() + "_" + part.name()),
                Map.of("dtype", Protos.attr(part.dtype()), "shape", Protos.attr(part.shape()))));
      }
      parts.put(spec.name(), tensors);
    }
  }

  /** TensorFlow's operations. */
  public Ops tf() {
    return tf;
  }

  /** The value of a Python argument in this trace of the function. */
  public @Nullable Object argument(String name) {
    if (!inputs.arguments().containsKey(name)) {
      throw new IllegalArgumentException(
          "there is no python argument '" + name + "'; there are " + inputs.arguments().keySet());
    }
    return inputs.arguments().get(name);
  }

  /** A dense input of any type. */
  public Operand<?> input(String name) {
    return part(name, Layout.DENSE).get(0);
  }

  /** A dense input. */
  public <T extends TType> Operand<T> input(String name, Class<T> type) {
    return part(name, Layout.DENSE).get(0).expect(type);
  }

  /** A ragged input. */
  public <T extends TType> RaggedOperand<T> ragged(String name, Class<T> type) {
    List<Output<?>> tensors = part(name, Layout.RAGGED);
    List<Operand<TInt64>> splits = new ArrayList<>();
    tensors.subList(1, tensors.size()).forEach(t -> splits.add(t.expect(TInt64.class)));
    return new RaggedOperand<>(tensors.get(0).expect(type), splits);
  }

  /** A sparse input. */
  public <T extends TType> SparseOperand<T> sparse(String name, Class<T> type) {
    List<Output<?>> tensors = part(name, Layout.SPARSE);
    return new SparseOperand<>(
        tensors.get(0).expect(TInt64.class),
        tensors.get(1).expect(type),
        tensors.get(2).expect(TInt64.class));
  }

  /** An input of any layout. */
  public ArrayOperand array(String name) {
    for (ArraySpec spec : inputs.specs()) {
      if (spec.name().equals(name)) {
        return new ArrayOperand(spec, List.copyOf(parts.get(name)));
      }
    }
    throw new IllegalArgumentException(
        "there is no input '" + name + "'; there are " + parts.keySet());
  }

  /**
   * Calls a function of a copied module ({@link ModuleWriter#graft}).
   *
   * @param given by the names of the inputs; inputs with defaults are optional
   * @return the outputs by name; a single array is named {@code output}
   * @throws ModuleException when no graph of the function takes these arrays, naming what is taken
   *     and what was given
   */
  public Map<String, ArrayOperand> call(GraftedFunction function, Map<String, ArrayOperand> given) {
    List<ArraySpec> specs = new ArrayList<>();
    given.forEach((name, array) -> specs.add(array.spec().named(name)));
    GraftedCall call = function.on(specs);
    GraftedCall.Added added = call.add(tf, given);
    calls.put(added.node(), call);
    return added.outputs();
  }

  /** A variable's handle, for operations that take one; not for its value. */
  public Operand<? extends TType> handle(ModuleWriter.Variable variable) {
    return captures.computeIfAbsent(
        owner.own(variable),
        m ->
            source(
                "VarHandleOp",
                leafName(variable.path()),
                Map.of(
                    "dtype", Protos.attr(variable.value().dtype().proto()),
                    "shape", Protos.attr(variable.value().shape()))));
  }

  /** A variable's value, read where this is called. */
  public <T extends TType> Operand<T> read(ModuleWriter.Variable variable, Class<T> type) {
    return tf.readVariableOp(handle(variable), type);
  }

  /** A table's handle, for {@code tf().lookupTableFind} and the like. */
  public Operand<? extends TType> handle(ModuleWriter.Table table) {
    return captures.computeIfAbsent(
        owner.own(table),
        m ->
            source(
                "HashTableV2",
                leafName(table.path()),
                Map.of(
                    "key_dtype", Protos.attr(table.keys().proto()),
                    "value_dtype", Protos.attr(table.values().proto()))));
  }

  /** The path of an asset on the machine that the module is loaded on: a string scalar. */
  public Operand<org.tensorflow.types.TString> assetPath(ModuleWriter.Asset asset) {
    return captures
        .computeIfAbsent(
            owner.own(asset),
            m ->
                source(
                    "Placeholder",
                    leafName(asset.path()),
                    Map.of(
                        "dtype", Protos.attr(DType.STRING.proto()),
                        "shape", Protos.attr(Shape.of()))))
        .expect(org.tensorflow.types.TString.class);
  }

  /**
   * Names a dense output. Its shape is that of the operand.
   *
   * <p>A function whose only output is called {@code output} gives a lone tensor in Python; with
   * other names it gives a dict, with {@code 0, 1, ...} a list, with {@code /} nested ones.
   */
  public void output(String name, Operand<?> value) {
    output(name, value, Protos.shape(value.shape()));
  }

  /** Names a dense output with a shape that is more specific than that of the operand. */
  public void output(String name, Operand<?> value, Shape shape) {
    add(new ArraySpec(name, dtype(name, value), shape, Layout.DENSE), List.of(value.asOutput()));
  }

  /**
   * Names a ragged output.
   *
   * @param shape the whole shape: rows, one unknown dimension for each of the row splits, then the
   *     fixed ones
   */
  public void output(String name, RaggedOperand<?> value, Shape shape) {
    List<Output<?>> tensors = new ArrayList<>();
    tensors.add(value.values().asOutput());
    value.rowSplits().forEach(s -> tensors.add(s.asOutput()));
    ArraySpec spec = new ArraySpec(name, dtype(name, value.values()), shape, Layout.RAGGED);
    if (TensorPart.raggedRank(spec) != value.rowSplits().size()) {
      throw new IllegalArgumentException(
          "output " + spec + " does not fit " + value.rowSplits().size() + " row splits");
    }
    add(spec, tensors);
  }

  /** Names a sparse output. */
  public void output(String name, SparseOperand<?> value, Shape shape) {
    add(
        new ArraySpec(name, dtype(name, value.values()), shape, Layout.SPARSE),
        List.of(
            value.indices().asOutput(), value.values().asOutput(), value.denseShape().asOutput()));
  }

  /** Names an output of any layout. */
  public void output(String name, ArrayOperand value) {
    List<Output<?>> tensors = new ArrayList<>();
    value.tensors().forEach(t -> tensors.add(t.asOutput()));
    add(value.spec().named(name), tensors);
  }

  /**
   * Values and the row splits that cut them, outermost first.
   *
   * @param <T> the type of the values
   */
  public record RaggedOperand<T extends TType>(Operand<T> values, List<Operand<TInt64>> rowSplits) {
    public RaggedOperand {
      rowSplits = List.copyOf(rowSplits);
    }
  }

  /**
   * Values at indices in a shape.
   *
   * @param <T> the type of the values
   */
  public record SparseOperand<T extends TType>(
      Operand<TInt64> indices, Operand<T> values, Operand<TInt64> denseShape) {}

  /** What was built, as a graph with its inputs and outputs. */
  FunctionGraph graph(GraphDef graph) {
    Map<String, List<String>> inputNodes = new LinkedHashMap<>();
    parts.forEach((k, v) -> inputNodes.put(k, v.stream().map(o -> o.op().name()).toList()));
    Map<ModuleWriter.Member, String> captureNodes = new LinkedHashMap<>();
    captures.forEach((k, v) -> captureNodes.put(k, v.op().name()));
    Map<ArraySpec, List<String>> tensors = new LinkedHashMap<>();
    outputs.forEach(
        (k, v) -> tensors.put(k, v.stream().map(o -> o.op().name() + ":" + o.index()).toList()));
    return new FunctionGraph(
        graph, inputNodes, captureNodes, tensors, calls, FunctionGraph.Result.AS_NAMED);
  }

  private List<Output<?>> part(String name, Layout layout) {
    for (ArraySpec spec : inputs.specs()) {
      if (spec.name().equals(name) && spec.layout() == layout) {
        return Objects.requireNonNull(parts.get(name));
      }
    }
    throw new IllegalArgumentException(
        "there is no "
            + layout.name().toLowerCase(java.util.Locale.ROOT)
            + " input '"
            + name
            + "'; there are "
            + inputs.specs().stream().map(ArraySpec::toString).collect(Collectors.joining(", ")));
  }

  private void add(ArraySpec spec, List<Output<?>> tensors) {
    for (ArraySpec there : outputs.keySet()) {
      if (there.name().equals(spec.name())) {
        throw new IllegalArgumentException("the output '" + spec.name() + "' is there already");
      }
    }
    outputs.put(spec, tensors);
  }

  private static DType dtype(String name, Operand<?> value) {
    try {
      return DType.of(value.asOutput().dataType());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("output '" + name + "': " + e.getMessage(), e);
    }
  }

  private Output<?> source(String op, String name, Map<String, AttrValue> attributes) {
    Scope scope = tf.scope();
    var builder = scope.env().opBuilder(op, scope.makeOpName(name), scope);
    attributes.forEach(builder::setAttr);
    Operation built = builder.build();
    return built.output(0);
  }

  private static String leafName(String path) {
    String name = path.substring(path.lastIndexOf('.') + 1).replaceAll("[^A-Za-z0-9]", "_");
    return Character.isLetter(name.charAt(0)) ? name : "member_" + name;
  }
}
