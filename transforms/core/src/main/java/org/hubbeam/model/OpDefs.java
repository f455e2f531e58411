// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.hubbeam.batch.Internal;
import org.jspecify.annotations.Nullable;
import org.tensorflow.TensorFlow;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.OpList;

/** The definitions of operations: TensorFlow's, and functions called as operations. */
@Internal
public final class OpDefs {

  private static final Set<String> LOADED = new HashSet<>();
  private static @Nullable OpDefs registered;

  private final Map<String, OpDef> definitions = new HashMap<>();

  private OpDefs() {}

  /** Those that TensorFlow has in this process, loaded libraries included. */
  public static synchronized OpDefs registered() {
    if (registered == null) {
      NativeLibrary.hold();
      OpDefs out = new OpDefs();
      TensorFlow.registeredOpList().getOpList().forEach(o -> out.definitions.put(o.getName(), o));
      registered = out;
    }
    return registered;
  }

  /**
   * Loads libraries of custom ops that were not loaded before in this JVM.
   *
   * @throws ModuleException when one cannot be loaded
   */
  static synchronized void load(List<String> libraries) {
    for (String library : libraries) {
      if (LOADED.contains(library)) {
        continue;
      }
      NativeLibrary.hold();
      try {
        TensorFlow.loadLibrary(library);
      } catch (RuntimeException | UnsatisfiedLinkError e) {
        throw new ModuleException(
            ModuleException.Kind.MISUSED,
            "the op library " + library + " cannot be loaded: " + e.getMessage(),
            e);
      }
      LOADED.add(library);
      registered = null;
    }
  }

  /** The names of all. */
  Set<String> names() {
    return Collections.unmodifiableSet(definitions.keySet());
  }

  /** These, and the functions of a library. */
  public OpDefs with(FunctionDefLibrary library) {
    OpDefs out = new OpDefs();
    out.definitions.putAll(definitions);
    library
        .getFunctionList()
        .forEach(f -> out.definitions.put(f.getSignature().getName(), f.getSignature()));
    return out;
  }

  /** The definition of an operation; null when there is none. */
  public @Nullable OpDef find(String operation) {
    return definitions.get(operation);
  }

  /**
   * The definition of a node's operation.
   *
   * @throws IllegalArgumentException when there is none
   */
  public OpDef definition(NodeDef node) {
    OpDef found = find(node.getOp());
    if (found == null) {
      throw new IllegalArgumentException(
          "node '" + node.getName() + "' has the unknown operation " + node.getOp());
    }
    return found;
  }

  /** An attribute of a node; the default of its operation where the node leaves it out. */
  public AttrValue attribute(NodeDef node, String name) {
    AttrValue own = node.getAttrMap().get(name);
    return own != null
        ? own
        : definition(node).getAttrList().stream()
            .filter(a -> a.getName().equals(name))
            .findFirst()
            .map(OpDef.AttrDef::getDefaultValue)
            .orElse(AttrValue.getDefaultInstance());
  }

  /** How many tensors an output of a node is. */
  public int length(OpDef.ArgDef output, NodeDef producer) {
    if (!output.getNumberAttr().isEmpty()) {
      return Math.toIntExact(attribute(producer, output.getNumberAttr()).getI());
    }
    return output.getTypeListAttr().isEmpty()
        ? 1
        : attribute(producer, output.getTypeListAttr()).getList().getTypeCount();
  }

  /** A node without the attributes that say what is said anyway: older versions can read it. */
  NodeDef withoutDefaults(NodeDef node) {
    NodeDef.Builder out = node.toBuilder();
    for (OpDef.AttrDef attribute : definition(node).getAttrList()) {
      AttrValue value = node.getAttrMap().get(attribute.getName());
      if (attribute.hasDefaultValue() && attribute.getDefaultValue().equals(value)) {
        out.removeAttr(attribute.getName());
      }
    }
    return out.build();
  }

  /** The operations that a graph and its functions use, without their descriptions, by name. */
  OpList used(GraphDef graph) {
    Map<String, OpDef> used = new TreeMap<>();
    OpDefs all = with(graph.getLibrary());
    graph.getNodeList().forEach(n -> used.put(n.getOp(), all.definition(n)));
    graph
        .getLibrary()
        .getFunctionList()
        .forEach(f -> f.getNodeDefList().forEach(n -> used.put(n.getOp(), all.definition(n))));
    graph.getLibrary().getFunctionList().forEach(f -> used.remove(f.getSignature().getName()));
    OpList.Builder out = OpList.newBuilder();
    used.values().forEach(o -> out.addOp(withoutDescriptions(o)));
    return out.build();
  }

  private static OpDef withoutDescriptions(OpDef op) {
    OpDef.Builder out = op.toBuilder().clearSummary().clearDescription();
    out.getInputArgBuilderList().forEach(OpDef.ArgDef.Builder::clearDescription);
    out.getOutputArgBuilderList().forEach(OpDef.ArgDef.Builder::clearDescription);
    out.getAttrBuilderList().forEach(OpDef.AttrDef.Builder::clearDescription);
    return out.build();
  }
}
