// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Layout;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.op.Scope;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;

/** One graph of a function of a copied module. */
@Internal
public final class GraftedCall {

  static final String OP = "StatefulPartitionedCall";
  static final String PURE_OP = "PartitionedCall";

  private final GraftSource source;
  private final Member member;
  private final TraceChooser chooser;
  private final Trace trace;

  GraftedCall(GraftSource source, Member member, TraceChooser chooser, Trace trace) {
    this.source = source;
    this.member = member;
    this.chooser = chooser;
    this.trace = trace;
  }

  /** What it takes, without what a chosen argument or a default fills. */
  public List<ArraySpec> inputs() {
    return trace.inputSpecs().stream().filter(i -> !chooser.isFilled(i)).toList();
  }

  /** What it gives; nested structures by path, a lone array as {@code output}. */
  public List<ArraySpec> outputs() {
    return trace.outputSpecs();
  }

  /** The function, with what it needs among the members of the writer. */
  GraftSource.Body body() {
    GraftSource.Body body = source.body(member, trace);
    int parts = trace.inputs().stream().mapToInt(Structure.Tensor::parts).sum();
    int taken = body.definition().getSignature().getInputArgCount();
    if (parts + body.captures().size() != taken) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          trace.name()
              + " takes "
              + taken
              + " tensors, but its signature tells of "
              + parts
              + " and it captures "
              + body.captures().size());
    }
    return body;
  }

  /**
   * A call in a graph.
   *
   * @param node the node that calls; it takes the arguments only, until {@link FunctionGraph#calls}
   *     completes it
   * @param outputs what it gives, by name
   */
  public record Added(String node, Map<String, ArrayOperand> outputs) {}

  /**
   * Adds the call to a graph.
   *
   * @param inputs by name, those of {@link #inputs}
   */
  public Added add(Ops tf, Map<String, ArrayOperand> inputs) {
    List<Output<?>> taken = new ArrayList<>();
    List<DataType> takenTypes = new ArrayList<>();
    for (Structure.Tensor input : trace.inputs()) {
      ArrayOperand given = inputs.get(input.path());
      if (given == null) {
        taken.add(constant(tf, chooser.filled(input)));
      } else {
        taken.addAll(arguments(tf, input, given));
      }
    }
    taken.forEach(t -> takenTypes.add(t.dataType()));
    List<DataType> givenTypes = new ArrayList<>();
    trace.outputs().forEach(o -> givenTypes.addAll(o.types()));
    Scope scope = tf.scope();
    Operation call =
        scope
            .env()
            .opBuilder(OP, scope.makeOpName("call"), scope)
            .addInputList(taken.toArray(new Output<?>[0]))
            .setAttr("f", Protos.function(trace.name()))
            .setAttr("Tin", takenTypes.toArray(new DataType[0]))
            .setAttr("Tout", givenTypes.toArray(new DataType[0]))
            .build();
    Map<String, ArrayOperand> outputs = new LinkedHashMap<>();
    int next = 0;
    for (Structure.Tensor output : trace.outputs()) {
      List<Operand<?>> parts = new ArrayList<>();
      for (int i = 0; i < output.parts(); i++) {
        parts.add(result(tf, output, i, call.output(next++)));
      }
      outputs.put(output.path(), new ArrayOperand(output.spec(), parts));
    }
    return new Added(call.name(), outputs);
  }

  private static List<Output<?>> arguments(Ops tf, Structure.Tensor input, ArrayOperand given) {
    if (given.tensors().size() != input.parts()) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "the input '"
              + input.path()
              + "' is made of "
              + input.parts()
              + " tensors, given are "
              + given.tensors().size());
    }
    List<Output<?>> parts = new ArrayList<>();
    for (int i = 0; i < input.parts(); i++) {
      Operand<?> part = given.tensors().get(i);
      parts.add(
          i > 0 && input.splits() == DType.INT32
              ? tf.dtypes.cast(part.asOutput().expect(TInt64.class), TInt32.class).asOutput()
              : part.asOutput());
    }
    return parts;
  }

  /** Row splits are int64 here; a dense array has the shape that the module tells of. */
  private static Operand<?> result(Ops tf, Structure.Tensor output, int part, Output<?> tensor) {
    if (part > 0 && output.splits() == DType.INT32) {
      return tf.dtypes.cast(tensor.expect(TInt32.class), TInt64.class);
    }
    ArraySpec spec = output.spec();
    return spec.layout() == Layout.DENSE && spec.shape().hasRank()
        ? tf.ensureShape(tensor, Protos.ndShape(spec.shape()))
        : tensor;
  }

  private static Output<?> constant(Ops tf, Array value) {
    Scope scope = tf.scope();
    String name = scope.makeOpName("argument");
    GraphNodes nodes = new GraphNodes();
    String node = nodes.constant(name, Protos.tensor((Array.Dense) value));
    Graph graph = (Graph) scope.env();
    graph.importGraphDef(GraphDef.newBuilder().addAllNode(nodes.graph().getNodeList()).build());
    return graph.operation(node).output(0);
  }
}
