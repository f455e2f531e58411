// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.model.OpDefs;
import org.hubbeam.model.TensorFlowGraphs;
import org.hubbeam.testing.NodeModels;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * A small graph, of which the last node is in question, with inputs. Written as {@code name =
 * Op(argument, ...) attribute=value ...; Op(...)}. An argument is a tensor of a node before, {@code
 * name} or {@code name:1}, or an array: a letter for the dtype (f float32, d float64, i int32, l
 * int64, b bool, s string, c complex64), {@code +} for values above zero, the shape, and values
 * after {@code =} with blanks between, which are drawn from a seed where they are left out.
 */
record OpCase(String text, GraphDef graph, Map<String, Array.Dense> inputs, List<String> outputs) {

  private static final OpDefs DEFINITIONS = OpDefs.registered();

  static OpCase parse(String text) {
    return new Parser(text).parse();
  }

  /** The node in question. */
  NodeDef node() {
    return graph.getNode(graph.getNodeCount() - 1);
  }

  List<Array.Dense> byTensorFlow() {
    return TensorFlowGraphs.run(graph, inputs, outputs);
  }

  List<Array> byRuntime(String script) {
    return NodeModels.graph(script, graph, inputs, outputs);
  }

  /** What is wrong with the runtime's values; empty for nothing. */
  static String difference(List<Array.Dense> expected, List<Array> actual, double tolerance) {
    for (int i = 0; i < expected.size(); i++) {
      Array.Dense want = expected.get(i);
      Array got = actual.get(i);
      if (!want.dims().equals(got.dims())) {
        return "output " + i + " has the shape " + got.dims() + ", not " + want.dims();
      }
      if (NodeModels.runtimeType(want.dtype()) != got.dtype()) {
        return "output " + i + " is " + got.dtype() + ", not " + want.dtype();
      }
      for (int k = 0; k < want.values().size(); k++) {
        if (!alike(want.values().get(k), got.values().get(k), tolerance)) {
          return "output "
              + i
              + ": value "
              + k
              + " is "
              + shown(got.values().get(k))
              + ", not "
              + shown(want.values().get(k));
        }
      }
    }
    return "";
  }

  private static String shown(Object value) {
    return value instanceof byte[] bytes ? ByteString.copyFrom(bytes).toStringUtf8() : "" + value;
  }

  private static boolean alike(Object want, Object got, double tolerance) {
    if (want instanceof byte[] bytes) {
      return Arrays.equals(bytes, (byte[]) got);
    }
    if (want instanceof org.hubbeam.batch.Complex w) {
      org.hubbeam.batch.Complex g = (org.hubbeam.batch.Complex) got;
      return alike(w.real(), g.real(), tolerance) && alike(w.imaginary(), g.imaginary(), tolerance);
    }
    if (want instanceof Float || want instanceof Double) {
      double w = ((Number) want).doubleValue();
      double g = ((Number) got).doubleValue();
      return Double.compare(w, g) == 0
          || w == g
          || Math.abs(w - g) <= tolerance * Math.max(1, Math.abs(w));
    }
    return want.equals(got);
  }

  private static final class Parser {
    private final String text;
    private final Random random;
    private final GraphDef.Builder graph = GraphDef.newBuilder();
    private final Map<String, Array.Dense> inputs = new LinkedHashMap<>();
    private final Map<String, NodeDef> made = new LinkedHashMap<>();

    Parser(String text) {
      this.text = text;
      this.random = new Random(text.hashCode());
    }

    OpCase parse() {
      String[] statements = text.split("; ", -1);
      for (String statement : statements) {
        statement(statement.trim());
      }
      NodeDef last = graph.getNode(graph.getNodeCount() - 1);
      List<String> outputs = new ArrayList<>();
      for (int i = 0; i < types(last).size(); i++) {
        outputs.add(last.getName() + ":" + i);
      }
      return new OpCase(text, graph.build(), inputs, outputs);
    }

    private void statement(String statement) {
      int open = statement.indexOf('(');
      int close = statement.indexOf(')');
      String head = statement.substring(0, open);
      String name = head.contains(" = ") ? head.substring(0, head.indexOf(" = ")) : "it";
      String operation = head.contains(" = ") ? head.substring(head.indexOf(" = ") + 3) : head;
      NodeDef.Builder node = NodeDef.newBuilder().setName(name).setOp(operation);
      OpDef definition = DEFINITIONS.definition(node.build());
      List<DataType> given = new ArrayList<>();
      String arguments = statement.substring(open + 1, close);
      for (String argument : arguments.isEmpty() ? new String[0] : arguments.split(", ", -1)) {
        given.add(argument(node, argument));
      }
      String rest = statement.substring(close + 1).trim();
      for (String pair : rest.isEmpty() ? new String[0] : rest.split(" (?=\\w+=)", -1)) {
        String key = pair.substring(0, pair.indexOf('='));
        node.putAttr(key, value(definition, key, pair.substring(pair.indexOf('=') + 1)));
      }
      infer(node, definition, given);
      for (OpDef.AttrDef attribute : definition.getAttrList()) {
        if (attribute.hasDefaultValue() && !node.containsAttr(attribute.getName())) {
          node.putAttr(attribute.getName(), attribute.getDefaultValue());
        }
      }
      made.put(name, node.build());
      graph.addNode(node);
    }

    private DataType argument(NodeDef.Builder node, String argument) {
      if (argument.indexOf('[') < 0) {
        String[] parts = argument.split(":", -1);
        node.addInput(argument);
        return types(made.get(parts[0])).get(parts.length > 1 ? Integer.parseInt(parts[1]) : 0);
      }
      String name = "in" + inputs.size();
      Array.Dense array = array(argument);
      inputs.put(name, array);
      graph.addNode(
          NodeDef.newBuilder()
              .setName(name)
              .setOp("Placeholder")
              .putAttr("dtype", AttrValue.newBuilder().setType(array.dtype().proto()).build())
              .putAttr(
                  "shape",
                  AttrValue.newBuilder()
                      .setShape(TensorShapeProto.newBuilder().setUnknownRank(true))
                      .build()));
      node.addInput(name);
      return array.dtype().proto();
    }

    private Array.Dense array(String argument) {
      int open = argument.indexOf('[');
      int close = argument.indexOf(']');
      List<Long> dims = new ArrayList<>();
      String shape = argument.substring(open + 1, close);
      int size = 1;
      for (String dim : shape.isEmpty() ? new String[0] : shape.split(",", -1)) {
        dims.add(Long.parseLong(dim));
        size *= Integer.parseInt(dim);
      }
      boolean positive = argument.charAt(1) == '+';
      String[] values = null;
      if (argument.length() > close + 1) {
        String list = argument.substring(close + 2);
        values = argument.charAt(0) == 's' ? list.split("\\|", -1) : list.split(" ");
      }
      return new Array.Dense(dims, values(argument.charAt(0), size, positive, values));
    }

    private Values values(char type, int size, boolean positive, String[] given) {
      if (type == 's') {
        String[] texts = given == null || size == 0 ? new String[size] : given;
        for (int i = 0; given == null && i < size; i++) {
          texts[i] = "text " + random.nextInt(100);
        }
        return Values.of(texts);
      }
      int count = type == 'c' ? 2 * size : size;
      double[] numbers = new double[count];
      for (int i = 0; i < count; i++) {
        numbers[i] =
            given != null
                ? number(given[i])
                : "fdc".indexOf(type) >= 0
                    ? random.nextGaussian()
                    : type == 'b' ? random.nextInt(2) : random.nextInt(11) - 5;
        if (positive) {
          numbers[i] = Math.abs(numbers[i]);
        }
      }
      float[] floats = new float[count];
      for (int i = 0; i < count; i++) {
        floats[i] = (float) numbers[i];
      }
      return switch (type) {
        case 'f' -> Values.of(floats);
        case 'c' -> new Values.Numbers(DType.COMPLEX64, Values.of(floats).bytes());
        case 'i' -> Values.of(Arrays.stream(numbers).mapToInt(v -> (int) v).toArray());
        case 'l' -> Values.of(Arrays.stream(numbers).mapToLong(v -> (long) v).toArray());
        case 'b' -> {
          byte[] bytes = new byte[count];
          for (int i = 0; i < count; i++) {
            bytes[i] = (byte) numbers[i];
          }
          yield new Values.Numbers(DType.BOOL, bytes);
        }
        default -> throw new IllegalArgumentException("no type '" + type + "': " + text);
      };
    }

    private static double number(String text) {
      return switch (text) {
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        case "nan" -> Double.NaN;
        case "true" -> 1;
        case "false" -> 0;
        default -> Double.parseDouble(text);
      };
    }

    private static AttrValue value(OpDef definition, String name, String text) {
      String type =
          definition.getAttrList().stream()
              .filter(a -> a.getName().equals(name))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("no attribute " + name))
              .getType();
      AttrValue.Builder out = AttrValue.newBuilder();
      if (type.startsWith("list")) {
        AttrValue.ListValue.Builder list = out.getListBuilder();
        String inner = text.substring(1, text.length() - 1);
        for (String item : inner.isEmpty() ? new String[0] : inner.split(",", -1)) {
          switch (type) {
            case "list(int)" -> list.addI(Long.parseLong(item));
            case "list(float)" -> list.addF(Float.parseFloat(item));
            case "list(string)" -> list.addS(ByteString.copyFromUtf8(item));
            case "list(type)" -> list.addType(type(item));
            default -> throw new IllegalArgumentException(type);
          }
        }
        return out.build();
      }
      switch (type) {
        case "int" -> out.setI(Long.parseLong(text));
        case "float" -> out.setF((float) number(text));
        case "bool" -> out.setB(Boolean.parseBoolean(text));
        case "string" -> out.setS(ByteString.copyFromUtf8(text));
        case "type" -> out.setType(type(text));
        case "shape" -> out.setShape(shape(text));
        default -> throw new IllegalArgumentException(type);
      }
      return out.build();
    }

    private static DataType type(String name) {
      return DType.valueOf(name.toUpperCase(java.util.Locale.ROOT)).proto();
    }

    private static TensorShapeProto shape(String text) {
      TensorShapeProto.Builder out = TensorShapeProto.newBuilder();
      if (text.equals("?")) {
        return out.setUnknownRank(true).build();
      }
      String inner = text.substring(1, text.length() - 1);
      for (String dim : inner.isEmpty() ? new String[0] : inner.split(",", -1)) {
        out.addDimBuilder().setSize(Long.parseLong(dim));
      }
      return out.build();
    }

    /** Sets the attributes that the inputs tell. */
    private static void infer(NodeDef.Builder node, OpDef definition, List<DataType> given) {
      long lists =
          definition.getInputArgList().stream()
              .filter(a -> !a.getNumberAttr().isEmpty() || !a.getTypeListAttr().isEmpty())
              .count();
      int at = 0;
      for (OpDef.ArgDef argument : definition.getInputArgList()) {
        int length = 1;
        if (!argument.getNumberAttr().isEmpty() || !argument.getTypeListAttr().isEmpty()) {
          length =
              lists == 1 || !node.containsAttr(argument.getNumberAttr())
                  ? given.size() - definition.getInputArgCount() + 1
                  : (int) node.getAttrOrThrow(argument.getNumberAttr()).getI();
        }
        if (!argument.getNumberAttr().isEmpty()) {
          node.putAttr(argument.getNumberAttr(), AttrValue.newBuilder().setI(length).build());
        }
        List<DataType> types = given.subList(at, at + length);
        if (!argument.getTypeAttr().isEmpty() && length > 0) {
          node.putAttr(
              argument.getTypeAttr(), AttrValue.newBuilder().setType(types.get(0)).build());
        }
        if (!argument.getTypeListAttr().isEmpty()) {
          AttrValue.Builder list = AttrValue.newBuilder();
          list.getListBuilder().addAllType(types);
          node.putAttr(argument.getTypeListAttr(), list.build());
        }
        at += length;
      }
    }

    private static List<DataType> types(NodeDef node) {
      List<DataType> out = new ArrayList<>();
      for (OpDef.ArgDef output : DEFINITIONS.definition(node).getOutputArgList()) {
        if (!output.getTypeListAttr().isEmpty()) {
          out.addAll(node.getAttrOrThrow(output.getTypeListAttr()).getList().getTypeList());
          continue;
        }
        DataType type =
            output.getTypeAttr().isEmpty()
                ? output.getType()
                : node.getAttrOrThrow(output.getTypeAttr()).getType();
        long count =
            output.getNumberAttr().isEmpty()
                ? 1
                : node.getAttrOrThrow(output.getNumberAttr()).getI();
        for (int i = 0; i < count; i++) {
          out.add(type);
        }
      }
      return out;
    }
  }
}
