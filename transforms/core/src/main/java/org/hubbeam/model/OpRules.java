// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * The rules for the operations that do harm with some arguments and not with others ({@link
 * OpClass#CONDITIONAL} and {@link OpClass#CHECKPOINT}). A rule says what a node does that is not
 * let in, as a verb and its object, to follow "which".
 */
final class OpRules {

  /** One rule; empty for what is let in. */
  private interface Rule {
    Optional<String> harm(ScanScope scope, NodeDef node);
  }

  private static final byte[] CUSTOM_CALL = "custom_call".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] BYTECODE = {'M', 'L', (byte) 0xef, 'R'};

  private final Map<String, Rule> rules = new HashMap<>();

  OpRules(AssetPaths paths, CheckpointNodes checkpoints) {
    this(paths::isPath, checkpoints::isOfSaver);
  }

  /** The rules for a graph without assets or a checkpoint. */
  static OpRules withoutFiles() {
    return new OpRules((scope, input) -> false, (scope, node) -> false);
  }

  private OpRules(BiPredicate<ScanScope, String> assets, BiPredicate<ScanScope, NodeDef> ofSaver) {
    for (String op : List.of("TextLineDataset", "TFRecordDataset", "TFRecordDatasetV2")) {
      rules.put(
          op,
          (scope, node) ->
              reads(assets, scope, node, 0).or(() -> DatasetSizes.ofBuffer(scope, node)));
    }
    for (String op : List.of("InitializeTableFromTextFile", "InitializeTableFromTextFileV2")) {
      rules.put(op, (scope, node) -> reads(assets, scope, node, 1));
    }
    for (String op : List.of("Restore", "RestoreSlice", "RestoreV2")) {
      rules.put(
          op,
          (s, n) ->
              restoresObjects(n)
                  ? Optional.of("makes objects out of bytes")
                  : unless(ofSaver.test(s, n), "reads files of its choice"));
    }
    for (String op : List.of("MergeV2Checkpoints", "Save", "SaveSlices", "SaveV2")) {
      rules.put(op, (s, n) -> unless(ofSaver.test(s, n), "writes files"));
    }
    rules.put(
        "FixedUnigramCandidateSampler",
        (s, n) -> unless(text(n, "vocab_file").isEmpty(), "reads a file of its choice"));
    for (String op : List.of("DecodeProtoV2", "EncodeProto")) {
      rules.put(
          op,
          (s, n) ->
              Printing.arePlain(NodeAttributes.of(n, "descriptor_source").getS())
                  ? unless(
                      isInline(text(n, "descriptor_source")), "reads a description from a file")
                  : Optional.of("prints names as they are to the terminal"));
    }
    Map.of(
            "DeserializeManySparse",
            "dtype",
            "DeserializeSparse",
            "dtype",
            "ParseTensor",
            "out_type")
        .forEach(
            (op, type) ->
                rules.put(
                    op, (s, n) -> unless(isPlain(type(n, type)), "makes objects out of bytes")));
    for (String op : List.of("InplaceAdd", "InplaceSub", "InplaceUpdate")) {
      rules.put(
          op,
          (s, n) ->
              unless(
                  type(n, "T") != DataType.DT_STRING && type(n, "T") != DataType.DT_INVALID,
                  "changes texts that others use, such as paths of assets"));
    }
    rules.put("Print", (s, n) -> Printing.ofPrint(n));
    rules.put("PrintV2", Printing::ofPrintV2);
    for (String op :
        List.of("RegexFullMatch", "RegexReplace", "StaticRegexFullMatch", "StaticRegexReplace")) {
      rules.put(op, Printing::ofPatterns);
    }
    DatasetSizes.OPS.forEach(op -> rules.put(op, DatasetSizes::harm));
    rules.put("XlaCallModule", (s, n) -> calls(n));
  }

  /** The operations that there is a rule for. */
  Set<String> ops() {
    return new HashSet<>(rules.keySet());
  }

  /** What a node does that is not let in; empty if it is let in. */
  Optional<String> harm(ScanScope scope, NodeDef node) {
    OpClass in = OpTable.get().classOf(node.getOp());
    Rule rule = rules.get(node.getOp());
    if (rule != null && (in == OpClass.CONDITIONAL || in == OpClass.CHECKPOINT)) {
      return rule.harm(scope, node);
    }
    return unless(in != null && in.letIn(), OpTable.get().says(node.getOp()));
  }

  private static Optional<String> unless(boolean letIn, String harm) {
    return letIn ? Optional.empty() : Optional.of(harm);
  }

  private static Optional<String> reads(
      BiPredicate<ScanScope, String> assets, ScanScope scope, NodeDef node, int place) {
    boolean own = node.getInputCount() > place && assets.test(scope, node.getInput(place));
    return unless(own, "reads a file that is no asset of the module");
  }

  /** Whether the messages are described in the graph or the program, and not in a file. */
  private static boolean isInline(String descriptors) {
    return descriptors.isEmpty()
        || descriptors.equals("local://")
        || descriptors.startsWith("bytes://");
  }

  /**
   * A program for XLA is let in where it is in MLIR's bytecode, in which names of operations stand
   * as they are, and has none that calls what it is not made of.
   */
  private static Optional<String> calls(NodeDef node) {
    ByteString module = NodeAttributes.of(node, "module").getS();
    boolean listed =
        NodeAttributes.of(node, "disabled_checks").getList().getSCount() > 0
            || NodeAttributes.of(node, "function_list").getList().getFuncCount() > 0;
    boolean readable = module.startsWith(ByteString.copyFrom(BYTECODE));
    return unless(
        !listed && readable && !contains(module.toByteArray(), CUSTOM_CALL),
        "runs machine code that is not in the graph");
  }

  private static boolean contains(byte[] bytes, byte[] part) {
    for (int i = 0; i + part.length <= bytes.length; i++) {
      int same = 0;
      while (same < part.length && bytes[i + same] == part[same]) {
        same++;
      }
      if (same == part.length) {
        return true;
      }
    }
    return false;
  }

  private static boolean restoresObjects(NodeDef node) {
    return Stream.concat(
            NodeAttributes.of(node, "dtypes").getList().getTypeList().stream(),
            Stream.of(type(node, "dt")))
        .anyMatch(NodeAttributes::isObject);
  }

  private static boolean isPlain(DataType type) {
    return !NodeAttributes.isObject(type)
        && type != DataType.DT_INVALID
        && type != DataType.UNRECOGNIZED;
  }

  private static DataType type(NodeDef node, String attribute) {
    return NodeAttributes.of(node, attribute).getType();
  }

  private static String text(NodeDef node, String attribute) {
    return NodeAttributes.of(node, attribute).getS().toStringUtf8();
  }
}
