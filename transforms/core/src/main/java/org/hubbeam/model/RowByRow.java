// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.GraphFunction.Argument;
import org.hubbeam.model.GraphFunction.Result;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * A call of a function for all rows made a call for each row: TensorFlow's {@code MapDefun} over a
 * function that makes a batch of one row, calls, and takes the row out again.
 */
final class RowByRow {

  private static final AttrValue FIRST =
      AttrValue.newBuilder().setList(AttrValue.ListValue.newBuilder().addI(0)).build();

  /** How a tensor for all rows goes into the call for one. */
  enum Kind {
    /** The row as a batch of one. */
    BATCH,
    /** The row itself. */
    ROW
  }

  private RowByRow() {}

  /**
   * The graph with one of its calls made for each row.
   *
   * @param call the node, which calls what it is to call
   * @param kinds how tensors go in that have rows, by their references ({@code node:0}); the others
   *     go in whole. Those of the call's outputs have one row
   */
  static FunctionGraph rewrite(
      FunctionGraph graph, String call, Map<String, Kind> kinds, OpDefs ops) {
    NodeDef node =
        graph.graph().getNodeList().stream()
            .filter(n -> n.getName().equals(call))
            .findFirst()
            .orElseThrow();
    List<DataType> types = node.getAttrOrThrow("Tin").getList().getTypeList();
    List<String> rows = new ArrayList<>();
    List<String> whole = new ArrayList<>();
    List<DataType> rowTypes = new ArrayList<>();
    List<DataType> wholeTypes = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      boolean hasRows = kinds.containsKey(reference(node.getInput(i)));
      (hasRows ? rows : whole).add(node.getInput(i));
      (hasRows ? rowTypes : wholeTypes).add(types.get(i));
    }
    List<DataType> given = node.getAttrOrThrow("Tout").getList().getTypeList();
    String name = "__inference_row_of_" + call.replaceAll("[^A-Za-z0-9_]", "_");
    GraphDef.Builder out = graph.graph().toBuilder().clearNode();
    for (NodeDef each : graph.graph().getNodeList()) {
      out.addNode(
          !each.getName().equals(call)
              ? each
              : NodeDef.newBuilder()
                  .setName(call)
                  .setOp("MapDefun")
                  .addAllInput(rows)
                  .addAllInput(whole)
                  .addAllInput(node.getInputList().stream().filter(i -> i.startsWith("^")).toList())
                  .putAttr("f", Protos.function(name))
                  .putAttr("Targuments", Protos.types(rowTypes))
                  .putAttr("Tcaptured", Protos.types(wholeTypes))
                  .putAttr("output_types", Protos.types(given))
                  .putAttr(
                      "output_shapes",
                      Protos.shapes(given.stream().map(t -> Shape.UNKNOWN).toList()))
                  .build());
    }
    out.getLibraryBuilder()
        .addFunction(row(name, node, kinds, ops.with(graph.graph().getLibrary())));
    return new FunctionGraph(
        out.build(),
        graph.inputs(),
        graph.captures(),
        graph.outputs(),
        graph.calls(),
        graph.result());
  }

  /** The function for one row: what has rows comes first, then what goes in whole. */
  private static FunctionDef row(String name, NodeDef node, Map<String, Kind> kinds, OpDefs ops) {
    List<DataType> types = node.getAttrOrThrow("Tin").getList().getTypeList();
    GraphNodes nodes = new GraphNodes();
    String first = nodes.constant("first", Protos.scalar(Values.of(0)));
    List<String> taken = new ArrayList<>();
    List<Argument> rows = new ArrayList<>();
    List<Argument> whole = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      DataType type = types.get(i);
      Kind kind = kinds.get(reference(node.getInput(i)));
      String input = nodes.placeholder("input_" + i, type, Shape.UNKNOWN);
      (kind == null ? whole : rows).add(new Argument(input, input, type, Shape.UNKNOWN, null));
      taken.add(
          kind == Kind.BATCH
              ? nodes.node(
                  "batch_" + i,
                  "ExpandDims",
                  List.of(input, first),
                  Map.of("T", Protos.attr(type), "Tdim", Protos.attr(DType.INT32.proto())))
              : input);
    }
    String call =
        nodes.node(
            "call",
            node.getOp(),
            taken,
            Map.of(
                "f", node.getAttrOrThrow("f"),
                "Tin", node.getAttrOrThrow("Tin"),
                "Tout", node.getAttrOrThrow("Tout")));
    List<Result> results = new ArrayList<>();
    List<DataType> given = node.getAttrOrThrow("Tout").getList().getTypeList();
    for (int i = 0; i < given.size(); i++) {
      String row =
          nodes.node(
              "row_" + i,
              "Squeeze",
              List.of(call + ":" + i),
              Map.of("T", Protos.attr(given.get(i)), "squeeze_dims", FIRST));
      results.add(new Result(row + ":0", given.get(i), Shape.UNKNOWN));
    }
    rows.addAll(whole);
    return GraphFunction.convert(name, nodes.graph().build(), rows, results, ops);
  }

  private static String reference(String input) {
    return input.contains(":") ? input : input + ":0";
  }
}
