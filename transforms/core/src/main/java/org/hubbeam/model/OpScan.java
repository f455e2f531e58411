// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * The ops of a module, with those that this runtime lacks and those that touch more than tensors.
 * The whole graph and function library are looked through, whether a signature reaches them or not.
 *
 * <p>Ops that save and restore checkpoints stand in every module, for its own variables; they
 * offend only where a function that users call reaches them. A table or data set that is filled
 * from one of the module's assets is no offence, from another file it is.
 */
record OpScan(SortedSet<String> ops, SortedSet<String> missing, SortedSet<String> unsafe) {

  private static final Logger LOG = LoggerFactory.getLogger(OpScan.class);

  private static final Set<String> UNSAFE =
      Set.of(
          // files
          "ReadFile",
          "WriteFile",
          "MatchingFiles",
          "ImmutableConst",
          "LoadAndRemapMatrix",
          "GenerateVocabRemapping",
          "FixedLengthRecordDataset",
          "FixedLengthRecordDatasetV2",
          "CSVDataset",
          "CSVDatasetV2",
          "ExperimentalCSVDataset",
          "LMDBDataset",
          "ExperimentalLMDBDataset",
          "SqlDataset",
          "ExperimentalSqlDataset",
          "MatchingFilesDataset",
          "ExperimentalMatchingFilesDataset",
          "SaveDataset",
          "SaveDatasetV2",
          "LoadDataset",
          "SnapshotDataset",
          "SnapshotDatasetV2",
          "SnapshotDatasetReader",
          "SnapshotNestedDatasetReader",
          "SnapshotChunkDataset",
          "DistributedSave",
          "WholeFileReader",
          "WholeFileReaderV2",
          "TextLineReader",
          "TextLineReaderV2",
          "TFRecordReader",
          "TFRecordReaderV2",
          "FixedLengthRecordReader",
          "FixedLengthRecordReaderV2",
          "LMDBReader",
          "FileSystemSetConfiguration",
          "CreateSummaryFileWriter",
          "CreateSummaryDbWriter",
          "DebugIdentity",
          "DebugIdentityV2",
          "DebugIdentityV3",
          "DebugNanCount",
          "DebugNumericSummary",
          "DebugNumericSummaryV2",
          // network and other processes
          "BigQueryReader",
          "Rpc",
          "TryRpc",
          "RpcCall",
          "RpcClient",
          "RpcServer",
          "RpcServerRegister",
          "RpcServerStart",
          "DataServiceDataset",
          "DataServiceDatasetV2",
          "DataServiceDatasetV3",
          "DataServiceDatasetV4",
          "RegisterDataset",
          "RegisterDatasetV2",
          "RemoteCall",
          "RemoteFusedGraphExecute",
          "KafkaDataset",
          "GcsConfigureCredentials",
          "GcsConfigureBlockCache",
          // Python
          "PyFunc",
          "PyFuncStateless",
          "EagerPyFunc");

  private static final Set<String> CHECKPOINT =
      Set.of(
          "Save",
          "SaveV2",
          "SaveSlices",
          "Restore",
          "RestoreSlice",
          "RestoreV2",
          "MergeV2Checkpoints");

  /** Ops that read a file, and which of their inputs names it. */
  private static final Map<String, Integer> FILE_INPUT =
      Map.of(
          "InitializeTableFromTextFile", 1,
          "InitializeTableFromTextFileV2", 1,
          "TextLineDataset", 0,
          "TFRecordDataset", 0,
          "TFRecordDatasetV2", 0);

  static OpScan scan(ModuleDefinition definition) {
    MetaGraphDef metaGraph = definition.metaGraph();
    Map<String, FunctionDef> functions = definition.functions();
    Set<String> used = new LinkedHashSet<>();
    Set<String> unsafe = new LinkedHashSet<>();
    AssetPaths paths = new AssetPaths(definition);
    for (NodeDef node : metaGraph.getGraphDef().getNodeList()) {
      used.add(node.getOp());
      check(node, paths::inGraph, unsafe);
    }
    Set<String> called = reached(definition);
    for (FunctionDef function : functions.values()) {
      for (NodeDef node : function.getNodeDefList()) {
        used.add(node.getOp());
        check(node, input -> paths.inFunction(function, input), unsafe);
        if (CHECKPOINT.contains(node.getOp())
            && called.contains(function.getSignature().getName())) {
          unsafe.add(node.getOp());
        }
      }
    }
    used.removeAll(functions.keySet());
    Set<String> missing = new LinkedHashSet<>(used);
    missing.removeAll(OpDefs.registered().names());
    return new OpScan(new TreeSet<>(used), new TreeSet<>(missing), new TreeSet<>(unsafe));
  }

  /**
   * Sees to it that a module can run here, and that it is trusted with what it has.
   *
   * @throws ModuleException naming all operations that are missing, or not trusted
   */
  void admit(Path folder, ModuleOptions.Trust trust) {
    if (!missing.isEmpty()) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "the module in "
              + folder
              + " needs ops that this TensorFlow lacks: "
              + String.join(", ", missing)
              + "; give the library that has them with --opLibraries=FILE"
              + " (for texts often the .so files of the tensorflow-text package of the same"
              + " TensorFlow version)");
    }
    Set<String> offending = new TreeSet<>(unsafe);
    offending.removeAll(trust.allowOps());
    if (offending.isEmpty()) {
      return;
    }
    String ops = String.join(",", offending);
    if (trust.origin() == ModuleOptions.Origin.LOCAL) {
      LOG.warn("The module in {} touches files, network or processes: {}", folder, ops);
      return;
    }
    throw new ModuleException(
        ModuleException.Kind.UNSAFE,
        "the module in "
            + folder
            + " touches files, network, processes or Python: "
            + ops
            + "; if you trust it, allow this with --allowOps="
            + ops);
  }

  private static void check(NodeDef node, Predicate<String> isAsset, Set<String> unsafe) {
    String op = node.getOp();
    if (UNSAFE.contains(op)) {
      unsafe.add(op);
    } else if (op.equals("PrintV2") && text(node, "output_stream").startsWith("file://")) {
      unsafe.add(op);
    } else if ((op.equals("DecodeProtoV2") || op.equals("EncodeProto"))
        && !isInline(text(node, "descriptor_source"))) {
      unsafe.add(op);
    } else if (FILE_INPUT.containsKey(op) && !isAsset.test(node.getInput(FILE_INPUT.get(op)))) {
      unsafe.add(op);
    }
  }

  /** Whether the messages are described in the graph or the program, and not in a file. */
  private static boolean isInline(String descriptors) {
    return descriptors.isEmpty()
        || descriptors.equals("local://")
        || descriptors.startsWith("bytes://");
  }

  private static String text(NodeDef node, String attribute) {
    return node.getAttrOrDefault(attribute, AttrValue.getDefaultInstance()).getS().toStringUtf8();
  }

  /** The functions that a call of a signature or a member can reach. */
  private static Set<String> reached(ModuleDefinition definition) {
    ObjectGraph objects = definition.objects();
    List<String> called = new ArrayList<>();
    definition.members().forEach(m -> m.traces().forEach(t -> called.add(t.name())));
    for (int id = 0; id < objects.size(); id++) {
      for (String hook : List.of("_create_resource", "_initialize")) {
        objects.child(id, hook).ifPresent(f -> called.addAll(objects.graphs(f)));
      }
    }
    return FunctionCalls.reached(called, definition.functions());
  }
}
