// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.hubbeam.batch.Array;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject;

/**
 * What a checkpoint tells of the objects of a TF2 module. It has an object graph of its own;
 * objects are paired by the names that lead to them, as Python does it.
 *
 * @see <a
 *     href="https://github.com/tensorflow/tensorflow/blob/v2.18.0/tensorflow/core/protobuf/trackable_object_graph.proto">trackable_object_graph.proto</a>
 */
final class CheckpointObjects {

  private CheckpointObjects() {}

  /** The checkpoint's objects by the numbers of the module's; those without one are left out. */
  static Map<Integer, TrackableObject> read(ModuleDefinition definition, NativeSession session) {
    return pairs(
        definition.objects(), savedGraph(definition.files().variables().toString(), session));
  }

  private static TrackableObjectGraph savedGraph(String prefix, NativeSession session) {
    String name = "hubbeam/checkpoint_graph";
    GraphNodes nodes = new GraphNodes();
    nodes.restore(
        name,
        nodes.constant(name + "/prefix", Protos.scalar(prefix)),
        List.of(Checkpoint.OBJECT_GRAPH),
        List.of(DataType.DT_STRING));
    session.extend(nodes.graph().build());
    Array.Dense bytes =
        session.call(List.of(), List.of(name + ":0"), List.of()).run(List.of()).get(0);
    try {
      return TrackableObjectGraph.parseFrom((byte[]) bytes.values().get(0));
    } catch (InvalidProtocolBufferException e) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, "the object graph in " + prefix + " is broken", e);
    }
  }

  private static Map<Integer, TrackableObject> pairs(
      ObjectGraph objects, TrackableObjectGraph saved) {
    Map<Integer, Integer> ids = new HashMap<>();
    ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(0));
    ids.put(0, 0);
    while (!queue.isEmpty()) {
      int id = queue.remove();
      Map<String, Integer> children = new HashMap<>();
      saved
          .getNodes(Objects.requireNonNull(ids.get(id)))
          .getChildrenList()
          .forEach(c -> children.put(c.getLocalName(), c.getNodeId()));
      for (var child : objects.node(id).getChildrenList()) {
        Integer there = children.get(child.getLocalName());
        if (there != null && ids.putIfAbsent(child.getNodeId(), there) == null) {
          queue.add(child.getNodeId());
        }
      }
    }
    Map<Integer, TrackableObject> pairs = new TreeMap<>();
    ids.forEach((id, there) -> pairs.put(id, saved.getNodes(there)));
    return pairs;
  }
}
