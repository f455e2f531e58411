// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.BoolValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedObjectGraph;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedUserObject;
import org.tensorflow.proto.SavedObjectGraphOuterClass.SavedVariable;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.ObjectReference;
import org.tensorflow.proto.TrackableObjectGraphOuterClass.TrackableObjectGraph.TrackableObject.SerializedTensor;
import org.tensorflow.proto.VersionDef;

/** The objects of a module and how they hang together, in the module and in its checkpoint. */
final class SavedObjects {

  private final List<Node> nodes = new ArrayList<>();

  /** One object. */
  static final class Node {
    private final int id;
    private final SavedObject.Builder saved;
    private final List<ObjectReference> children = new ArrayList<>();
    private ModuleWriter.@Nullable Variable variable;

    private Node(int id, SavedObject.Builder saved) {
      this.id = id;
      this.saved = saved;
    }

    int id() {
      return id;
    }

    Node child(String name, Node child) {
      children.add(ObjectReference.newBuilder().setLocalName(name).setNodeId(child.id).build());
      return this;
    }

    /** A child that has to be made before this. */
    Node dependency(String name, Node child) {
      child(name, child);
      saved.addDependencies(children.get(children.size() - 1));
      return this;
    }
  }

  /** An object of no more than its members; the first one added is the root. */
  Node object() {
    return user("_generic_user_object");
  }

  Node list() {
    return user("trackable_list_wrapper");
  }

  Node signatureMap() {
    return user("signature_map");
  }

  Node variable(ModuleWriter.Variable variable) {
    Node node =
        add(
            SavedObject.newBuilder()
                .setVariable(
                    SavedVariable.newBuilder()
                        .setDtype(variable.value().dtype().proto())
                        .setShape(Protos.shape(variable.value().shape()))
                        .setTrainable(variable.learning() == ModuleWriter.Learning.TRAINABLE)
                        .setName(nodeName(variable))));
    node.variable = variable;
    return node;
  }

  Node add(SavedObject.Builder saved) {
    Node node = new Node(nodes.size(), saved);
    nodes.add(node);
    return node;
  }

  /** The name that a member has in the graph, and a variable in Python. */
  static String nodeName(ModuleWriter.Member member) {
    return member.path().replace('.', '/');
  }

  /** Where a variable is in the checkpoint. */
  static String checkpointKey(ModuleWriter.Variable variable) {
    return nodeName(variable) + "/.ATTRIBUTES/VARIABLE_VALUE";
  }

  /** The objects as the module tells them. */
  SavedObjectGraph.Builder saved() {
    SavedObjectGraph.Builder out = SavedObjectGraph.newBuilder();
    nodes.forEach(n -> out.addNodes(n.saved.clone().addAllChildren(n.children)));
    return out;
  }

  /** The objects as the checkpoint tells them. */
  TrackableObjectGraph trackable() {
    TrackableObjectGraph.Builder out = TrackableObjectGraph.newBuilder();
    boolean[] valued = valued();
    for (Node node : nodes) {
      TrackableObject.Builder object =
          out.addNodesBuilder()
              .addAllChildren(node.children)
              .setHasCheckpointValues(BoolValue.of(valued[node.id]));
      if (node.variable != null) {
        object.addAttributes(
            SerializedTensor.newBuilder()
                .setName("VARIABLE_VALUE")
                .setFullName(nodeName(node.variable))
                .setCheckpointKey(checkpointKey(node.variable)));
      }
    }
    return out.build();
  }

  /** Which objects are variables or have some below them. */
  private boolean[] valued() {
    boolean[] valued = new boolean[nodes.size()];
    boolean changed = true;
    while (changed) {
      changed = false;
      for (Node node : nodes) {
        boolean now =
            node.variable != null || node.children.stream().anyMatch(c -> valued[c.getNodeId()]);
        changed |= now != valued[node.id];
        valued[node.id] = now;
      }
    }
    return valued;
  }

  private Node user(String identifier) {
    return add(
        SavedObject.newBuilder()
            .setUserObject(
                SavedUserObject.newBuilder()
                    .setIdentifier(identifier)
                    .setVersion(VersionDef.newBuilder().setProducer(1).setMinConsumer(1))));
  }
}
