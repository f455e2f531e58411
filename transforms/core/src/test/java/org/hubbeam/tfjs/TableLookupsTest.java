// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.GraphEditor;
import org.hubbeam.model.NewFolder.Existing;
import org.hubbeam.model.Protos;
import org.hubbeam.testing.NodeModels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;

class TableLookupsTest {

  private static GraphModel model() {
    GraphEditor graph = new GraphEditor(GraphDef.getDefaultInstance());
    graph.placeholder("words", DataType.DT_STRING);
    graph.add(
        "table",
        "HashTableV2",
        List.of(),
        Map.of(
            "key_dtype",
            Protos.attr(DataType.DT_STRING),
            "value_dtype",
            Protos.attr(DataType.DT_INT64)));
    graph.constant("default", Protos.tensor(new Array.Dense(List.of(), Values.of(-1))));
    graph.add(
        "found",
        "LookupTableFindV2",
        List.of("table", "words", "default"),
        Map.of("Tin", Protos.attr(DataType.DT_STRING), "Tout", Protos.attr(DataType.DT_INT64)));
    Table table =
        new Table(
            "table",
            Array.Dense.vector(Values.of("a", "b", "")),
            Array.Dense.vector(Values.of(5, 6, 7)));
    FrozenGraph frozen =
        TableLookups.of(
            new FrozenGraph(
                graph.graph(),
                List.of(new Port("words", "words:0", DataType.DT_STRING, Shape.UNKNOWN)),
                List.of(new Port("found", "found:0", DataType.DT_INT64, Shape.UNKNOWN)),
                List.of(table)));
    return new GraphModel(
        frozen.graph(), frozen.inputs(), frozen.outputs(), frozen.tables(), List.of());
  }

  @Test
  void keysHaveAnyShape(@TempDir Path work) throws Exception {
    Path folder = work.resolve("model");
    GraphModelFolder.write(model(), folder, Quantization.NONE, Existing.REFUSE);
    Map<List<Long>, String[]> keys =
        Map.of(
            List.of(3L), new String[] {"b", "c", ""},
            List.of(2L, 2L), new String[] {"a", "a", "x", "b"},
            List.of(), new String[] {"b"},
            List.of(0L), new String[0],
            List.of(2L, 0L), new String[0]);
    Map<String, Integer> values = Map.of("a", 5, "b", 6, "", 7);
    for (Map.Entry<List<Long>, String[]> e : keys.entrySet()) {
      int[] wanted = new int[e.getValue().length];
      for (int i = 0; i < wanted.length; i++) {
        wanted[i] = values.getOrDefault(e.getValue()[i], -1);
      }
      assertEquals(
          Map.of("found", new Array.Dense(e.getKey(), Values.of(wanted))),
          NodeModels.run(
              folder, Map.of("words", new Array.Dense(e.getKey(), Values.of(e.getValue())))));
    }
  }
}
