// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.spec;

import java.util.List;
import org.hubbeam.batch.DType;
import org.tensorflow.Operand;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.op.Ops;

/** An operation of TensorFlow by its name, whatever types its inputs have. */
final class RawOp {

  private final OperationBuilder builder;

  private RawOp(OperationBuilder builder) {
    this.builder = builder;
  }

  static RawOp of(Ops tf, String type) {
    return new RawOp(tf.scope().opBuilder(type, type));
  }

  /** An operation with these inputs and one output. */
  static Operand<?> apply(Ops tf, String type, Operand<?>... inputs) {
    RawOp op = of(tf, type);
    for (Operand<?> input : inputs) {
      op.input(input);
    }
    return op.output(0);
  }

  /** Values in another type. */
  static Operand<?> cast(Ops tf, Operand<?> x, DType dtype) {
    return x.asOutput().dataType() == dtype.proto()
        ? x
        : of(tf, "Cast").input(x).attr("DstT", dtype).output(0);
  }

  RawOp input(Operand<?> input) {
    builder.addInput(input.asOutput());
    return this;
  }

  RawOp inputs(List<? extends Operand<?>> inputs) {
    builder.addInputList(inputs.stream().map(Operand::asOutput).toArray(Output<?>[]::new));
    return this;
  }

  RawOp attr(String name, DType value) {
    builder.setAttr(name, value.proto());
    return this;
  }

  RawOp attr(String name, String value) {
    builder.setAttr(name, value);
    return this;
  }

  RawOp attr(String name, long value) {
    builder.setAttr(name, value);
    return this;
  }

  RawOp attr(String name, boolean value) {
    builder.setAttr(name, value);
    return this;
  }

  /** One output of the operation, which is built once. */
  Operand<?> output(int index) {
    return builder.build().output(index);
  }

  /** All outputs of the operation. */
  List<Output<?>> outputs(int count) {
    var operation = builder.build();
    return java.util.stream.IntStream.range(0, count)
        .<Output<?>>mapToObj(operation::output)
        .toList();
  }
}
