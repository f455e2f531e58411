// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Where the runtime has an operation, but not with all types and attributes: it fails, or gives
 * other values and says nothing. Found by running operations in Node beside TensorFlow; {@code
 * RuntimeOperationsTest} repeats that.
 */
final class RuntimeGaps {

  private static final Map<String, List<Gap>> GAPS = gaps();

  private RuntimeGaps() {}

  private record Gap(Predicate<NodeDef> when, String reason) {}

  /** Why the runtime does not run a node as TensorFlow does; empty where it does. */
  static String reason(NodeDef node) {
    NodeDef complete = Attributes.complete(node);
    for (Gap gap : GAPS.getOrDefault(node.getOp(), List.of())) {
      if (gap.when().test(complete)) {
        return gap.reason();
      }
    }
    return "";
  }

  private static Map<String, List<Gap>> gaps() {
    Map<String, List<Gap>> gaps = new HashMap<>();
    String whole = "gives whole numbers for floats";
    add(gaps, Set.of("FloorDiv"), n -> isFloat(n, "T"), whole);
    add(gaps, Set.of("Div"), n -> !isFloat(n, "T"), "rounds down where TensorFlow cuts off");
    add(gaps, Set.of("Round"), n -> !isFloat(n, "T"), "is for floats");
    add(gaps, Set.of("Mean"), n -> !isFloat(n, "T"), "gives floats for integers");
    add(gaps, Set.of("EuclideanNorm"), n -> !isFloat(n, "T"), "is for floats");
    add(gaps, Set.of("MatrixBandPart"), n -> true, "keeps other bands");
    add(
        gaps,
        Set.of("Cumsum", "Cumprod"),
        n -> flag(n, "exclusive") && flag(n, "reverse"),
        "is wrong where it is both exclusive and reversed");
    add(
        gaps,
        Set.of("OneHot"),
        n -> n.getAttrOrThrow("axis").getI() != -1,
        "puts classes into the last axis only");
    add(
        gaps,
        Set.of("Einsum"),
        n -> text(n, "equation").contains("...") || text(n, "equation").matches(".*([a-z])\\1.*"),
        "has neither ellipses nor diagonals");
    add(
        gaps,
        Set.of("Conv2D", "DepthwiseConv2dNative", "FusedDepthwiseConv2dNative", "_FusedConv2D"),
        n -> isLarge(n, "strides") && isLarge(n, "dilations"),
        "has either strides or dilations");
    add(
        gaps,
        Set.of("MaxPool", "AvgPool"),
        n -> text(n, "padding").equals("EXPLICIT"),
        "has no explicit padding");
    add(
        gaps,
        Set.of("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"),
        n -> flag(n, "is_training"),
        "does not train");
    add(
        gaps,
        Set.of("BiasAdd", "FusedBatchNormV3", "MaxPool", "AvgPool"),
        n -> text(n, "data_format").equals("NCHW"),
        "has channels last");
    add(
        gaps,
        Set.of(
            "SelectV2",
            "Select",
            "Transpose",
            "ZerosLike",
            "ReverseV2",
            "Split",
            "SplitV",
            "PadV2",
            "Pad",
            "BroadcastTo",
            "ListDiff",
            "Add",
            "Tile",
            "SparseFillEmptyRows"),
        n -> type(n, "T") == DataType.DT_STRING,
        "is not for texts");
    add(
        gaps,
        Set.of("ScatterNd", "TensorScatterUpdate"),
        n -> type(n, "T") == DataType.DT_STRING,
        "is not for texts");
    add(gaps, Set.of("OneHot"), n -> type(n, "T") == DataType.DT_STRING, "is not for texts");
    add(
        gaps,
        Set.of("AddN", "Equal", "NotEqual", "SelectV2", "Sum", "Fill", "Slice", "StridedSlice"),
        n -> type(n, "T") == DataType.DT_COMPLEX64 || type(n, "type") == DataType.DT_COMPLEX64,
        "is not for complex numbers");
    add(
        gaps,
        Set.of("NonMaxSuppressionV4"),
        n -> flag(n, "pad_to_max_output_size"),
        "does not pad what it selects");
    add(
        gaps,
        Set.of("StringNGrams"),
        n -> isCased(n, "separator") || isCased(n, "left_pad") || isCased(n, "right_pad"),
        "writes its separator and padding in lower case");
    add(
        gaps,
        Set.of("GatherV2"),
        n -> type(n, "Tparams") == DataType.DT_COMPLEX64,
        "is not for complex numbers");
    return gaps;
  }

  private static void add(
      Map<String, List<Gap>> gaps, Set<String> ops, Predicate<NodeDef> when, String reason) {
    ops.forEach(op -> gaps.computeIfAbsent(op, o -> new ArrayList<>()).add(new Gap(when, reason)));
  }

  private static DataType type(NodeDef node, String attribute) {
    return node.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getType();
  }

  private static boolean isFloat(NodeDef node, String attribute) {
    return switch (type(node, attribute)) {
      case DT_FLOAT, DT_HALF, DT_BFLOAT16, DT_DOUBLE -> true;
      default -> false;
    };
  }

  private static boolean flag(NodeDef node, String attribute) {
    return node.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getB();
  }

  private static String text(NodeDef node, String attribute) {
    return node.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getS().toStringUtf8();
  }

  private static boolean isCased(NodeDef node, String attribute) {
    String text = text(node, attribute);
    return !text.equals(text.toLowerCase(Locale.ROOT));
  }

  private static boolean isLarge(NodeDef node, String attribute) {
    return node
        .getAttrOrDefault(attribute, AttrValue.getDefaultInstance())
        .getList()
        .getIList()
        .stream()
        .anyMatch(i -> i > 1);
  }
}
