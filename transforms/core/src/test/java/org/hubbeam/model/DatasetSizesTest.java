// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/** 2^62 as one of these numbers ends Python, too. */
class DatasetSizesTest {

  @ValueSource(longs = {-1, 1, 10_000, 1L << 20})
  @ParameterizedTest
  void smallConstantsAreLetIn(long size) {
    assertThat(letIn("ShuffleDatasetV3", "size", constant(size))).isTrue();
    assertThat(letIn("PaddedBatchDatasetV2", "size", constant(size))).isTrue();
    assertThat(letIn("InterleaveDataset", "size", constant(size))).isTrue();
  }

  @ValueSource(longs = {(1L << 20) + 1, 1L << 40, Long.MAX_VALUE})
  @ParameterizedTest
  void largeOnesAreNot(long size) {
    assertThat(letIn("ShuffleDataset", "size", constant(size))).isFalse();
    assertThat(letIn("PaddedBatchDataset", "size", constant(size))).isFalse();
    assertThat(letIn("InterleaveDataset", "size", constant(size))).isFalse();
  }

  @Test
  void bytesAreReadAsTensorFlowReadsThem() {
    byte[] large = {0, 0, 0, 0, 0, 1, 0, 0};
    byte[] small = {16, 39, 0, 0, 0, 0, 0, 0};
    assertThat(letIn("ShuffleDatasetV2", "size", constant(bytes(large)))).isFalse();
    assertThat(letIn("ShuffleDatasetV2", "size", constant(bytes(small)))).isTrue();
  }

  @Test
  void whatIsNotAConstantIsNotLetIn() {
    NodeDef computed = constant(1).toBuilder().setOp("Identity").build();
    assertThat(letIn("ShuffleDatasetV3", "size", computed)).isFalse();
    assertThat(letIn("ShuffleDatasetV3", "argument", constant(1))).isFalse();
    assertThat(letIn("ShuffleDatasetV3", "size", constant(1), constant(2))).isFalse();
    assertThat(DatasetSizes.harm(scope(), NodeDef.newBuilder().setOp("ShuffleDataset").build()))
        .isPresent();
  }

  private static boolean letIn(String op, String size, NodeDef... nodes) {
    NodeDef.Builder dataset = NodeDef.newBuilder().setName("dataset").setOp(op);
    if (op.equals("InterleaveDataset")) {
      List<String> inputs = new ArrayList<>(List.of("input", "other", "another", size, "one"));
      dataset.addAllInput(inputs).addInput("^control");
    } else {
      dataset.addInput("input").addInput(size + ":output:0").addInput("seed");
    }
    return DatasetSizes.harm(scope(nodes), dataset.build()).isEmpty();
  }

  private static ScanScope scope(NodeDef... nodes) {
    GraphDef graph = GraphDef.newBuilder().addAllNode(List.of(nodes)).build();
    return ScanScope.graph(graph, "the graph");
  }

  private static NodeDef constant(long value) {
    return constant(TensorProto.newBuilder().addInt64Val(value));
  }

  private static TensorProto.Builder bytes(byte[] content) {
    return TensorProto.newBuilder().setTensorContent(ByteString.copyFrom(content));
  }

  private static NodeDef constant(TensorProto.Builder value) {
    AttrValue tensor = AttrValue.newBuilder().setTensor(value.setDtype(DataType.DT_INT64)).build();
    return NodeDef.newBuilder().setName("size").setOp("Const").putAttr("value", tensor).build();
  }
}
