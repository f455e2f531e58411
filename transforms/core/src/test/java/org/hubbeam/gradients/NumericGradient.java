// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.GraphNodes;
import org.hubbeam.model.Protos;
import org.tensorflow.Graph;
import org.tensorflow.Operation;
import org.tensorflow.OperationBuilder;
import org.tensorflow.Output;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TType;

/**
 * Compares the gradient of one operation with differences of its results: of the sum of its
 * floating outputs, each value times a weight.
 */
final class NumericGradient {

  private static final DataType COMPLEX = DataType.DT_COMPLEX64;

  private final String op;
  private final Map<String, AttrValue> attributes = new LinkedHashMap<>();
  private final List<List<Array.Dense>> inputs = new ArrayList<>();
  private final Random random = new Random(7);
  private final Set<Integer> listed = new HashSet<>();
  private final Set<Integer> fixed = new HashSet<>();
  private boolean complex;
  private int only = -1;
  private double step = 1e-6;
  private double tolerance = 1e-6;

  NumericGradient(String op) {
    this.op = op;
  }

  NumericGradient with(String attribute, AttrValue value) {
    attributes.put(attribute, value);
    return this;
  }

  NumericGradient with(String attribute, DataType type) {
    return with(attribute, Protos.attr(type));
  }

  NumericGradient with(String attribute, long value) {
    return with(attribute, Protos.attr(value));
  }

  NumericGradient with(String attribute, boolean value) {
    return with(attribute, Protos.attr(value));
  }

  NumericGradient with(String attribute, String value) {
    return with(attribute, Protos.attr(value));
  }

  NumericGradient with(String attribute, float value) {
    return with(attribute, AttrValue.newBuilder().setF(value).build());
  }

  NumericGradient with(String attribute, int... values) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (int value : values) {
      list.addI(value);
    }
    return with(attribute, AttrValue.newBuilder().setList(list).build());
  }

  NumericGradient texts(String attribute, String... values) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    for (String value : values) {
      list.addS(ByteString.copyFromUtf8(value));
    }
    return with(attribute, AttrValue.newBuilder().setList(list).build());
  }

  /** An input of float64 values between 0.2 and 1.8. */
  NumericGradient random(long... dims) {
    return input(randoms(DType.FLOAT64, dims));
  }

  /** The same of float32, for operations that take nothing else; compared less closely. */
  NumericGradient floats(long... dims) {
    step = 1e-2;
    tolerance = 2e-3;
    return input(randoms(DType.FLOAT32, dims));
  }

  private Array.Dense randoms(DType dtype, long... dims) {
    long size = 1;
    for (long dim : dims) {
      size *= dim;
    }
    double[] values = random.doubles(size, 0.2, 1.8).toArray();
    return new Array.Dense(Arrays.stream(dims).boxed().toList(), TestLoss.numbers(dtype, values));
  }

  NumericGradient doubles(long[] dims, double... values) {
    return input(
        new Array.Dense(
            Arrays.stream(dims).boxed().toList(), TestLoss.numbers(DType.FLOAT64, values)));
  }

  NumericGradient ints(int... values) {
    return input(Array.Dense.vector(Values.of(values)));
  }

  NumericGradient longs(long... values) {
    return input(Array.Dense.vector(Values.of(values)));
  }

  NumericGradient integer(int value) {
    return input(Array.Dense.scalar(Values.of(value)));
  }

  NumericGradient input(Array.Dense... list) {
    inputs.add(List.of(list));
    return this;
  }

  /** A list of inputs like the last one, or two of the same shape. */
  NumericGradient randomList(int count, long... dims) {
    List<Array.Dense> list = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      list.add(randoms(DType.FLOAT64, dims));
    }
    listed.add(inputs.size());
    inputs.add(list);
    return this;
  }

  NumericGradient bools(boolean... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (values[i] ? 1 : 0);
    }
    return input(Array.Dense.vector(new Values.Numbers(DType.BOOL, bytes)));
  }

  /** A list of one vector, such as row splits. */
  NumericGradient partitions(Values values) {
    listed.add(inputs.size());
    return input(Array.Dense.vector(values));
  }

  /** A last input after a list. */
  NumericGradient alone(int value) {
    return integer(value);
  }

  /** Values that are not differentiated by. */
  NumericGradient fixed(float... values) {
    fixed.add(inputs.size());
    return input(Array.Dense.vector(Values.of(values)));
  }

  NumericGradient fixedNumber(double value) {
    fixed.add(inputs.size());
    return doubles(new long[0], value);
  }

  NumericGradient fixedMatrix(int columns, float... values) {
    fixed.add(inputs.size());
    return input(
        new Array.Dense(
            List.of((long) values.length / columns, (long) columns), Values.of(values)));
  }

  /** Counts these inputs as fixed. */
  NumericGradient apart(int... numbers) {
    Arrays.stream(numbers).forEach(fixed::add);
    return this;
  }

  /** Looks at one output alone. */
  NumericGradient only(int output) {
    only = output;
    return this;
  }

  /** An input of complex numbers, differentiated by their real and imaginary parts. */
  NumericGradient complex(long... dims) {
    complex = true;
    return floats(dims);
  }

  private static Tensor tensor(Array.Dense array) {
    Values.Numbers numbers = (Values.Numbers) array.values();
    long[] dims = array.dims().stream().mapToLong(d -> d).toArray();
    ByteDataBuffer bytes = DataBuffers.of(numbers.bytes());
    Class<? extends TType> type = array.dtype() == DType.FLOAT32 ? TFloat32.class : TFloat64.class;
    return Tensor.of(type, org.tensorflow.ndarray.Shape.of(dims), bytes);
  }

  /** Checks it. */
  void check() {
    Map<String, Array.Dense> fed = new LinkedHashMap<>();
    GraphDef graph;
    String loss;
    try (Graph made = new Graph()) {
      GradientOps ops = new GradientOps(Ops.create(made), null);
      OperationBuilder builder = made.opBuilder(op, "tested", Ops.create(made).scope());
      for (int number = 0; number < inputs.size(); number++) {
        List<Array.Dense> list = inputs.get(number);
        boolean smooth = !fixed.contains(number);
        List<Output<?>> taken = new ArrayList<>();
        list.forEach(array -> taken.add(input(made, array, smooth ? fed : null)));
        if (complex && number == 0) {
          Output<?> second = input(made, list.get(0), fed);
          taken.set(0, ops.op("Complex").in(taken.get(0), second).with("Tout", COMPLEX).get());
        }
        if (!listed.contains(number)) {
          builder.addInput(taken.get(0));
        } else {
          builder.addInputList(taken.toArray(new Output<?>[0]));
        }
      }
      attributes.forEach(builder::setAttr);
      Operation tested = builder.build();
      List<Output<?>> parts = new ArrayList<>();
      for (int i = 0; i < tested.numOutputs(); i++) {
        if (only >= 0 && i != only) {
          continue;
        }
        parts.addAll(weighted(ops, tested.output(i)));
      }
      Output<?> sum = ops.op("AddN").list(parts).get();
      loss = sum.op().name() + ":0";
      graph = made.toGraphDef();
    }
    Differentiated gradients = Gradients.of(graph, loss, List.copyOf(fed.keySet()));
    try (Graph made = new Graph()) {
      made.importGraphDef(gradients.graph());
      try (Session session = new Session(made)) {
        int next = 0;
        for (String input : fed.keySet()) {
          compare(session, fed, input, loss, gradients.gradients().get(next++));
        }
      }
    }
  }

  private void compare(
      Session session, Map<String, Array.Dense> fed, String input, String loss, String gradient) {
    double[] expected = differences(session, fed, input, loss);
    double[] given = gradient == null ? new double[expected.length] : run(session, fed, gradient);
    assertThat(given).as(op + " by " + input).hasSize(expected.length);
    double scale = 1;
    for (double one : expected) {
      scale = Math.max(scale, Math.abs(one));
    }
    for (int i = 0; i < given.length; i++) {
      assertThat(given[i])
          .as(op + " by " + input + "[" + i + "]")
          .isCloseTo(expected[i], offset(tolerance * scale));
    }
  }

  /** The sums of the real numbers of a tensor, each times the cosine of its place. */
  private static List<Output<?>> weighted(GradientOps ops, Output<?> tensor) {
    if (tensor.dataType() == COMPLEX) {
      List<Output<?>> both = new ArrayList<>();
      both.addAll(weighted(ops, ops.op("Real").in(tensor).with("Tout", DataType.DT_FLOAT).get()));
      Output<?> imaginary = ops.op("Imag").in(tensor).with("Tout", DataType.DT_FLOAT).get();
      both.addAll(weighted(ops, ops.mul(imaginary, imaginary)));
      return both;
    }
    if (tensor.dataType() != DataType.DT_DOUBLE && tensor.dataType() != DataType.DT_FLOAT) {
      return List.of();
    }
    Output<?> flat = ops.flat(tensor);
    Output<?> places = ops.op("Range", ops.integer(0), ops.rows(flat), ops.integer(1));
    Output<?> weights = ops.op("Cos", ops.cast(places, tensor));
    return List.of(ops.cast(ops.sum(ops.mul(flat, weights), ops.ints(0)), DataType.DT_DOUBLE));
  }

  private static Output<?> input(Graph graph, Array.Dense array, Map<String, Array.Dense> fed) {
    GraphNodes nodes = new GraphNodes();
    boolean smooth = array.dtype().isFloating() && fed != null;
    String name = "input_" + graph.toGraphDef().getNodeCount();
    if (smooth) {
      nodes.placeholder(name, array.dtype().proto(), new Shape(array.dims()));
      fed.put(name + ":0", array);
    } else {
      nodes.constant(name, Protos.tensor(array));
    }
    graph.importGraphDef(nodes.graph().build());
    return graph.operation(name).output(0);
  }

  /** The op, its attributes and the shapes of its inputs. */
  @Override
  public String toString() {
    return op
        + inputs.stream().map(l -> l.get(0).dims() + (l.size() > 1 ? "*" + l.size() : "")).toList()
        + attributes.keySet();
  }

  private double[] differences(
      Session session, Map<String, Array.Dense> fed, String input, String loss) {
    Array.Dense array = fed.get(input);
    double[] values = TestLoss.doubles(array);
    double[] differences = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      double value = values[i];
      double[] both = new double[2];
      for (int side = 0; side < 2; side++) {
        values[i] = value + (side == 0 ? step : -step);
        Map<String, Array.Dense> moved = new LinkedHashMap<>(fed);
        moved.put(input, new Array.Dense(array.dims(), TestLoss.numbers(array.dtype(), values)));
        both[side] = run(session, moved, loss)[0];
      }
      values[i] = value;
      differences[i] = (both[0] - both[1]) / (2 * step);
    }
    return differences;
  }

  private static double[] run(Session session, Map<String, Array.Dense> fed, String fetch) {
    Session.Runner runner = session.runner();
    List<Tensor> given = new ArrayList<>();
    fed.forEach(
        (name, array) -> {
          Tensor tensor = tensor(array);
          given.add(tensor);
          runner.feed(name, tensor);
        });
    try (var result = runner.fetch(fetch).run()) {
      Tensor tensor = result.get(0);
      double[] values = new double[(int) tensor.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            tensor.dataType() == DataType.DT_FLOAT
                ? tensor.asRawTensor().data().asFloats().getFloat(i)
                : tensor.asRawTensor().data().asDoubles().getDouble(i);
      }
      return values;
    } finally {
      given.forEach(Tensor::close);
    }
  }
}
