// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.model.OpDefs;
import org.hubbeam.model.Protos;
import org.hubbeam.model.TensorProtos;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/**
 * Gives values types that the runtime has: floating ones become float32, integers of other widths
 * int32. int64 stays in the graph, whose operations declare it, and is int32 in JavaScript; what
 * does not fit is refused.
 */
final class Narrowing {

  /** Their arguments are limits, and limits can be moved in to those of int32. */
  private static final Set<String> CLIPPING =
      Set.of("StridedSlice", "Slice", "Minimum", "Maximum", "ClipByValue");

  private static final Set<String> BITS =
      Set.of("BitwiseAnd", "BitwiseOr", "BitwiseXor", "Invert", "LeftShift", "RightShift");

  private static final Set<String> HASHES =
      Set.of("StringToHashBucket", "StringToHashBucketFast", "StringToHashBucketStrong");

  /** They give the data of their first input. */
  private static final Set<String> SAME_DATA =
      Set.of(
          "Identity",
          "Reshape",
          "ExpandDims",
          "Squeeze",
          "StopGradient",
          "Snapshot",
          "PreventGradient");

  private static final Set<DataType> WITHOUT_COUNTERPART =
      Set.of(
          DataType.DT_UINT32,
          DataType.DT_UINT64,
          DataType.DT_QINT8,
          DataType.DT_QUINT8,
          DataType.DT_QINT16,
          DataType.DT_QUINT16,
          DataType.DT_QINT32);

  /** The type that random numbers of a seed had, each of which has its own numbers. */
  static final String RANDOM_TYPE = "_hubbeam_dtype";

  private final FrozenGraph frozen;
  private final GraphEditor graph;
  private final ShortIntegers integers;
  private final Map<String, List<NodeDef>> consumers = new HashMap<>();

  private Narrowing(FrozenGraph frozen) {
    this.frozen = frozen;
    this.graph = new GraphEditor(frozen.graph());
    this.integers = new ShortIntegers(graph);
    for (NodeDef node : graph.nodes()) {
      for (String input : node.getInputList()) {
        consumers.computeIfAbsent(GraphFlow.producer(input), p -> new ArrayList<>()).add(node);
      }
    }
  }

  /**
   * @throws ConversionException when a value does not fit, or a type has no counterpart
   */
  static FrozenGraph of(FrozenGraph graph) {
    return new Narrowing(graph.mapBodies(Narrowing::of)).narrowed();
  }

  /** The type that stands for another. */
  static DataType narrow(DataType type) {
    return switch (type) {
      case DT_HALF, DT_BFLOAT16, DT_DOUBLE -> DataType.DT_FLOAT;
      case DT_INT8, DT_UINT8, DT_INT16, DT_UINT16, DT_UINT32 -> DataType.DT_INT32;
      case DT_UINT64 -> DataType.DT_INT64;
      default -> type;
    };
  }

  private FrozenGraph narrowed() {
    for (Port input : frozen.inputs()) {
      if (WITHOUT_COUNTERPART.contains(input.type())) {
        throw new ConversionException(
            "the input '"
                + input.name()
                + "' is "
                + input.type().name().substring(3).toLowerCase(Locale.ROOT)
                + ", whose values JavaScript's int32 cannot hold; fix it with --set or choose"
                + " another function");
      }
    }
    for (NodeDef node : List.copyOf(graph.nodes())) {
      if (node.getOp().equals("Const")) {
        constant(node);
      } else if (node.getOp().equals("Cast")) {
        integers.cast(node);
      } else if (node.getOp().equals("DecodeRaw")) {
        decoded(node);
      } else {
        requireWidth(node);
        requireTexts(node);
        if (ShortIntegers.canLeave(node)) {
          integers.arithmetic(node);
        } else {
          graph.put(narrow(node));
        }
      }
    }
    return new FrozenGraph(
        graph.graph(),
        frozen.inputs().stream().map(Narrowing::narrow).toList(),
        frozen.outputs().stream().map(Narrowing::narrow).toList(),
        frozen.tables().stream()
            .map(
                t ->
                    new Table(
                        t.node(),
                        fitting(t.keys(), "the keys of a table"),
                        fitting(t.values(), "the values of a table")))
            .toList());
  }

  private static Port narrow(Port port) {
    return new Port(port.name(), port.tensor(), narrow(port.type()), port.shape());
  }

  private static void requireWidth(NodeDef node) {
    DataType type = node.getAttrOrDefault("T", AttrValue.getDefaultInstance()).getType();
    if (BITS.contains(node.getOp())
        && (type == DataType.DT_INT64
            || type == DataType.DT_UINT64
            || type == DataType.DT_UINT32)) {
      throw new ConversionException(
          node.getOp()
              + " ("
              + node.getName()
              + ") works on the bits of "
              + DType.of(type)
              + ", which JavaScript's int32 does not have");
    }
  }

  private void requireTexts(NodeDef node) {
    if (HASHES.contains(node.getOp())
        && node.getAttrOrThrow("num_buckets").getI() > 1L << 31
        && !becomesTexts(node.getName())) {
      throw new ConversionException(
          node.getOp()
              + " ("
              + node.getName()
              + ") has "
              + node.getAttrOrThrow("num_buckets").getI()
              + " buckets, more than JavaScript's int32 can hold; that is allowed only where"
              + " AsString makes texts of them");
    }
  }

  private boolean becomesTexts(String node) {
    List<NodeDef> readers = consumers.getOrDefault(node, List.of());
    return !readers.isEmpty()
        && frozen.outputs().stream().noneMatch(o -> o.tensor().equals(node + ":0"))
        && readers.stream()
            .allMatch(
                r ->
                    r.getOp().equals("AsString")
                        || (SAME_DATA.contains(r.getOp()) && becomesTexts(r.getName())));
  }

  /** A node with the types that stand for its own. */
  static NodeDef narrow(NodeDef node) {
    OpDef op = OpDefs.registered().find(node.getOp());
    NodeDef.Builder out = node.toBuilder();
    node.getAttrMap()
        .forEach(
            (name, value) -> {
              if (value.hasType() && allowed(op, name, narrow(value.getType()))) {
                out.putAttr(name, Protos.attr(narrow(value.getType())));
              } else if (value.hasList() && value.getList().getTypeCount() > 0) {
                out.putAttr(
                    name,
                    Protos.types(
                        value.getList().getTypeList().stream().map(Narrowing::narrow).toList()));
              }
            });
    AttrValue dtype = node.getAttrMap().get("dtype");
    if (node.getOp().startsWith("Stateless")
        && dtype != null
        && !dtype.equals(out.getAttrMap().get("dtype"))) {
      out.putAttr(RANDOM_TYPE, dtype);
    }
    return out.build();
  }

  private static boolean allowed(@Nullable OpDef op, String name, DataType type) {
    if (op == null) {
      return true;
    }
    for (OpDef.AttrDef attribute : op.getAttrList()) {
      if (attribute.getName().equals(name)) {
        List<DataType> types = attribute.getAllowedValues().getList().getTypeList();
        return (types.isEmpty() || types.contains(type)) && !op.getName().equals("DecodeRaw");
      }
    }
    return true;
  }

  private void constant(NodeDef node) {
    DataType type = node.getAttrOrThrow("dtype").getType();
    if (type == DataType.DT_STRING) {
      requireUtf8(node);
      return;
    }
    if (type == DataType.DT_FLOAT || type == DataType.DT_INT32 || type == DataType.DT_BOOL) {
      return;
    }
    Array.Dense value = TensorProtos.decode(node.getAttrOrThrow("value").getTensor());
    Array.Dense fitting =
        onlyClipped(node)
            ? clipped(value)
            : fitting(value, "the constant '" + node.getName() + "'");
    Array.Dense cast = StoredWeights.cast(fitting, narrow(type));
    graph.put(
        node.toBuilder()
            .putAttr("dtype", Protos.attr(narrow(type)))
            .putAttr("value", Protos.attr(Protos.tensor(cast)))
            .build());
  }

  /** What is decoded has the type of the bytes, which what follows no longer has. */
  private void decoded(NodeDef node) {
    DataType type = node.getAttrOrThrow("out_type").getType();
    if (narrow(type) == type) {
      return;
    }
    String raw = node.getName() + "/raw";
    graph.put(node.toBuilder().setName(raw).build());
    graph.put(
        NodeDef.newBuilder()
            .setName(node.getName())
            .setOp("Cast")
            .addInput(raw)
            .putAttr("SrcT", Protos.attr(type))
            .putAttr("DstT", Protos.attr(narrow(type)))
            .putAttr("Truncate", Protos.attr(false))
            .build());
  }

  private boolean onlyClipped(NodeDef node) {
    List<NodeDef> taking = consumers.getOrDefault(node.getName(), List.of());
    return !taking.isEmpty() && taking.stream().allMatch(n -> CLIPPING.contains(n.getOp()));
  }

  private static Array.Dense clipped(Array.Dense array) {
    if (!array.dtype().isInteger() || array.dtype().bytes() < Long.BYTES) {
      return array;
    }
    long[] values = ((Values.Numbers) array.values()).toLongs();
    for (int i = 0; i < values.length; i++) {
      values[i] = Math.max(Integer.MIN_VALUE, Math.min(Integer.MAX_VALUE, values[i]));
    }
    return new Array.Dense(array.dims(), Values.of(values));
  }

  private static Array.Dense fitting(Array.Dense array, String what) {
    if (array.dtype().isInteger()) {
      for (long value : ((Values.Numbers) array.values()).toLongs()) {
        if (value != (int) value) {
          throw new ConversionException(
              what + " has the value " + value + ", which JavaScript's int32 cannot hold");
        }
      }
    }
    return array;
  }

  private static void requireUtf8(NodeDef node) {
    Values.Strings strings =
        (Values.Strings) TensorProtos.decode(node.getAttrOrThrow("value").getTensor()).values();
    for (int i = 0; i < strings.size(); i++) {
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(strings.get(i)));
      } catch (CharacterCodingException e) {
        throw new ConversionException(
            "the constant '"
                + node.getName()
                + "' has bytes that are not UTF-8, which TensorFlow.js would read as other ones");
      }
    }
  }
}
