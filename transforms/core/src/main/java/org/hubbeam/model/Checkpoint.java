// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Values;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.ConfigProto;
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

  /** How many bytes of values are in memory at once, unless a single one is larger. */
  private static final long PART_BYTES = 256L << 20;

  private Checkpoint() {}

  /**
   * Writes a checkpoint. Values are written in parts of {@value #PART_BYTES} bytes.
   *
   * @param prefix the path that its files begin with
   */
  static void write(
      Path prefix, List<ModuleWriter.Variable> variables, TrackableObjectGraph objects) {
    write(prefix, variables, objects, PART_BYTES);
  }

  /** The same in parts of another size. */
  static void write(
      Path prefix,
      List<ModuleWriter.Variable> variables,
      TrackableObjectGraph objects,
      long partBytes) {
    List<List<ModuleWriter.Variable>> parts = parts(variables, partBytes);
    if (parts.size() == 1) {
      writePart(prefix, parts.get(0), objects);
      return;
    }
    Path folder = prefix.resolveSibling(prefix.getFileName() + "_parts");
    List<String> written = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      Path part = folder.resolve("part_" + i);
      writePart(part, parts.get(i), i == 0 ? objects : null);
      written.add(part.toAbsolutePath().toString());
    }
    GraphNodes nodes = new GraphNodes();
    String merge =
        nodes.node(
            "merge",
            "MergeV2Checkpoints",
            List.of(
                nodes.constant("parts", Protos.strings(written)),
                nodes.constant("prefix", Protos.scalar(prefix.toAbsolutePath().toString()))),
            Map.of("delete_old_dirs", AttrValue.newBuilder().setB(true).build()));
    run(nodes, List.of(), List.of(), merge);
  }

  private static List<List<ModuleWriter.Variable>> parts(
      List<ModuleWriter.Variable> variables, long partBytes) {
    List<List<ModuleWriter.Variable>> parts = new ArrayList<>();
    List<ModuleWriter.Variable> part = new ArrayList<>();
    parts.add(part);
    long bytes = 0;
    for (ModuleWriter.Variable variable : variables) {
      long more = variable.value().byteSize();
      if (!part.isEmpty() && more > partBytes - bytes) {
        part = new ArrayList<>();
        parts.add(part);
        bytes = 0;
      }
      part.add(variable);
      bytes += more;
    }
    return parts;
  }

  private static void writePart(
      Path prefix, List<ModuleWriter.Variable> variables, @Nullable TrackableObjectGraph objects) {
    GraphNodes nodes = new GraphNodes();
    Map<String, Array.Dense> given = new LinkedHashMap<>();
    List<String> tensors = values(nodes, variables, given);
    List<String> keys = new ArrayList<>();
    List<DataType> types = new ArrayList<>();
    variables.forEach(
        v -> {
          keys.add(SavedObjects.checkpointKey(v));
          types.add(v.value().dtype().proto());
        });
    if (objects != null) {
      tensors.add(nodes.constant("objects", objectGraph(objects)));
      keys.add(OBJECT_GRAPH);
      types.add(DataType.DT_STRING);
    }
    TensorProto path = Protos.scalar(prefix.toAbsolutePath().toString());
    String save = save(nodes, nodes.constant("prefix", path), keys, tensors, types);
    run(nodes, List.copyOf(given.keySet()), List.copyOf(given.values()), save);
  }

  private static void run(
      GraphNodes nodes, List<String> feeds, List<Array.Dense> fed, String target) {
    try (NativeSession session = new NativeSession(ConfigProto.getDefaultInstance())) {
      session.extend(nodes.graph().build());
      session.call(feeds, List.of(), List.of(target)).run(fed);
    }
  }

  /**
   * The tensors of the variables' values, those of other checkpoints read as one.
   *
   * @param given gets the values to be fed
   */
  private static List<String> values(
      GraphNodes nodes, List<ModuleWriter.Variable> variables, Map<String, Array.Dense> given) {
    Map<String, List<VariableValue.Stored>> stored = new LinkedHashMap<>();
    for (ModuleWriter.Variable variable : variables) {
      if (variable.value() instanceof VariableValue.Stored s) {
        stored.computeIfAbsent(s.checkpoint(), c -> new ArrayList<>()).add(s);
      }
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
      if (variable.value() instanceof VariableValue.Given value) {
        String fed = nodes.placeholder("value", value.dtype().proto(), value.shape()) + ":0";
        given.put(fed, value.array());
        tensors.add(fed);
      } else {
        tensors.add(Objects.requireNonNull(read.get(variable.value())));
      }
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
