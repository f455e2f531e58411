// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.model.Protos;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/** The runtime gives a vector for all keys that are looked up; this gives it their shape. */
final class TableLookups {

  private static final Set<String> FIND = Set.of("LookupTableFind", "LookupTableFindV2");

  private TableLookups() {}

  static FrozenGraph of(FrozenGraph graph) {
    FrozenGraph mapped = graph.mapBodies(TableLookups::of);
    GraphEditor editor = new GraphEditor(mapped.graph());
    Map<String, Shape> keys = KnownShapes.ofInputs(mapped.graph(), FIND, 1);
    boolean changed = false;
    for (NodeDef node : List.copyOf(editor.nodes())) {
      Shape shape = keys.get(node.getName());
      if (FIND.contains(node.getOp()) && (shape == null || shape.numDimensions() != 1)) {
        AttrValue type = node.getAttrOrThrow("Tout");
        String found = node.getName() + "/found";
        editor.put(node.toBuilder().setName(found).build());
        String dims =
            editor.add(
                node.getName() + "/shape",
                "Shape",
                List.of(node.getInput(1)),
                Map.of(
                    "T", node.getAttrOrThrow("Tin"),
                    "out_type", Protos.attr(DataType.DT_INT32)));
        editor.put(
            NodeDef.newBuilder()
                .setName(node.getName())
                .setOp("Reshape")
                .addInput(found)
                .addInput(dims)
                .putAttr("T", type)
                .putAttr("Tshape", Protos.attr(DataType.DT_INT32))
                .build());
        changed = true;
      }
    }
    return changed ? mapped.with(editor.graph()) : mapped;
  }
}
