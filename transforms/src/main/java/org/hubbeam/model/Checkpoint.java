package org.hubbeam.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Values;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;

/** The values of variables in TensorFlow's checkpoint format. */
final class Checkpoint {

  /** The key of the object graph. */
  static final String OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH";

  private static final long LIMIT = 1_900_000_000;

  private Checkpoint() {}

  /**
   * Writes a checkpoint.
   *
   * @param prefix the path that its files begin with
   */
  static void write(
      Path prefix, List<ModuleWriter.Variable> variables, TrackableObjectGraph objects) {
    long bytes = variables.stream().mapToLong(v -> v.value().values().byteSize()).sum();
    if (bytes > LIMIT) {
      throw new IllegalStateException(
          "the variables have " + bytes + " bytes; at most " + LIMIT + " can be written");
    }
    GraphNodes nodes = new GraphNodes();
    List<String> inputs = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    variables.forEach(
        v -> {
          inputs.add(nodes.constant("value", Protos.tensor(v.value())));
          keys.add(SavedObjects.checkpointKey(v));
          types.add(v.value().dtype().proto());
        });
    inputs.add(nodes.constant("objects", objectGraph(objects)));
    keys.add(OBJECT_GRAPH);
    types.add(DataType.DT_STRING);
    TensorProto path = Protos.scalar(prefix.toAbsolutePath().toString());
    String save = save(nodes, nodes.constant("prefix", path), keys, inputs, types);
    try (Graph graph = new Graph()) {
      graph.importGraphDef(nodes.graph().build());
      try (Session session = new Session(graph)) {
        session.runner().addTarget(save).run().close();
      }
    }
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
