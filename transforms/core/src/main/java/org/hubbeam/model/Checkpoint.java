// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Values;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/**
 * The values of variables in TensorFlow's checkpoint format, which TensorFlow's own operations
 * {@code SaveV2} and {@code RestoreV2} write and read.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/util/tensor_bundle/tensor_bundle.h">tensor_bundle.h,
 *     the format of the files</a>
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/protobuf/trackable_object_graph.proto">trackable_object_graph.proto,
 *     the object graph and the keys</a>
 */
final class Checkpoint {

  /** The key of the object graph. */
  static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";

  /** A graph is a protocol buffer, which must stay below 2 GiB. */
  private static final long MOST_BYTES = 1_900_000_000;

  private Checkpoint() {}

  /**
   * Writes a checkpoint.
   *
   * @param prefix the path that its files begin with
   */
  static void write(
      Path prefix, List<ModuleWriter.Variable> variables, TrackableObjectGraph objects) {
    GraphNodes nodes = new GraphNodes();
    List<String> inputs = values(nodes, variables);
    List<String> keys = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    variables.forEach(
        v -> {
          keys.add(SavedObjects.checkpointKey(v));
          types.add(v.value().dtype().proto());
        });
    inputs.add(nodes.constant("objects", objectGraph(objects)));
    keys.add(OBJECT_GRAPH);
    types.add(DataType.DT_STRING);
    TensorProto path = Protos.scalar(prefix.toAbsolutePath().toString());
    String save = save(nodes, nodes.constant("prefix", path), keys, inputs, types);
    try (Graph graph = NativeRuntime.newGraph()) {
      graph.importGraphDef(nodes.graph().build());
      try (Session session = new Session(graph)) {
        session.runner().addTarget(save).run().close();
      }
    }
  }

  /** The tensors of the variables' values, those of other checkpoints read as one. */
  private static List<String> values(GraphNodes nodes, List<ModuleWriter.Variable> variables) {
    Map<String, List<VariableValue.Stored>> stored = new LinkedHashMap<>();
    long bytes = 0;
    for (ModuleWriter.Variable variable : variables) {
      if (variable.value() instanceof VariableValue.Given given) {
        bytes += given.array().values().byteSize();
      } else if (variable.value() instanceof VariableValue.Stored s) {
        stored.computeIfAbsent(s.checkpoint(), c -> new ArrayList<>()).add(s);
      }
    }
    if (bytes > MOST_BYTES) {
      throw new IllegalStateException(
          "the variables have " + bytes + " bytes; at most " + MOST_BYTES + " can be written");
    }
    Map<VariableValue, String> read = new HashMap<>();
    stored.forEach(
        (checkpoint, values) -> {
          String restored =
              nodes.restore(
                  "stored",
                  nodes.constant("stored/prefix", Protos.scalar(checkpoint)),
                  values.stream().map(VariableValue.Stored::key).toList(),
                  values.stream().map(v -> v.dtype().proto()).toList());
          for (int i = 0; i < values.size(); i++) {
            read.put(values.get(i), restored + ":" + i);
          }
        });
    List<String> tensors = new ArrayList<>();
    for (ModuleWriter.Variable variable : variables) {
      tensors.add(
          variable.value() instanceof VariableValue.Given given
              ? nodes.constant("value", Protos.tensor(given.array()))
              : read.get(variable.value()));
    }
    return tensors;
  }

  /** The object graph as a checkpoint holds it. */
  static TensorProto objectGraph(TrackableObjectGraph objects) {
    return Protos.scalar(Values.ofBytes(List.of(objects.toByteArray())));
  }

  /** The node that saves tensors under keys. */
  static String save(
      GraphNodes nodes,
      String prefix,
      List<String> keys,
      List<String> tensors,
      List<DataType> types) {
    List<String> inputs = new ArrayList<>(List.of(prefix));
    inputs.add(nodes.constant("save/tensor_names", Protos.strings(keys)));
    inputs.add(nodes.constant("save/shape_and_slices", wholes(keys)));
    inputs.addAll(tensors);
    return nodes.node("save/SaveV2", "SaveV2", inputs, Map.of("dtypes", Protos.types(types)));
  }

  /** For each key, that the whole tensor is meant. */
  static TensorProto wholes(List<String> keys) {
    return Protos.strings(keys.stream().map(k -> "").toList());
  }
}
