// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.NodeDef;

class OutputPlacesTest {

  private static NodeDef node(String name, String operation, String... inputs) {
    return NodeDef.newBuilder().setName(name).setOp(operation).addAllInput(List.of(inputs)).build();
  }

  @Test
  void numbersArePlacesAmongAllTensorsOfANode() {
    NodeDef gathered =
        node("gather", "RaggedGather", "splits", "values", "top:indices:0").toBuilder()
            .putAttr("OUTPUT_RAGGED_RANK", AttrValue.newBuilder().setI(2).build())
            .build();
    FunctionDef function =
        FunctionDef.newBuilder()
            .addNodeDef(node("top", "TopKV2", "x", "k"))
            .addNodeDef(gathered)
            .addNodeDef(node("split", "Split", "axis", "top:values:0"))
            .addNodeDef(node("end", "Identity", "gather:output_nested_splits:1"))
            .putRet("values", "gather:output_dense_values:0")
            .putRet("last", "split:output:2")
            .build();
    FunctionDef placed = OutputPlaces.placed(function);
    assertEquals("top:indices:1", placed.getNodeDef(1).getInput(2));
    assertEquals("top:values:0", placed.getNodeDef(2).getInput(1));
    assertEquals("gather:output_nested_splits:1", placed.getNodeDef(3).getInput(0));
    assertEquals("gather:output_dense_values:2", placed.getRetOrThrow("values"));
    assertEquals("split:output:2", placed.getRetOrThrow("last"));
    assertEquals(function, OutputPlaces.named(placed));
  }
}
