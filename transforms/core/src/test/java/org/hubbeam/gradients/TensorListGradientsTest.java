// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.junit.jupiter.api.Named.named;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat64;

/** Gradients of operations on lists of tensors are those that differences tell of. */
final class TensorListGradientsTest {

  private static final double STEP = 1e-6;
  private static final DataType TYPE = DataType.DT_DOUBLE;

  /** What is computed of a tensor of shape [6, 2], through lists. */
  @FunctionalInterface
  interface Lists {
    List<Output<?>> of(GradientOps ops, Output<?> x);
  }

  static Stream<Named<Lists>> lists() {
    return Stream.of(
        named("stack", (ops, x) -> List.of(stack(ops, list(ops, x)))),
        named(
            "get one item twice",
            (ops, x) -> List.of(ops.mul(item(ops, list(ops, x), 2), item(ops, list(ops, x), 2)))),
        named(
            "set over an item",
            (ops, x) -> List.of(stack(ops, set(ops, list(ops, x), 1, item(ops, list(ops, x), 4))))),
        named(
            "set behind the end",
            (ops, x) -> {
              Output<?> set =
                  ops.op("TensorListSetItem")
                      .in(list(ops, x), ops.integer(7), item(ops, list(ops, x), 0))
                      .with("element_dtype", TYPE)
                      .with("resize_if_index_out_of_bounds", true)
                      .get();
              return List.of(stack(ops, set));
            }),
        named(
            "push and pop",
            (ops, x) -> {
              Output<?> pushed =
                  ops.op("TensorListPushBack")
                      .in(list(ops, x), item(ops, list(ops, x), 3))
                      .with("element_dtype", TYPE)
                      .get();
              Operation popped =
                  ops.op("TensorListPopBack")
                      .in(pushed, ops.integer(-1))
                      .with("element_dtype", TYPE)
                      .build();
              return List.of(stack(ops, popped.output(0)), popped.output(1));
            }),
        named(
            "the list of a pop alone",
            (ops, x) ->
                List.of(
                    stack(
                        ops,
                        ops.op("TensorListPopBack")
                            .in(list(ops, x), ops.integer(-1))
                            .with("element_dtype", TYPE)
                            .get()))),
        named(
            "concat",
            (ops, x) ->
                List.of(
                    ops.op("TensorListConcat")
                        .in(split(ops, x))
                        .with("element_dtype", TYPE)
                        .get())),
        named(
            "concat with a shape",
            (ops, x) ->
                List.of(
                    ops.op("TensorListConcatV2")
                        .in(split(ops, x), ops.ints(-1, 2), longs(ops, 1, 3, 2))
                        .with("element_dtype", TYPE)
                        .get())),
        named("split", (ops, x) -> List.of(item(ops, split(ops, x), 1))),
        named(
            "a longer list",
            (ops, x) ->
                List.of(stack(ops, ops.op("TensorListResize", list(ops, x), ops.integer(8))))),
        named(
            "a shorter list",
            (ops, x) ->
                List.of(stack(ops, ops.op("TensorListResize", list(ops, x), ops.integer(4))))),
        named(
            "gather one item twice",
            (ops, x) ->
                List.of(
                    ops.op("TensorListGather")
                        .in(list(ops, x), ops.ints(5, 1, 1), ops.integer(-1))
                        .with("element_dtype", TYPE)
                        .get())),
        named(
            "scatter",
            (ops, x) ->
                List.of(
                    stack(
                        ops,
                        ops.op("TensorListScatter")
                            .in(x, ops.ints(4, 0, 1, 5, 2, 3), ops.ints(2))
                            .with("element_dtype", TYPE)
                            .get()))),
        named(
            "scatter to a length",
            (ops, x) ->
                List.of(
                    stack(
                        ops,
                        ops.op("TensorListScatterV2")
                            .in(x, ops.ints(4, 0, 1, 7, 2, 3), ops.ints(2), ops.integer(8))
                            .with("element_dtype", TYPE)
                            .get()))),
        named(
            "scatter over items",
            (ops, x) ->
                List.of(
                    stack(
                        ops,
                        ops.op("TensorListScatterIntoExistingList")
                            .in(list(ops, x), ops.gather(x, ops.ints(0, 1)), ops.ints(3, 5))
                            .with("element_dtype", TYPE)
                            .get()))),
        named(
            "only one of several items",
            (ops, x) -> {
              Output<?> reserved =
                  ops.op("TensorListReserve")
                      .in(ops.ints(2), ops.integer(3))
                      .with("element_dtype", TYPE)
                      .get();
              return List.of(stack(ops, set(ops, reserved, 1, item(ops, list(ops, x), 2))));
            }));
  }

  private static Output<?> list(GradientOps ops, Output<?> x) {
    return ops.op("TensorListFromTensor")
        .in(ops.mul(x, x), ops.ints(2))
        .with("element_dtype", TYPE)
        .get();
  }

  private static Output<?> split(GradientOps ops, Output<?> x) {
    return ops.op("TensorListSplit")
        .in(ops.mul(x, x), ops.ints(-1, 2), longs(ops, 1, 3, 2))
        .with("element_dtype", TYPE)
        .get();
  }

  private static Output<?> longs(GradientOps ops, int... values) {
    return ops.cast(ops.ints(values), DataType.DT_INT64);
  }

  private static Output<?> stack(GradientOps ops, Output<?> list) {
    return ops.op("TensorListStack").in(list, ops.ints(2)).with("element_dtype", TYPE).get();
  }

  private static Output<?> item(GradientOps ops, Output<?> list, int index) {
    return ops.op("TensorListGetItem")
        .in(list, ops.integer(index), ops.integer(-1))
        .with("element_dtype", TYPE)
        .get();
  }

  private static Output<?> set(GradientOps ops, Output<?> list, int index, Output<?> item) {
    return ops.op("TensorListSetItem")
        .in(list, ops.integer(index), item)
        .with("element_dtype", TYPE)
        .get();
  }

  @ParameterizedTest
  @MethodSource("lists")
  void areThoseOfDifferences(Lists lists) {
    GraphDef graph;
    String input;
    String loss;
    try (Graph made = new Graph()) {
      GradientOps ops = new GradientOps(Ops.create(made), null);
      Output<?> x = ops.op("Placeholder").with("dtype", TYPE).get();
      List<Output<?>> sums = new ArrayList<>();
      for (Output<?> result : lists.of(ops, x)) {
        Output<?> flat = ops.flat(result);
        Output<?> places = ops.op("Range", ops.integer(0), ops.rows(flat), ops.integer(1));
        Output<?> weights = ops.op("Cos", ops.cast(places, TYPE));
        sums.add(ops.sum(ops.mul(ops.mul(flat, flat), weights), ops.ints(0)));
      }
      loss = ops.op("AddN").list(sums).get().op().name() + ":0";
      input = x.op().name() + ":0";
      graph = made.toGraphDef();
    }
    Differentiated gradients = Gradients.of(graph, loss, List.of(input));
    double[] x = new Random(3).doubles(12, 0.2, 1.8).toArray();
    try (Graph made = new Graph()) {
      made.importGraphDef(gradients.graph());
      try (Session session = new Session(made)) {
        double[] given = run(session, input, x, gradients.gradients().get(0));
        for (int i = 0; i < x.length; i++) {
          double[] more = x.clone();
          more[i] += STEP;
          double[] less = x.clone();
          less[i] -= STEP;
          double difference =
              (run(session, input, more, loss)[0] - run(session, input, less, loss)[0])
                  / (2 * STEP);
          assertThat(given[i]).as("entry " + i).isCloseTo(difference, offset(1e-6));
        }
      }
    }
  }

  private static double[] run(Session session, String input, double[] x, String fetched) {
    try (TFloat64 tensor = TFloat64.tensorOf(Shape.of(6, 2), DataBuffers.of(x));
        var result = session.runner().feed(input, tensor).fetch(fetched).run()) {
      TFloat64 value = (TFloat64) result.get(0);
      double[] values = new double[(int) value.size()];
      value.copyTo(DataBuffers.of(values));
      return values;
    }
  }
}
