// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Resources;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/** What the runtime of TensorFlow.js 4.22.0 runs as TensorFlow does. */
@Internal
public final class OpSupport {

  private static final Set<String> RUNTIME = runtime();

  /** Those that the runtime runs on numbers, and the script on texts. */
  private static final Set<String> NUMBERS_ONLY =
      Set.of(
          "GatherV2",
          "Select",
          "SelectV2",
          "BroadcastTo",
          "ReverseV2",
          "Tile",
          "Transpose",
          "Split",
          "SplitV",
          "TensorScatterUpdate",
          "PadV2",
          "ZerosLike",
          "SparseFillEmptyRows");

  private OpSupport() {}

  /** The operations that the runtime knows. */
  static Set<String> runtime() {
    return Set.copyOf(Resources.text(OpSupport.class, "runtime-ops.txt").lines().toList());
  }

  /** Who runs an operation. */
  public enum Where {
    /** The runtime. */
    RUNTIME,
    /** The script {@code hubbeam-ops.js}. */
    SCRIPT,
    /** Nobody. */
    NONE
  }

  /**
   * Whether an operation runs.
   *
   * @param reason why the runtime does not run it; empty where it does
   */
  public record Support(Where where, String reason) {}

  /**
   * Nodes of a graph that are alike.
   *
   * @param function the function of the library that has them; empty for the graph itself
   */
  public record Finding(String operation, int count, String function, Support support) {

    /** {@code StringLower (2 in while_body)}. */
    String told() {
      return operation
          + " ("
          + count
          + (function.isEmpty() ? "" : " in " + function)
          + (support.reason().isEmpty() ? "" : ": " + support.reason())
          + ")";
    }
  }

  /** Whether a node runs; attributes that it leaves out have their defaults. */
  public static Support of(NodeDef node) {
    String op =
        node.getOp().equals("_FusedDepthwiseConv2dNative")
            ? GraphJson.FUSED_DEPTHWISE
            : node.getOp();
    boolean brought = OpsScript.operations().contains(op);
    if (brought && !(RUNTIME.contains(op) && runsItself(node))) {
      String lacking = ScriptGaps.reason(node);
      return new Support(lacking.isEmpty() ? Where.SCRIPT : Where.NONE, lacking);
    }
    if (!RUNTIME.contains(op)) {
      return new Support(Where.NONE, "");
    }
    String reason = RuntimeGaps.reason(node);
    return new Support(reason.isEmpty() ? Where.RUNTIME : Where.NONE, reason);
  }

  /** Whether the runtime does without the script what the script does better in other cases. */
  private static boolean runsItself(NodeDef node) {
    if (node.getOp().startsWith("TensorList")) {
      return !node.containsAttr(ListItems.COPIED);
    }
    if (NUMBERS_ONLY.contains(node.getOp())) {
      return type(node) != DataType.DT_STRING;
    }
    return switch (node.getOp()) {
      case "StaticRegexReplace" -> !node.containsAttr(RegexTranslation.JS);
      case "StringToHashBucketFast" ->
          node.getAttrOrThrow("num_buckets").getI() <= Integer.MAX_VALUE;
      case "Div" -> DType.of(type(node)).isFloating();
      default -> false;
    };
  }

  private static DataType type(NodeDef node) {
    String name = node.containsAttr("Tparams") ? "Tparams" : "T";
    return node.getAttrOrDefault(name, AttrValue.getDefaultInstance()).getType();
  }

  /** All operations of a graph and of the functions of its library, those that do not run first. */
  public static List<Finding> check(GraphDef graph) {
    Map<Finding, Integer> counts = new LinkedHashMap<>();
    graph.getNodeList().forEach(n -> count(n, "", counts));
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      String name = function.getSignature().getName();
      function.getNodeDefList().forEach(n -> count(n, name, counts));
    }
    return counts.entrySet().stream()
        .map(
            e ->
                new Finding(
                    e.getKey().operation(),
                    e.getValue(),
                    e.getKey().function(),
                    e.getKey().support()))
        .sorted(Comparator.comparing((Finding f) -> f.support().where()).reversed())
        .toList();
  }

  private static void count(NodeDef node, String function, Map<Finding, Integer> counts) {
    counts.merge(new Finding(node.getOp(), 0, function, of(node)), 1, Integer::sum);
  }

  /**
   * Refuses what does not run.
   *
   * @throws ConversionException naming each operation with how often it occurs and where
   */
  static void require(List<Finding> findings) {
    List<String> missing =
        findings.stream()
            .filter(f -> f.support().where() == Where.NONE)
            .map(Finding::told)
            .toList();
    if (!missing.isEmpty()) {
      throw new ConversionException(
          "TensorFlow.js does not run these operations: " + String.join(", ", missing));
    }
  }
}
