// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.NativeRuntime;
import org.hubbeam.model.OpDefs;
import org.hubbeam.model.Protos;
import org.tensorflow.Graph;
import org.tensorflow.RawTensor;
import org.tensorflow.Result;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.NdArrays;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.types.TBool;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TInt64;
import org.tensorflow.types.TString;
import org.tensorflow.types.family.TType;

/**
 * Operations with inputs, run by TensorFlow and by the runtime of TensorFlow.js, which must agree.
 * Hundreds of cases are one graph, so that thousands of them take a second.
 */
public final class OperationCases {

  private static final int NODES = 600;

  private final String script;
  private GraphDef.Builder graph = GraphDef.newBuilder();
  private Map<String, Array.Dense> inputs = new LinkedHashMap<>();
  private List<String> outputs = new ArrayList<>();
  private final List<Part> parts = new ArrayList<>();
  private int count;

  private record Part(GraphDef graph, Map<String, Array.Dense> inputs, List<String> outputs) {}

  /**
   * @param script registers operations; may be empty
   */
  public OperationCases(String script) {
    this.script = script;
  }

  private void close() {
    graph.getVersionsBuilder().setProducer(1882);
    parts.add(new Part(graph.build(), inputs, outputs));
    graph = GraphDef.newBuilder();
    inputs = new LinkedHashMap<>();
    outputs = new ArrayList<>();
  }

  /**
   * Adds a case of one operation.
   *
   * @param attributes by name: whole numbers, floats, booleans, strings, types and lists of them;
   *     types of inputs need not be given
   */
  public void add(String operation, Map<String, ?> attributes, Array.Dense... given) {
    if (graph.getNodeCount() > NODES) {
      close();
    }
    String prefix = "case" + count++ + "/";
    List<String> fed = new ArrayList<>();
    for (Array.Dense array : given) {
      fed.add(input(prefix + "input_" + fed.size(), array));
    }
    String name = node(prefix + operation, operation, attributes, fed, given);
    for (int i = 0; i < outputs(graph.getNode(graph.getNodeCount() - 1)); i++) {
      outputs.add(name + ":" + i);
    }
  }

  /** Feeds an array; returns the name of its placeholder. */
  public String input(String name, Array.Dense array) {
    graph.addNode(
        NodeDef.newBuilder()
            .setName(name)
            .setOp("Placeholder")
            .putAttr("dtype", attribute(array.dtype())));
    inputs.put(name, array);
    return name;
  }

  /**
   * Adds a node of a case of several operations.
   *
   * @param given the inputs that type attributes are taken from; may be fewer than {@code fed}
   */
  public String node(
      String name,
      String operation,
      Map<String, ?> attributes,
      List<String> fed,
      Array.Dense... given) {
    NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp(operation).addAllInput(fed);
    attributes.forEach((key, value) -> node.putAttr(key, attribute(value)));
    int next = 0;
    for (OpDef.ArgDef argument : definition(operation).getInputArgList()) {
      if (next >= given.length) {
        break;
      }
      if (!argument.getTypeAttr().isEmpty() && !node.containsAttr(argument.getTypeAttr())) {
        node.putAttr(argument.getTypeAttr(), attribute(given[next].dtype()));
      }
      next +=
          !argument.getNumberAttr().isEmpty()
              ? (int) node.getAttrOrThrow(argument.getNumberAttr()).getI()
              : !argument.getTypeListAttr().isEmpty()
                  ? node.getAttrOrThrow(argument.getTypeListAttr()).getList().getTypeCount()
                  : 1;
    }
    graph.addNode(node);
    return name;
  }

  /** Compares a tensor, {@code node:0}. */
  public void output(String tensor) {
    outputs.add(tensor);
  }

  /**
   * Runs all.
   *
   * @param tolerance the largest difference of floats, in units of max(1, value)
   */
  public void check(double tolerance) {
    close();
    for (Part part : parts) {
      List<Array.Dense> wanted = truth(part.graph(), part.inputs(), part.outputs());
      List<Array> got = NodeModels.graph(script, part.graph(), part.inputs(), part.outputs());
      for (int i = 0; i < wanted.size(); i++) {
        compare(part, part.outputs().get(i), wanted.get(i), (Array.Dense) got.get(i), tolerance);
      }
    }
  }

  /** Expects both to refuse a case; returns what the runtime says. */
  public static String refused(
      String script, String operation, Map<String, ?> attributes, Array.Dense... given) {
    OperationCases one = new OperationCases(script);
    one.add(operation, attributes, given);
    one.close();
    Part part = one.parts.get(0);
    assertThrows(RuntimeException.class, () -> truth(part.graph(), part.inputs(), part.outputs()));
    return assertThrows(
            NodeModels.NodeException.class,
            () -> NodeModels.graph(script, part.graph(), part.inputs(), part.outputs()))
        .getMessage();
  }

  private static void compare(
      Part part, String name, Array.Dense want, Array.Dense got, double tolerance) {
    String at = name + " of " + described(part, name);
    assertEquals(want.dims(), got.dims(), at);
    if (want.values() instanceof Values.Strings) {
      assertEquals(want.values(), got.values(), at);
      return;
    }
    Values.Numbers wanted = (Values.Numbers) want.values();
    Values.Numbers numbers = (Values.Numbers) got.values();
    for (int i = 0; i < wanted.size(); i++) {
      if (!want.dtype().isFloating()) {
        assertEquals(number(wanted, i), number(numbers, i), at + " at " + i);
        continue;
      }
      double w = wanted.getDouble(i);
      double g = numbers.getDouble(i);
      if (Double.compare(w, g) != 0 && !(Math.abs(w - g) <= tolerance * Math.max(1, Math.abs(w)))) {
        fail(at + " at " + i + ": expected " + w + " but was " + g);
      }
    }
  }

  private static long number(Values.Numbers values, int i) {
    return values.dtype() == DType.BOOL ? values.bytes()[i] : values.getLong(i);
  }

  private static String described(Part part, String tensor) {
    String name = tensor.substring(0, tensor.lastIndexOf(':'));
    NodeDef node =
        part.graph().getNodeList().stream()
            .filter(n -> n.getName().equals(name))
            .findFirst()
            .orElseThrow();
    StringBuilder text = new StringBuilder(node.getAttrMap().toString());
    node.getInputList()
        .forEach(
            n -> {
              String shown = String.valueOf(part.inputs().get(n));
              text.append('\n').append(shown, 0, Math.min(1000, shown.length()));
            });
    return text.toString();
  }

  private static OpDef definition(String operation) {
    OpDef definition = OpDefs.registered().find(operation);
    if (definition == null) {
      throw new IllegalArgumentException("TensorFlow has no " + operation);
    }
    return definition;
  }

  private static int outputs(NodeDef node) {
    int count = 0;
    for (OpDef.ArgDef output : definition(node.getOp()).getOutputArgList()) {
      count +=
          !output.getNumberAttr().isEmpty()
              ? (int) node.getAttrOrThrow(output.getNumberAttr()).getI()
              : !output.getTypeListAttr().isEmpty()
                  ? node.getAttrOrThrow(output.getTypeListAttr()).getList().getTypeCount()
                  : 1;
    }
    return count;
  }

  private static AttrValue attribute(Object value) {
    AttrValue.Builder out = AttrValue.newBuilder();
    if (value instanceof List<?> list) {
      AttrValue.ListValue.Builder values = out.getListBuilder();
      for (Object item : list) {
        if (item instanceof Float f) {
          values.addF(f);
        } else if (item instanceof DType type) {
          values.addType(type.proto());
        } else if (item instanceof org.hubbeam.batch.Shape shape) {
          values.addShape(Protos.shape(shape));
        } else if (item instanceof String text) {
          values.addS(ByteString.copyFromUtf8(text));
        } else {
          values.addI(((Number) item).longValue());
        }
      }
    } else if (value instanceof DType type) {
      out.setType(type.proto());
    } else if (value instanceof Boolean flag) {
      out.setB(flag);
    } else if (value instanceof Float f) {
      out.setF(f);
    } else if (value instanceof String text) {
      out.setS(ByteString.copyFromUtf8(text));
    } else {
      out.setI(((Number) value).longValue());
    }
    return out.build();
  }

  /** What TensorFlow gives. */
  public static List<Array.Dense> truth(
      GraphDef definition, Map<String, Array.Dense> inputs, List<String> outputs) {
    List<Tensor> open = new ArrayList<>();
    try (Graph graph = NativeRuntime.newGraph();
        Session session = session(graph, definition)) {
      Session.Runner runner = session.runner();
      inputs.forEach(
          (name, array) -> {
            Tensor tensor = tensor(array);
            open.add(tensor);
            runner.feed(name, tensor);
          });
      outputs.forEach(runner::fetch);
      List<Array.Dense> list = new ArrayList<>();
      try (Result result = runner.run()) {
        for (int i = 0; i < outputs.size(); i++) {
          list.add(array(result.get(i)));
        }
      }
      return list;
    } finally {
      open.forEach(Tensor::close);
    }
  }

  private static Session session(Graph graph, GraphDef definition) {
    graph.importGraphDef(definition);
    return new Session(graph);
  }

  private static Tensor tensor(Array.Dense array) {
    Shape shape = Shape.of(array.dims().stream().mapToLong(d -> d).toArray());
    if (array.values() instanceof Values.Strings strings) {
      byte[][] bytes = new byte[strings.size()][];
      Arrays.setAll(bytes, strings::get);
      return TString.tensorOfBytes(
          NdArrays.wrap(
              shape,
              DataBuffers.ofObjects(byte[].class, Math.max(1, bytes.length))
                  .offset(0)
                  .write(bytes)
                  .narrow(bytes.length)));
    }
    byte[] bytes = ((Values.Numbers) array.values()).bytes();
    return Tensor.of(type(array.dtype()), shape, DataBuffers.of(bytes, true, false));
  }

  private static Class<? extends TType> type(DType type) {
    return switch (type) {
      case FLOAT32 -> TFloat32.class;
      case FLOAT64 -> TFloat64.class;
      case INT32 -> TInt32.class;
      case INT64 -> TInt64.class;
      case BOOL -> TBool.class;
      default -> throw new IllegalArgumentException("no cases of " + type);
    };
  }

  private static Array.Dense array(Tensor tensor) {
    List<Long> dims = new ArrayList<>();
    for (long dim : tensor.shape().asArray()) {
      dims.add(dim);
    }
    if (tensor instanceof TString strings) {
      List<byte[]> values = new ArrayList<>();
      strings.asBytes().scalars().forEach(s -> values.add(s.getObject()));
      return new Array.Dense(dims, Values.ofBytes(values));
    }
    RawTensor raw = tensor.asRawTensor();
    byte[] bytes = new byte[Math.toIntExact(raw.numBytes())];
    raw.data().read(bytes);
    return new Array.Dense(dims, new Values.Numbers(DType.of(tensor.dataType()), bytes));
  }
}
