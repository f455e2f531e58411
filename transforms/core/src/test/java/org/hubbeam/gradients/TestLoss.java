// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Halves;
import org.hubbeam.batch.Values;
import org.hubbeam.model.GraphNodes;
import org.hubbeam.model.Protos;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

/** Half of the sum of the squares of tensors, added to a graph. */
record TestLoss(GraphDef graph, String tensor) {

  /** Of all floating outputs of a function. */
  static TestLoss ofSquares(TrainableFunction function) {
    List<String> tensors = new ArrayList<>();
    function.outputs().forEach(o -> tensors.addAll(function.outputTensors().get(o.name())));
    return ofSquares(function.graph(), tensors);
  }

  /** Of those tensors that are floating. */
  static TestLoss ofSquares(GraphDef graph, List<String> tensors) {
    GraphFlow flow = new GraphFlow(graph);
    GraphNodes nodes = new GraphNodes(graph);
    AttrValue floats = Protos.attr(DataType.DT_FLOAT);
    List<String> losses = new ArrayList<>();
    for (String tensor : tensors) {
      if (!flow.isFloating(tensor)) {
        continue;
      }
      String cast =
          nodes.node(
              "loss/cast",
              "Cast",
              List.of(tensor),
              Map.of("SrcT", Protos.attr(flow.type(tensor)), "DstT", floats));
      String square = nodes.node("loss/square", "Square", List.of(cast), Map.of("T", floats));
      String flat = nodes.constant("loss/flat", Protos.tensor(Array.Dense.vector(Values.of(-1))));
      String vector =
          nodes.node(
              "loss/vector",
              "Reshape",
              List.of(square, flat),
              Map.of("T", floats, "Tshape", Protos.attr(DataType.DT_INT32)));
      String axis = nodes.constant("loss/axis", Protos.scalar(Values.of(0)));
      losses.add(
          nodes.node(
              "loss/sum",
              "Sum",
              List.of(vector, axis),
              Map.of("T", floats, "Tidx", Protos.attr(DataType.DT_INT32))));
    }
    String all =
        nodes.node(
            "loss/all", "AddN", losses, Map.of("T", floats, "N", Protos.attr(losses.size())));
    String half = nodes.constant("loss/half", Protos.scalar(Values.of(0.5f)));
    String loss = nodes.node("loss/loss", "Mul", List.of(all, half), Map.of("T", floats));
    return new TestLoss(nodes.graph().build(), loss + ":0");
  }

  /** Its value. */
  double value(TrainingSession session, Map<String, Array.Dense> feeds) {
    return doubles(session.step(feeds, List.of(tensor), List.of()).get(0))[0];
  }

  /** A gradient of a variable, of so many numbers, as the whole of it. */
  static double[] dense(
      TrainingSession session,
      Map<String, Array.Dense> feeds,
      VariableGradient gradient,
      int size) {
    return dense(session, feeds, List.of(gradient), List.of(size)).get(0);
  }

  /** Those of several variables, computed in one step. */
  static List<double[]> dense(
      TrainingSession session,
      Map<String, Array.Dense> feeds,
      List<VariableGradient> gradients,
      List<Integer> sizes) {
    List<String> tensors = new ArrayList<>();
    for (VariableGradient gradient : gradients) {
      if (gradient instanceof VariableGradient.Sparse sparse) {
        tensors.addAll(List.of(sparse.indices(), sparse.values()));
      } else {
        tensors.add(((VariableGradient.Dense) gradient).tensor());
      }
    }
    List<Array.Dense> fetched = session.step(feeds, tensors, List.of());
    List<double[]> all = new ArrayList<>();
    int next = 0;
    for (int i = 0; i < gradients.size(); i++) {
      double[] first = doubles(fetched.get(next++));
      all.add(
          gradients.get(i) instanceof VariableGradient.Sparse
              ? scattered(first, doubles(fetched.get(next++)), sizes.get(i))
              : first);
    }
    return all;
  }

  private static double[] scattered(double[] rows, double[] values, int size) {
    double[] sum = new double[size];
    int width = rows.length == 0 ? 0 : values.length / rows.length;
    for (int i = 0; i < values.length; i++) {
      sum[((int) rows[i / width]) * width + i % width] += values[i];
    }
    return sum;
  }

  static double[] doubles(Array.Dense array) {
    Values.Numbers numbers = (Values.Numbers) array.values();
    double[] doubles = new double[numbers.size()];
    for (int i = 0; i < doubles.length; i++) {
      doubles[i] = numbers.getDouble(i);
    }
    return doubles;
  }

  /** Numbers of a type. */
  static Values.Numbers numbers(DType dtype, double... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * dtype.bytes()).order(ByteOrder.LITTLE_ENDIAN);
    for (double value : values) {
      switch (dtype) {
        case FLOAT32 -> bytes.putFloat((float) value);
        case FLOAT64 -> bytes.putDouble(value);
        case INT64 -> bytes.putLong((long) value);
        case INT32 -> bytes.putInt((int) value);
        case UINT8, INT8, BOOL -> bytes.put((byte) value);
        case FLOAT16 -> bytes.putShort(Halves.fromFloat((float) value));
        default -> throw new IllegalArgumentException(dtype.toString());
      }
    }
    return new Values.Numbers(dtype, bytes.array());
  }
}
