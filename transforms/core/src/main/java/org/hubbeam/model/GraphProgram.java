// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.VariableDef;

/** A module whose functions are parts of one graph: the TF1 formats. */
final class GraphProgram extends SessionProgram {

  static final List<String> INITIALISERS =
      List.of("saved_model_main_op", "legacy_init_op", "table_initializer");

  GraphProgram(ModuleDefinition definition, ConfigProto config, TimeLimits limits) {
    super(definition, config, limits);
    try {
      session.extend(withAssets(DevicePins.removed(definition.metaGraph().getGraphDef())));
      restore();
      initialise();
      session.loaded();
    } catch (RuntimeException e) {
      session.close();
      throw e;
    }
  }

  /** The graph with its constants for assets saying where these are now. */
  private GraphDef withAssets(GraphDef graph) {
    Map<String, String> assets = new HashMap<>();
    definition
        .assets()
        .forEach((t, file) -> assets.put(NativeSession.TensorName.parse(t).node(), file));
    GraphDef.Builder moved = graph.toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      String name = graph.getNode(i).getName();
      if (assets.containsKey(name) && graph.getNode(i).getOp().equals("Const")) {
        String path = definition.files().asset(assets.get(name)).toString();
        moved.getNodeBuilder(i).putAttr("value", Protos.attr(Protos.scalar(path)));
      }
    }
    return moved.build();
  }

  private void restore() {
    SaverDef saver = definition.metaGraph().getSaverDef();
    List<VariableDef> variables = VariableRestore.collected(definition.metaGraph());
    boolean saved = !saver.getRestoreOpName().isEmpty();
    if (!definition.files().hasVariables() || !saved && variables.isEmpty()) {
      return;
    }
    String prefix = definition.files().variables().toString();
    try {
      if (saved) {
        session
            .call(
                List.of(saver.getFilenameTensorName()),
                List.of(),
                List.of(saver.getRestoreOpName()))
            .run(List.of(Array.Dense.scalar(Values.of(prefix))));
      } else {
        VariableRestore restore = VariableRestore.of(prefix, variables, definition::node);
        session.extend(restore.graph());
        session.call(List.of(), List.of(), restore.targets()).run(List.of());
      }
    } catch (ModuleException e) {
      throw definition.files().unreadableVariables(e);
    }
  }

  private void initialise() {
    List<String> feeds = new ArrayList<>();
    List<Array.Dense> paths = new ArrayList<>();
    definition
        .assets()
        .forEach(
            (tensor, file) -> {
              String node = NativeSession.TensorName.parse(tensor).node();
              if (session.has(node) && !definition.node(node).getOp().equals("Const")) {
                feeds.add(tensor);
                paths.add(Array.Dense.scalar(Values.of(definition.files().asset(file).toString())));
              }
            });
    List<String> targets = initialisers(definition.metaGraph());
    if (!targets.isEmpty()) {
      session.call(feeds, List.of(), targets).run(paths);
    }
  }

  /** The nodes that are run once, when all variables are restored. */
  static List<String> initialisers(MetaGraphDef metaGraph) {
    SignatureDef signature = metaGraph.getSignatureDefMap().get("__saved_model_init_op");
    if (signature != null && signature.getOutputsCount() > 0) {
      return signature.getOutputsMap().values().stream()
          .map(o -> NativeSession.TensorName.parse(o.getName()).node())
          .toList();
    }
    for (String collection : INITIALISERS) {
      CollectionDef ops = metaGraph.getCollectionDefMap().get(collection);
      if (ops != null && ops.getNodeList().getValueCount() > 0) {
        return ops.getNodeList().getValueList().stream().distinct().toList();
      }
    }
    return List.of();
  }

  @Override
  public ProgramCall call(Member member, Trace trace, List<Integer> outputs) {
    Map<String, List<String>> inputs = member.tensors().inputs();
    List<String> feeds = new ArrayList<>();
    trace.inputs().forEach(i -> feeds.addAll(inputs.get(i.path())));
    List<String> fetches = new ArrayList<>();
    for (int output : outputs) {
      fetches.addAll(
          Objects.requireNonNull(
              member.tensors().outputs().get(trace.outputs().get(output).path())));
    }
    return session.call(feeds, fetches, List.of());
  }

  @Override
  public Array variable(String path) {
    NodeDef node = definition.graphVariables().get(path);
    if (node == null) {
      throw new ModuleException(
          ModuleException.Kind.MISUSED,
          "there is no variable '" + path + "'; there are " + definition.graphVariables().keySet());
    }
    return node.getOp().equals("VarHandleOp")
        ? read("hubbeam/read/" + path, path, node.getAttrOrThrow("dtype").getType())
        : fetched(path + ":0");
  }

  /** What is in a table: its keys and, for each, its value. */
  List<Array.Dense> table(NodeDef node) {
    GraphNodes nodes = new GraphNodes();
    String export =
        nodes.node(
            "hubbeam/export/" + node.getName(),
            node.getOp().endsWith("V2") ? "LookupTableExportV2" : "LookupTableExport",
            List.of(node.getName()),
            Map.of(
                "Tkeys", node.getAttrOrThrow("key_dtype"),
                "Tvalues", node.getAttrOrThrow("value_dtype")));
    session.extend(nodes.graph().build());
    return session.call(List.of(), List.of(export + ":0", export + ":1"), List.of()).run(List.of());
  }
}
