// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.TensorInfo;

/**
 * Tells file names that can only be paths of the module's own assets from all others: constants
 * that the loader puts these paths into, and nothing else.
 */
final class AssetPaths {

  private final ModuleDefinition definition;
  private final ScanScope graph;
  private final Map<String, String> assets;
  private final ExactFlow flow;
  private final Set<String> fed = new HashSet<>();
  private final Set<String> twice = new HashSet<>();

  /**
   * Makes it ready.
   *
   * @param scopes the graph, then all functions
   */
  AssetPaths(ModuleDefinition definition, List<ScanScope> scopes, FunctionReach reach) {
    this.definition = definition;
    this.graph = scopes.get(0);
    this.assets = definition.assets();
    this.flow =
        new ExactFlow(
            definition, scopes, reach, new ExactFlow.Wanted(this::isAsset, this::isAsset));
    definition
        .metaGraph()
        .getSignatureDefMap()
        .values()
        .forEach(s -> s.getInputsMap().values().forEach(this::addFed));
    Set<String> once = new HashSet<>();
    assets.keySet().stream().map(DataFlow::producer).filter(n -> !once.add(n)).forEach(twice::add);
    fed.add(DataFlow.producer(definition.metaGraph().getSaverDef().getFilenameTensorName()));
  }

  private void addFed(TensorInfo input) {
    fed.add(DataFlow.producer(input.getName()));
    fed.add(DataFlow.producer(input.getCooSparse().getIndicesTensorName()));
    fed.add(DataFlow.producer(input.getCooSparse().getValuesTensorName()));
    fed.add(DataFlow.producer(input.getCooSparse().getDenseShapeTensorName()));
    input
        .getCompositeTensor()
        .getComponentsList()
        .forEach(c -> fed.add(DataFlow.producer(c.getName())));
  }

  /** Whether an input of a node is the path of an asset in every call. */
  boolean isPath(ScanScope scope, String input) {
    return flow.isWanted(scope, input);
  }

  private boolean isAsset(String tensor) {
    String node = DataFlow.producer(tensor);
    String file = assets.get(tensor);
    NodeDef constant = graph.unique().get(node);
    return file != null
        && tensor.equals(node + ":0")
        && !twice.contains(node)
        && !fed.contains(node)
        && constant != null
        && isText(constant)
        && definition.files().hasInside(file);
  }

  private static boolean isText(NodeDef node) {
    return node.getOp().equals("Const")
        && node.containsAttr("dtype")
        && node.getAttrOrThrow("dtype").getType() == DataType.DT_STRING;
  }

  private boolean isAsset(int id) {
    if (id < 0 || id >= definition.objects().size()) {
      return false;
    }
    SavedObject object = definition.objects().node(id);
    int index = object.getAsset().getAssetFileDefIndex();
    return object.hasAsset()
        && index >= 0
        && index < definition.metaGraph().getAssetFileDefCount()
        && definition
            .files()
            .hasInside(definition.metaGraph().getAssetFileDef(index).getFilename());
  }
}
