// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaverDef;
import org.tensorflow.proto.TensorInfo;
import org.tensorflow.proto.VariableDef;

/**
 * Tells the ops of a module's own saver from others that save and restore: they are run by nothing
 * but the restoring of the module's variables, which gives them the name of the module's own
 * checkpoint. Those that save are never run.
 */
final class CheckpointNodes {

  private static final Set<String> RESTORES = Set.of("Restore", "RestoreSlice", "RestoreV2");

  /** What the names of the loader's own nodes begin with. */
  private static final String OWN = "hubbeam/";

  private final ModuleDefinition definition;
  private final ScanScope graph;
  private final ExactFlow flow;
  private final Set<String> run = new HashSet<>();
  private final Set<String> restoring = new HashSet<>();
  private final Set<String> runFunctions;
  private final Set<String> restoringFunctions;

  /**
   * Makes it ready.
   *
   * @param scopes the graph, then all functions
   */
  CheckpointNodes(ModuleDefinition definition, List<ScanScope> scopes, FunctionReach reach) {
    this.definition = definition;
    this.graph = scopes.get(0);
    String named = definition.metaGraph().getSaverDef().getFilenameTensorName();
    String prefix = named.contains(":") ? named : named + ":0";
    this.flow =
        new ExactFlow(
            definition, scopes, reach, new ExactFlow.Wanted(prefix::equals, object -> false));
    if (definition.callsObjects()) {
      runFunctions = reach.from(definition.objects().called());
      restoringFunctions = Set.of();
      return;
    }
    Map<String, List<NodeDef>> nodes = new HashMap<>();
    graph.nodes().forEach(n -> nodes.computeIfAbsent(n.getName(), k -> new ArrayList<>()).add(n));
    runFunctions = reach.from(behind(runByTheLoader(definition.metaGraph()), nodes, run));
    SaverDef saver = definition.metaGraph().getSaverDef();
    restoringFunctions = reach.from(behind(List.of(saver.getRestoreOpName()), nodes, restoring));
  }

  /** Whether a node that saves or restores belongs to the saver. */
  boolean isOfSaver(ScanScope scope, NodeDef node) {
    boolean isRun;
    boolean isRestoring;
    if (scope.function() != null) {
      String function = scope.function().getSignature().getName();
      isRun = runFunctions.contains(function);
      isRestoring = restoringFunctions.contains(function);
    } else {
      isRun = run.contains(node.getName());
      isRestoring = restoring.contains(node.getName());
    }
    return !isRun && (!isRestoring || readsOwn(scope, node));
  }

  private boolean readsOwn(ScanScope scope, NodeDef node) {
    return RESTORES.contains(node.getOp())
        && node.getInputCount() > 0
        && flow.isWanted(scope, node.getInput(0));
  }

  /** The nodes that the loader runs, but for restoring, and those that a user can. */
  private List<String> runByTheLoader(MetaGraphDef metaGraph) {
    List<String> tensors = new ArrayList<>();
    metaGraph
        .getSignatureDefMap()
        .values()
        .forEach(
            s -> {
              s.getInputsMap().values().forEach(t -> addTensors(t, tensors));
              s.getOutputsMap().values().forEach(t -> addTensors(t, tensors));
            });
    for (String collection : GraphProgram.INITIALISERS) {
      tensors.addAll(
          metaGraph
              .getCollectionDefOrDefault(collection, CollectionDef.getDefaultInstance())
              .getNodeList()
              .getValueList());
    }
    for (VariableDef variable : VariableRestore.collected(metaGraph)) {
      tensors.add(variable.getVariableName());
    }
    tensors.addAll(definition.graphVariables().keySet());
    tensors.addAll(definition.assets().keySet());
    graph.nodes().stream()
        .filter(n -> SignatureGraph.isTable(n) || n.getName().startsWith(OWN))
        .forEach(n -> tensors.add(n.getName()));
    return tensors;
  }

  private static void addTensors(TensorInfo info, List<String> tensors) {
    tensors.add(info.getName());
    tensors.add(info.getCooSparse().getIndicesTensorName());
    tensors.add(info.getCooSparse().getValuesTensorName());
    tensors.add(info.getCooSparse().getDenseShapeTensorName());
    info.getCompositeTensor().getComponentsList().forEach(c -> tensors.add(c.getName()));
  }

  /** Collects what is run to have tensors; gives the names that this may call functions by. */
  private static Set<String> behind(
      Collection<String> tensors, Map<String, List<NodeDef>> nodes, Set<String> behind) {
    Set<String> called = new LinkedHashSet<>();
    Deque<String> open = new ArrayDeque<>(tensors);
    while (!open.isEmpty()) {
      String name = node(open.remove());
      if (behind.add(name)) {
        for (NodeDef node : nodes.getOrDefault(name, List.of())) {
          called.addAll(FunctionCalls.names(node));
          open.addAll(node.getInputList());
        }
      }
    }
    return called;
  }

  private static String node(String tensor) {
    return DataFlow.producer(tensor.startsWith("^") ? tensor.substring(1) : tensor);
  }
}
