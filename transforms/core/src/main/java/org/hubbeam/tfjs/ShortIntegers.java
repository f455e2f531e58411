// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.DType;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.model.Protos;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** Integers of fewer bits than int32, in int32: what leaves their range wraps around in it. */
final class ShortIntegers {

  private static final Set<DataType> SHORT =
      Set.of(DataType.DT_INT8, DataType.DT_UINT8, DataType.DT_INT16, DataType.DT_UINT16);

  /** Their results can be outside of the type of their arguments, and wrap around. */
  private static final Set<String> LEAVING =
      Set.of(
          "Abs",
          "Add",
          "AddN",
          "AddV2",
          "Cumprod",
          "Cumsum",
          "Invert",
          "LeftShift",
          "Mul",
          "Neg",
          "Prod",
          "SegmentProd",
          "SegmentSum",
          "Square",
          "SquaredDifference",
          "Sub",
          "Sum",
          "UnsortedSegmentProd",
          "UnsortedSegmentSum");

  private final GraphEditor graph;

  ShortIntegers(GraphEditor graph) {
    this.graph = graph;
  }

  /** Keeps what a cast to fewer bits does: the upper bits go. */
  void cast(NodeDef node) {
    DataType from = node.getAttrOrThrow("SrcT").getType();
    DataType to = node.getAttrOrThrow("DstT").getType();
    if (isWideUnsigned(to) && !holds(to, from)) {
      throw new ConversionException(
          "Cast ("
              + node.getName()
              + ") makes "
              + DType.of(to)
              + " of "
              + DType.of(from)
              + ", whose values JavaScript's int32 cannot hold");
    }
    boolean cuts = isInteger(to) && bits(to) < 32 && !holds(to, from);
    if (!cuts) {
      graph.put(
          Narrowing.narrow(from) == Narrowing.narrow(to)
              ? NodeDef.newBuilder()
                  .setName(node.getName())
                  .setOp("Identity")
                  .addInput(node.getInput(0))
                  .putAttr("T", Protos.attr(Narrowing.narrow(to)))
                  .build()
              : Narrowing.narrow(node));
      return;
    }
    String wide =
        graph.add(
            node.getName() + "/wide",
            "Cast",
            List.of(node.getInput(0)),
            Map.of(
                "SrcT", Protos.attr(Narrowing.narrow(from)),
                "DstT", Protos.attr(DataType.DT_INT32),
                "Truncate", Protos.attr(false)));
    cut(node.getName(), wide, to);
  }

  /** Whether the results of an operation can be outside of the type of its arguments. */
  static boolean canLeave(NodeDef node) {
    return LEAVING.contains(node.getOp()) && SHORT.contains(type(node));
  }

  /** Arithmetic on few bits, which int32 does without losing the upper ones. */
  void arithmetic(NodeDef node) {
    String wide = node.getName() + "/wide";
    graph.put(Narrowing.narrow(node).toBuilder().setName(wide).build());
    cut(node.getName(), wide, type(node));
  }

  /** Puts a node that has the lower bits of an int32 tensor as the type has them. */
  private void cut(String name, String wide, DataType to) {
    int size = 1 << bits(to);
    int low = isSigned(to) ? -size / 2 : 0;
    Map<String, AttrValue> type = Map.of("T", Protos.attr(DataType.DT_INT32));
    if (low == 0) {
      put(name, "FloorMod", List.of(wide, graph.scalar(name + "/size", size)), type);
      return;
    }
    String lowest = graph.scalar(name + "/low", low);
    String moved = graph.add(name + "/moved", "Sub", List.of(wide, lowest), type);
    String rest =
        graph.add(
            name + "/rest", "FloorMod", List.of(moved, graph.scalar(name + "/size", size)), type);
    put(name, "AddV2", List.of(rest, lowest), type);
  }

  private void put(String name, String op, List<String> inputs, Map<String, AttrValue> attributes) {
    graph.put(
        NodeDef.newBuilder()
            .setName(name)
            .setOp(op)
            .addAllInput(inputs)
            .putAllAttr(attributes)
            .build());
  }

  private static DataType type(NodeDef node) {
    return node.getAttrOrDefault("T", AttrValue.getDefaultInstance()).getType();
  }

  private static boolean isWideUnsigned(DataType type) {
    return type == DataType.DT_UINT32 || type == DataType.DT_UINT64;
  }

  private static boolean holds(DataType wide, DataType narrow) {
    return narrow == DataType.DT_BOOL || (isInteger(narrow) && includes(wide, narrow));
  }

  private static boolean isInteger(DataType type) {
    return type != DataType.DT_BOOL && type != DataType.DT_STRING && DType.of(type).isInteger();
  }

  private static boolean isSigned(DataType type) {
    return !type.name().startsWith("DT_U");
  }

  private static int bits(DataType type) {
    return DType.of(type).bytes() * 8;
  }

  private static boolean includes(DataType wide, DataType narrow) {
    if (isSigned(wide) == isSigned(narrow)) {
      return bits(wide) >= bits(narrow);
    }
    return isSigned(wide) && bits(wide) > bits(narrow);
  }
}
