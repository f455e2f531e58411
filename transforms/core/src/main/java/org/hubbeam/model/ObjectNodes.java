// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;

/**
 * The nodes that stand for the objects of a TF2 module: one for each variable, table, constant and
 * asset.
 */
final class ObjectNodes {

  static final String SCOPE = "hubbeam/";

  private final ModuleDefinition definition;
  private final ObjectGraph objects;
  private final GraphDef graph;
  private final Map<Integer, String> tensors = new HashMap<>();

  ObjectNodes(ModuleDefinition definition) {
    this.definition = definition;
    this.objects = definition.objects();
    MetaGraphDef metaGraph = definition.metaGraph();
    GraphNodes nodes = new GraphNodes();
    nodes
        .graph()
        .setVersions(metaGraph.getGraphDef().getVersions())
        .setLibrary(DevicePins.removed(metaGraph.getGraphDef().getLibrary()));
    for (int id = 0; id < objects.size(); id++) {
      addLeaf(id, nodes);
    }
    for (int id = 0; id < objects.size(); id++) {
      if (objects.node(id).hasResource() && objects.child(id, "_create_resource").isPresent()) {
        addResource(id, nodes);
      }
    }
    graph = nodes.graph().build();
  }

  /** The nodes, and the module's functions. */
  GraphDef graph() {
    return graph;
  }

  /** The tensor that stands for an object. */
  String tensor(int id) {
    String tensor = tensors.get(id);
    if (tensor == null) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE,
          "a function captures an object of the kind "
              + objects.node(id).getKindCase()
              + ", which is not supported");
    }
    return tensor;
  }

  /** The tensors that a function captures. */
  List<String> captures(String function) {
    return objects.concrete(function).getBoundInputsList().stream().map(this::tensor).toList();
  }

  private void addLeaf(int id, GraphNodes nodes) {
    SavedObject object = objects.node(id);
    String name = SCOPE + object.getKindCase().name().toLowerCase(Locale.ROOT) + "_" + id;
    switch (object.getKindCase()) {
      case VARIABLE ->
          nodes.variable(
              name,
              object.getVariable().getDtype(),
              Structure.shape(object.getVariable().getShape()));
      case CONSTANT ->
          nodes.add(
              definition.node(object.getConstant().getOperation()).toBuilder()
                  .setName(name)
                  .clearDevice()
                  .build());
      case ASSET -> {
        int index = object.getAsset().getAssetFileDefIndex();
        String file = definition.metaGraph().getAssetFileDef(index).getFilename();
        nodes.constant(name, Protos.scalar(definition.files().asset(file).toString()));
      }
      default -> {
        return;
      }
    }
    tensors.put(id, name + ":0");
  }

  private void addResource(int id, GraphNodes nodes) {
    String creator = objects.graphs(objects.child(id, "_create_resource").orElseThrow()).get(0);
    String scope = SCOPE + "resource_" + id + "/";
    tensors.put(
        id, CreatorNodes.add(nodes, scope, definition.function(creator), captures(creator)));
  }
}
