// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
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

  /**
   * The checkpoint's objects by the numbers of the module's; those without one are left out.
   *
   * @throws ModuleException when they cannot be read
   */
  static Map<Integer, TrackableObject> read(ModuleDefinition definition) {
    try {
      TrackableObjectGraph saved = CheckpointIndex.read(definition.files().variables()).objects();
      if (saved == null) {
        throw new Flaw("the checkpoint lacks its object graph");
      }
      return pairs(definition.objects(), saved);
    } catch (Flaw e) {
      throw new ModuleException(
          ModuleException.Kind.NOT_LOADABLE, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Checks that a module's variables are what the checkpoint has for them.
   *
   * @throws Flaw when one has another dtype or shape
   */
  static void check(ObjectGraph objects, CheckpointIndex checkpoint) {
    boolean stateful = false;
    for (int id = 0; id < objects.size(); id++) {
      stateful |= objects.node(id).hasVariable();
    }
    TrackableObjectGraph saved = stateful ? checkpoint.objects() : null;
    if (saved == null) {
      return; // who restores values says what is missing, with the names of all files
    }
    pairs(objects, saved)
        .forEach(
            (id, object) -> {
              if (objects.node(id).hasVariable() && object.getAttributesCount() > 0) {
                String key = object.getAttributes(0).getCheckpointKey();
                try {
                  check(objects.node(id).getVariable(), checkpoint.entry(key));
                } catch (Flaw e) {
                  throw e.in("object " + id);
                }
              }
            });
  }

  private static void check(SavedVariable variable, @Nullable BundleEntryProto entry) {
    if (entry == null) {
      return; // TensorFlow names what is missing
    }
    Shape shape = Structure.shape(variable.getShape());
    Shape stored = Structure.shape(entry.getShape());
    if (variable.getDtype() != entry.getDtype() || !shape.admits(stored.dims())) {
      throw new Flaw(
          "the variable is "
              + variable.getDtype()
              + " "
              + shape
              + ", but the checkpoint has "
              + entry.getDtype()
              + " "
              + stored);
    }
  }

  private static Map<Integer, TrackableObject> pairs(
      ObjectGraph objects, TrackableObjectGraph saved) {
    Map<Integer, Integer> ids = new HashMap<>();
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    queue.add(0);
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
