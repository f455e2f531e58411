// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorProto;

/**
 * The rule for data sets that take memory for as many elements as a number says, before there is
 * one. TensorFlow ends the process where the memory is not to be had, so the number must be a
 * constant, and no larger than data sets in memory need.
 */
final class DatasetSizes {

  static final Set<String> OPS =
      Set.of(
          "InterleaveDataset",
          "PaddedBatchDataset",
          "PaddedBatchDatasetV2",
          "ShuffleDataset",
          "ShuffleDatasetV2",
          "ShuffleDatasetV3");

  private static final long MOST = 1L << 20;

  private DatasetSizes() {}

  /** What a node of {@link #OPS} does that is not let in. */
  static Optional<String> harm(ScanScope scope, NodeDef node) {
    List<String> inputs = ScanScope.inputs(node);
    int place = node.getOp().equals("InterleaveDataset") ? inputs.size() - 2 : 1;
    return place > 0 && place < inputs.size() && isSmall(scope, inputs.get(place))
        ? Optional.empty()
        : Optional.of(
            "takes memory for a number of elements that is not a constant of at most " + MOST);
  }

  /** What a node that reads a file does that is not let in: its last input sizes a buffer. */
  static Optional<String> ofBuffer(ScanScope scope, NodeDef node) {
    List<String> inputs = ScanScope.inputs(node);
    return inputs.size() > 2 && isSmall(scope, inputs.get(2))
        ? Optional.empty()
        : Optional.of("takes memory for a buffer that is not a constant of at most " + MOST);
  }

  private static boolean isSmall(ScanScope scope, String input) {
    NodeDef node = scope.unique().get(input.split(":", 2)[0]);
    if (node == null || !node.getOp().equals("Const")) {
      return false;
    }
    TensorProto value = NodeAttributes.of(node, "value").getTensor();
    return value.getDtype() == DataType.DT_INT64
        && value.getTensorShape().getDimCount() == 0
        && number(value) <= MOST;
  }

  private static long number(TensorProto scalar) {
    ByteString bytes = scalar.getTensorContent();
    if (bytes.size() == Long.BYTES) {
      return bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN).getLong();
    }
    boolean given = bytes.isEmpty() && scalar.getInt64ValCount() == 1;
    return given ? scalar.getInt64Val(0) : Long.MAX_VALUE;
  }
}
