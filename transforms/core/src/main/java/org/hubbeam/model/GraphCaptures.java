// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;

/**
 * The variables, tables and assets of a module that is one graph, as resources of their own, with
 * the content that they have once the module is loaded.
 */
final class GraphCaptures {

  static final GraphCaptures NONE = new GraphCaptures(null);

  private final @Nullable ModuleDefinition definition;
  private final Map<String, NodeDef> nodes = new LinkedHashMap<>();
  private final List<ModuleGraph.Variable> variables = new ArrayList<>();

  GraphCaptures(@Nullable ModuleDefinition definition) {
    this.definition = definition;
  }

  /** Adds what stands for a node of the module, and gives its name. */
  String add(GraphNodes graph, NodeDef node) {
    if (definition == null) {
      throw new IllegalStateException();
    }
    String name = ObjectNodes.SCOPE + "captured_" + nodes.size();
    String file = definition.assetFile(node.getName());
    nodes.put(name, node);
    if (file != null) {
      return graph.constant(name, Protos.scalar(definition.files().asset(file).toString()));
    }
    if (SignatureGraph.isVariable(node)) {
      DType dtype = DType.of(node.getAttrOrThrow("dtype").getType());
      var shape = Structure.shape(node.getAttrOrThrow("shape").getShape());
      variables.add(
          new ModuleGraph.Variable(
              node.getName(),
              name,
              dtype,
              shape,
              definition.isTrained(node.getName())
                  ? ModuleWriter.Learning.TRAINABLE
                  : ModuleWriter.Learning.FIXED));
      return graph.variable(name, dtype.proto(), shape);
    }
    return graph.node(
        name,
        "HashTableV2",
        List.of(),
        Map.of(
            "key_dtype", node.getAttrOrThrow("key_dtype"),
            "value_dtype", node.getAttrOrThrow("value_dtype"),
            "shared_name", Protos.attr(name),
            "use_node_name_sharing", AttrValue.newBuilder().setB(true).build()));
  }

  List<ModuleGraph.Variable> variables() {
    return variables;
  }

  /** Fills variables and tables with what the loaded module has in its own. */
  void restore(ModuleSession session, SessionProgram program) {
    if (definition == null) {
      return;
    }
    for (ModuleGraph.Variable variable : variables) {
      session.assign(variable.node(), (Array.Dense) program.variable(variable.path()));
    }
    nodes.forEach(
        (name, node) -> {
          if (SignatureGraph.isTable(node)) {
            session.fill(name, node, ((GraphProgram) program).table(node));
          }
        });
  }
}
