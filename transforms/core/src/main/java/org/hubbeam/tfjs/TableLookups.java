// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.model.Protos;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;

/**
 * Lets tables be asked for keys of any shape. The runtime answers with a vector, whatever shape the
 * keys have, and fails where there are no keys; so it is asked for the keys in a row with one more
 * behind them, whose answer is left out.
 */
final class TableLookups {

  private static final Set<String> FIND = Set.of("LookupTableFind", "LookupTableFindV2");
  private static final AttrValue INT32 = Protos.attr(DataType.DT_INT32);

  private TableLookups() {}

  static FrozenGraph of(FrozenGraph graph) {
    FrozenGraph mapped = graph.mapBodies(TableLookups::of);
    GraphEditor editor = new GraphEditor(mapped.graph());
    Map<String, Shape> shapes = KnownShapes.ofInputs(mapped.graph(), FIND, 1);
    boolean changed = false;
    for (NodeDef node : List.copyOf(editor.nodes())) {
      if (FIND.contains(node.getOp())) {
        Shape keys = shapes.getOrDefault(node.getName(), Shape.unknown());
        if (keys.numDimensions() != 1 || keys.get(0) < 1) {
          replace(node, keys.numDimensions() == 1, editor);
          changed = true;
        }
      }
    }
    return changed ? mapped.with(editor.graph()) : mapped;
  }

  private static void replace(NodeDef lookup, boolean vector, GraphEditor graph) {
    String name = lookup.getName();
    DataType keyType = lookup.getAttrOrThrow("Tin").getType();
    AttrValue valueType = lookup.getAttrOrThrow("Tout");
    String asked = lookup.getInput(1);
    String keys =
        vector
            ? asked
            : graph.add(
                name + "/keys",
                "Reshape",
                List.of(asked, graph.vector(name + "/row", -1)),
                Map.of("T", Protos.attr(keyType), "Tshape", INT32));
    String longer =
        graph.add(
            name + "/more",
            "ConcatV2",
            List.of(keys, more(name, keyType, graph), graph.scalar(name + "/axis", 0)),
            Map.of("N", Protos.attr(2), "T", Protos.attr(keyType), "Tidx", INT32));
    String found =
        graph.add(
            name + "/found",
            lookup.getOp(),
            List.of(lookup.getInput(0), longer, lookup.getInput(2)),
            lookup.getAttrMap());
    NodeDef.Builder cut =
        NodeDef.newBuilder()
            .setName(vector ? name : name + "/cut")
            .setOp("Slice")
            .addInput(found)
            .addInput(graph.vector(name + "/start", 0))
            .addInput(shape(name + "/count", keyType, keys, graph))
            .putAttr("T", valueType)
            .putAttr("Index", INT32);
    graph.put(cut.build());
    if (!vector) {
      graph.put(
          NodeDef.newBuilder()
              .setName(name)
              .setOp("Reshape")
              .addInput(cut.getName())
              .addInput(shape(name + "/shape", keyType, asked, graph))
              .putAttr("T", valueType)
              .putAttr("Tshape", INT32)
              .build());
    }
  }

  private static String shape(String name, DataType type, String tensor, GraphEditor graph) {
    return graph.add(
        name, "Shape", List.of(tensor), Map.of("T", Protos.attr(type), "out_type", INT32));
  }

  private static String more(String name, DataType keyType, GraphEditor graph) {
    Values key =
        switch (keyType) {
          case DT_STRING -> Values.of("");
          case DT_INT32 -> Values.of(0);
          case DT_INT64 -> Values.of(0L);
          case DT_FLOAT -> Values.of(0f);
          default ->
              throw new ConversionException(
                  "the table that " + name + " asks has keys of " + keyType.name().substring(3));
        };
    return graph.constant(name + "/key", Protos.tensor(Array.Dense.vector(key)));
  }
}
