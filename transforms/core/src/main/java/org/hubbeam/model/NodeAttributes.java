// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.ConfigProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphOptions;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OptimizerOptions.GlobalJitLevel;
import org.tensorflow.proto.TensorProto;

/**
 * What attributes do that is not let in, whatever the operation: they have nodes compiled by XLA,
 * choose another kernel, or hold objects that only TensorFlow itself can read.
 */
final class NodeAttributes {

  private static final Set<String> COMPILED =
      Set.of(
          "_XlaCluster",
          "_XlaCompile",
          "_XlaMustCompile",
          "_XlaHasHostTransfer",
          "_replication_info",
          "_tpu_replicate",
          "_xla_compile_id",
          "_xla_outside_compilation");

  private NodeAttributes() {}

  /** An attribute; the empty value where the node lacks it. */
  static AttrValue of(NodeDef node, String name) {
    return node.getAttrOrDefault(name, AttrValue.getDefaultInstance());
  }

  /** Whether values of a type are objects that only TensorFlow itself can read. */
  static boolean isObject(DataType type) {
    return type == DataType.DT_VARIANT || type == DataType.DT_RESOURCE;
  }

  /** Whether an attribute is refused where it is on. */
  static boolean isRefused(String name) {
    return COMPILED.contains(name);
  }

  /** The harm of a node's attributes, by what has to be allowed to let it in. */
  static Map<String, String> harm(NodeDef node) {
    return harm(node.getOp(), node.getAttrMap());
  }

  /**
   * The harm of attributes.
   *
   * @param owner what has them, and has to be allowed where it is a value that does harm
   */
  static Map<String, String> harm(String owner, Map<String, AttrValue> attributes) {
    Map<String, String> harm = new LinkedHashMap<>();
    Deque<Map<String, AttrValue>> open = new ArrayDeque<>();
    open.add(attributes);
    while (!open.isEmpty()) {
      open.remove()
          .forEach(
              (name, value) -> {
                if (COMPILED.contains(name) && isOn(value)) {
                  harm.put(name, "has operations compiled by XLA");
                } else if (name.equals("_kernel") && isOn(value)) {
                  harm.put(name, "chooses a kernel");
                } else if (name.equals("config_proto") && !isPlain(value.getS())) {
                  harm.put(owner, "changes how TensorFlow optimises graphs");
                }
                if (value.hasPlaceholder()) {
                  harm.put(owner, "has an attribute that its caller chooses");
                }
                if (holdsObject(value)) {
                  harm.put(owner, "holds an object that only TensorFlow can read");
                }
                open.add(value.getFunc().getAttrMap());
                value.getList().getFuncList().forEach(f -> open.add(f.getAttrMap()));
              });
    }
    return harm;
  }

  private static boolean isOn(AttrValue value) {
    return value.getB()
        || !value.getS().isEmpty()
        || value.getI() != 0
        || !(value.hasB() || value.hasS() || value.hasI());
  }

  private static boolean holdsObject(AttrValue value) {
    return value.hasTensor() && isObject(value.getTensor())
        || areObjects(value.getList().getTensorList());
  }

  private static boolean areObjects(Collection<TensorProto> tensors) {
    return tensors.stream().anyMatch(NodeAttributes::isObject);
  }

  private static boolean isObject(TensorProto tensor) {
    return isObject(tensor.getDtype())
        || tensor.getVariantValCount() > 0
        || tensor.getResourceHandleValCount() > 0;
  }

  /** Whether a configuration neither turns XLA on nor chooses optimisers nor names machines. */
  private static boolean isPlain(ByteString config) {
    try {
      ConfigProto proto = ConfigProto.parseFrom(config);
      GraphOptions graph = proto.getGraphOptions();
      GlobalJitLevel jit = graph.getOptimizerOptions().getGlobalJitLevel();
      return (jit == GlobalJitLevel.DEFAULT || jit == GlobalJitLevel.OFF)
          && graph.getRewriteOptions().getCustomOptimizersCount() == 0
          && graph.getRewriteOptions().getOptimizersCount() == 0
          && !graph.getRewriteOptions().hasAutoParallel()
          && !graph.getRewriteOptions().hasScopedAllocatorOpts()
          && !proto.hasClusterDef();
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }
}
