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
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.TensorProto;

/**
 * What makes, fills and drops a table.
 *
 * @param creator gives the table's handle
 * @param initializer fills it
 * @param destroyer does nothing: a table goes with its handle
 */
record TableFunctions(
    WrittenFunction creator, WrittenFunction initializer, WrittenFunction destroyer) {

  private static final DataType RESOURCE = DataType.DT_RESOURCE;
  private static final Values NO = new Values.Numbers(DType.BOOL, new byte[1]);
  private static final DataType DONE = DataType.DT_INT32;

  /** The functions of a table, their names ending with its number. */
  static TableFunctions create(ModuleWriter.Table table, int number, OpDefs ops) {
    return new TableFunctions(
        creator(table, "__inference__creator_" + number, ops),
        initializer(table, "__inference__initializer_" + number, ops),
        destroyer("__inference__destroyer_" + number, ops));
  }

  /** The node that makes a table. */
  static String node(GraphNodes nodes, ModuleWriter.Table table) {
    return nodes.node(
        SavedObjects.nodeName(table),
        "HashTableV2",
        List.of(),
        Map.of(
            "key_dtype", Protos.attr(table.keys().proto()),
            "value_dtype", Protos.attr(table.values().proto()),
            "shared_name", Protos.attr("table_" + table.path())));
  }

  private static WrittenFunction creator(ModuleWriter.Table table, String name, OpDefs ops) {
    GraphNodes nodes = new GraphNodes();
    String handle = node(nodes, table);
    return function(name, nodes, List.of(), new Result(handle, RESOURCE, Shape.of()), ops);
  }

  private static WrittenFunction initializer(ModuleWriter.Table table, String name, OpDefs ops) {
    GraphNodes nodes = new GraphNodes();
    List<ModuleWriter.Member> captures = new ArrayList<>();
    if (table.content() instanceof TableContent.OfAsset content) {
      captures.add(content.asset());
      String path = nodes.placeholder("asset_path", DType.STRING.proto(), Shape.of());
      String handle = nodes.placeholder("table", RESOURCE, Shape.of());
      if (content instanceof TableContent.Lines lines) {
        readLines(nodes, handle, path, lines.lines());
      } else {
        readRecords(nodes, handle, path, ((TableContent.Records) content).key());
      }
    } else {
      TableContent.Pairs pairs = (TableContent.Pairs) table.content();
      String handle = nodes.placeholder("table", RESOURCE, Shape.of());
      String keys = nodes.constant("keys", Protos.tensor(pairs.keys()));
      String values = nodes.constant("values", Protos.tensor(pairs.values()));
      nodes.node(
          "initialize",
          "InitializeTableV2",
          List.of(handle, keys, values),
          Map.of(
              "Tkey", Protos.attr(table.keys().proto()),
              "Tval", Protos.attr(table.values().proto())));
    }
    captures.add(table);
    return function(name, nodes, captures, done(nodes), ops);
  }

  private static void readLines(GraphNodes nodes, String handle, String path, TableLines lines) {
    nodes.node(
        "initialize",
        "InitializeTableFromTextFileV2",
        List.of(handle, path),
        Map.of(
            "key_index", Protos.attr(lines.key().field()),
            "value_index", Protos.attr(lines.value().field()),
            "delimiter", Protos.attr(lines.delimiter())));
  }

  /** All records as one batch of a data set; their numbers are counted off it. */
  private static void readRecords(GraphNodes nodes, String handle, String path, TableRecords key) {
    String records =
        nodes.node(
            "records",
            "TFRecordDataset",
            List.of(
                path,
                nodes.constant("compression", Protos.scalar("GZIP")),
                nodes.constant("buffer_size", number(1 << 18))),
            Map.of());
    Map<String, AttrValue> vectors =
        Map.of(
            "output_types", Protos.types(List.of(DType.STRING.proto())),
            "output_shapes", Protos.shapes(List.of(Shape.of(-1))));
    String batch =
        nodes.node(
            "batch",
            "BatchDatasetV2",
            List.of(
                records,
                nodes.constant("batch_size", number(Integer.MAX_VALUE)),
                nodes.constant("drop_remainder", Protos.scalar(NO))),
            vectors);
    String keys = nodes.node("all", "DatasetToSingleElement", List.of(batch), vectors);
    if (key == TableRecords.BEHIND_BLANK) {
      keys =
          nodes.node(
              "tokens",
              "StaticRegexReplace",
              List.of(keys),
              Map.of(
                  "pattern", Protos.attr("(?s)^[^ ]* "),
                  "rewrite", Protos.attr(""),
                  "replace_global", Protos.attr(false)));
    }
    String size =
        nodes.node(
            "size",
            "Size",
            List.of(keys),
            Map.of(
                "T", Protos.attr(DType.STRING.proto()),
                "out_type", Protos.attr(DType.INT64.proto())));
    String numbers =
        nodes.node(
            "numbers",
            "Range",
            List.of(nodes.constant("start", number(0)), size, nodes.constant("step", number(1))),
            Map.of("Tidx", Protos.attr(DType.INT64.proto())));
    nodes.node(
        "initialize",
        "InitializeTableV2",
        List.of(handle, keys, numbers),
        Map.of(
            "Tkey", Protos.attr(DType.STRING.proto()), "Tval", Protos.attr(DType.INT64.proto())));
  }

  private static TensorProto number(long value) {
    return Protos.scalar(Values.of(value));
  }

  static WrittenFunction destroyer(String name, OpDefs ops) {
    GraphNodes nodes = new GraphNodes();
    return function(name, nodes, List.of(), done(nodes), ops);
  }

  private static Result done(GraphNodes nodes) {
    return new Result(nodes.constant("Const", Protos.scalar(Values.of(1))), DONE, Shape.of());
  }

  private static WrittenFunction function(
      String name,
      GraphNodes nodes,
      List<ModuleWriter.Member> captures,
      Result result,
      OpDefs ops) {
    List<Argument> arguments =
        captures.stream()
            .map(
                m ->
                    WrittenFunction.captured(
                        m, m instanceof ModuleWriter.Asset ? "asset_path" : "table"))
            .toList();
    FunctionDef definition =
        GraphFunction.convert(name, nodes.graph().build(), arguments, List.of(result), ops);
    StructuredValue nothing =
        StructuredValues.tuple(
            List.of(StructuredValues.tuple(List.of()), StructuredValues.dict(Map.of())));
    return new WrittenFunction(
        definition,
        List.of(),
        captures,
        nothing,
        StructuredValues.tensor(new TensorPart("unknown", result.dtype(), result.shape())),
        StructuredValues.fullArgSpec(List.of(), StructuredValues.NONE, List.of()));
  }
}
