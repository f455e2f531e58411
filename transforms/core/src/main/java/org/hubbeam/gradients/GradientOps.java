// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hubbeam.model.OpDefs;
import org.tensorflow.GraphOperation;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.OpDef;

/** Adds the operations of the gradient of a node. Types are those of the tensors given. */
final class GradientOps {

  private final Ops tf;
  private final GraphOperation node;

  GradientOps(Ops tf, GraphOperation node) {
    this.tf = tf;
    this.node = node;
  }

  /** An operation in the making. */
  final class Call {
    private final OperationBuilder builder;

    private Call(String type) {
      builder = tf.scope().env().opBuilder(type, tf.scope().makeOpName(type), tf.scope());
    }

    Call in(Output<?>... inputs) {
      Arrays.stream(inputs).forEach(builder::addInput);
      return this;
    }

    Call list(List<Output<?>> inputs) {
      builder.addInputList(inputs.toArray(new Output<?>[0]));
      return this;
    }

    /** Attributes that the node has, too. */
    Call same(String... names) {
      for (String name : names) {
        builder.setAttr(name, node.attributes().getAttrValueProto(name));
      }
      return this;
    }

    Call with(String name, DataType type) {
      builder.setAttr(name, type);
      return this;
    }

    Call with(String name, AttrValue value) {
      builder.setAttr(name, value);
      return this;
    }

    Call with(String name, boolean value) {
      builder.setAttr(name, value);
      return this;
    }

    Call with(String name, long value) {
      builder.setAttr(name, value);
      return this;
    }

    Call with(String name, String value) {
      builder.setAttr(name, value);
      return this;
    }

    Operation build() {
      return builder.build();
    }

    /** The first output. */
    Output<?> get() {
      return get(0);
    }

    Output<?> get(int output) {
      return builder.build().output(output);
    }

    /** The first so many outputs. */
    List<Output<?>> all(int count) {
      Operation built = builder.build();
      List<Output<?>> all = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        all.add(built.output(i));
      }
      return all;
    }
  }

  Call op(String type) {
    return new Call(type);
  }

  /** An operation that only has inputs. */
  Output<?> op(String type, Output<?>... inputs) {
    return new Call(type).in(inputs).get();
  }

  /** The number of the node's inputs. */
  int inputs() {
    return node.numInputs();
  }

  /** Whether the node has an attribute. */
  boolean has(String attribute) {
    OpDef op = OpDefs.registered().find(node.type());
    return op != null && op.getAttrList().stream().anyMatch(a -> a.getName().equals(attribute));
  }

  Output<?> in(int index) {
    return node.input(index);
  }

  Output<?> out(int index) {
    return node.output(index);
  }

  long number(String attribute) {
    return node.attributes().getAttrInt(attribute);
  }

  boolean flag(String attribute) {
    return node.attributes().getAttrBool(attribute);
  }

  String text(String attribute) {
    return node.attributes().getAttrString(attribute);
  }

  Output<?> ints(int... values) {
    return tf.constant(values).asOutput();
  }

  Output<?> integer(int value) {
    return tf.constant(value).asOutput();
  }

  /** A scalar of the type of a tensor. */
  Output<?> number(double value, Output<?> like) {
    return like.dataType() == DataType.DT_DOUBLE
        ? tf.constant(value).asOutput()
        : cast(tf.constant((float) value).asOutput(), like);
  }

  Output<?> cast(Output<?> tensor, Output<?> like) {
    return cast(tensor, like.dataType());
  }

  Output<?> cast(Output<?> tensor, DataType type) {
    return tensor.dataType() == type ? tensor : op("Cast").in(tensor).with("DstT", type).get();
  }

  Output<?> shape(Output<?> tensor) {
    return op("Shape").in(tensor).with("out_type", DataType.DT_INT32).get();
  }

  /** The size of the first dimension, a scalar. */
  Output<?> rows(Output<?> tensor) {
    return gather(shape(tensor), integer(0));
  }

  Output<?> rank(Output<?> tensor) {
    return op("Rank", tensor);
  }

  Output<?> reshape(Output<?> tensor, Output<?> shape) {
    return op("Reshape", tensor, shape);
  }

  Output<?> flat(Output<?> tensor) {
    return reshape(tensor, ints(-1));
  }

  Output<?> concat(Output<?>... vectors) {
    return op("ConcatV2").list(List.of(vectors)).in(integer(0)).get();
  }

  /** Rows of a tensor. */
  Output<?> gather(Output<?> tensor, Output<?> indices) {
    return op("GatherV2", tensor, indices, integer(0));
  }

  Output<?> expand(Output<?> tensor, int axis) {
    return op("ExpandDims", tensor, integer(axis));
  }

  Output<?> zeros(Output<?> like) {
    return op("ZerosLike", like);
  }

  Output<?> ones(Output<?> like) {
    return op("OnesLike", like);
  }

  Output<?> zeros(Output<?> shape, Output<?> like) {
    return op("Fill", shape, number(0, like));
  }

  Output<?> mul(Output<?> a, Output<?> b) {
    return op("Mul", a, b);
  }

  Output<?> add(Output<?> a, Output<?> b) {
    return op("AddV2", a, b);
  }

  Output<?> sub(Output<?> a, Output<?> b) {
    return op("Sub", a, b);
  }

  Output<?> div(Output<?> a, Output<?> b) {
    return op("RealDiv", a, b);
  }

  Output<?> neg(Output<?> a) {
    return op("Neg", a);
  }

  Output<?> where(Output<?> condition, Output<?> then, Output<?> otherwise) {
    return op("SelectV2", condition, then, otherwise);
  }

  Output<?> isZero(Output<?> a) {
    return op("Equal", a, number(0, a));
  }

  /** The sum over some axes, which are gone after it. */
  Output<?> sum(Output<?> tensor, Output<?> axes) {
    return op("Sum", tensor, axes);
  }

  Output<?> matmul(Output<?> a, Output<?> b, boolean... adjoint) {
    return op("BatchMatMulV2")
        .in(a, b)
        .with("adj_x", adjoint.length > 0 && adjoint[0])
        .with("adj_y", adjoint.length > 1 && adjoint[1])
        .get();
  }

  /** Rows and columns exchanged in the last two dimensions. */
  Output<?> adjoint(Output<?> tensor) {
    Output<?> rank = rank(tensor);
    Output<?> first = op("Range", integer(0), sub(rank, integer(2)), integer(1));
    Output<?> last = op("Pack").list(List.of(sub(rank, integer(1)), sub(rank, integer(2)))).get();
    return op("ConjugateTranspose", tensor, concat(first, last));
  }

  /** Gradients of two tensors that were broadcast, each summed to the shape of its own. */
  List<Output<?>> unbroadcast(Output<?> a, Output<?> gradientA, Output<?> b, Output<?> gradientB) {
    Output<?> shapeA = shape(a);
    Output<?> shapeB = shape(b);
    List<Output<?>> axes = op("BroadcastGradientArgs").in(shapeA, shapeB).all(2);
    return List.of(
        reshape(sum(gradientA, axes.get(0)), shapeA), reshape(sum(gradientB, axes.get(1)), shapeB));
  }
}
