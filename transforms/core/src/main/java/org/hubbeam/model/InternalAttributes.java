// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Attributes whose names begin with an underscore belong to no operation: parts of TensorFlow pass
 * notes to each other with them, and believe what they say. {@code _scoped_allocator} alone ends
 * the process. Those that stand in exported modules stay, and those that a scan refuses; TensorFlow
 * makes the others itself where it needs them, so they are left out.
 */
final class InternalAttributes {

  private static final Logger LOG = LoggerFactory.getLogger(InternalAttributes.class);

  private static final Set<String> KEPT =
      Set.of(
          "_acd_function_control_output",
          "_class",
          "_collective_manager_ids",
          "_construction_context",
          "_disable_acd",
          "_disable_call_shape_inference",
          "_gradient_op_type",
          "_has_manual_control_dependencies",
          "_implements",
          "_input_shapes",
          "_kernel",
          "_lower_using_switch_merge",
          "_noinline",
          "_num_original_outputs",
          "_output_shapes",
          "_read_only_resource_inputs",
          "_stateful_parallelism",
          "_user_specified_name");

  private InternalAttributes() {}

  /** A meta graph without the others, and without those of its functions. */
  static MetaGraphDef known(MetaGraphDef metaGraph) {
    Set<String> unknown = new TreeSet<>();
    GraphDef graph = metaGraph.getGraphDef();
    graph.getNodeList().forEach(n -> unknown.addAll(unknown(n)));
    graph.getLibrary().getFunctionList().forEach(f -> unknown.addAll(unknown(f)));
    if (unknown.isEmpty()) {
      return metaGraph;
    }
    LOG.info("Attributes that are TensorFlow's own are left out: {}", unknown);
    MetaGraphDef.Builder out = metaGraph.toBuilder();
    leaveOut(graph.getNodeList(), out.getGraphDefBuilder().getNodeBuilderList());
    List<FunctionDef.Builder> functions =
        out.getGraphDefBuilder().getLibraryBuilder().getFunctionBuilderList();
    for (int i = 0; i < functions.size(); i++) {
      FunctionDef function = graph.getLibrary().getFunction(i);
      if (!unknown(function).isEmpty()) {
        leaveOut(function, functions.get(i));
      }
    }
    return out.build();
  }

  private static void leaveOut(FunctionDef function, FunctionDef.Builder into) {
    unknown(function.getAttrMap()).forEach(into::removeAttr);
    function
        .getArgAttrMap()
        .forEach(
            (number, attributes) -> {
              FunctionDef.ArgAttrs.Builder kept = attributes.toBuilder();
              unknown(attributes.getAttrMap()).forEach(kept::removeAttr);
              into.putArgAttr(number, kept.build());
            });
    leaveOut(function.getNodeDefList(), into.getNodeDefBuilderList());
  }

  private static void leaveOut(List<NodeDef> nodes, List<NodeDef.Builder> into) {
    for (int i = 0; i < nodes.size(); i++) {
      unknown(nodes.get(i)).forEach(into.get(i)::removeAttr);
    }
  }

  private static Set<String> unknown(FunctionDef function) {
    Set<String> unknown = new TreeSet<>(unknown(function.getAttrMap()));
    function.getArgAttrMap().values().forEach(a -> unknown.addAll(unknown(a.getAttrMap())));
    function.getNodeDefList().forEach(n -> unknown.addAll(unknown(n)));
    return unknown;
  }

  private static Collection<String> unknown(NodeDef node) {
    return node.getAttrCount() == 0 ? Set.of() : unknown(node.getAttrMap());
  }

  private static Collection<String> unknown(Map<String, AttrValue> attributes) {
    return attributes.keySet().stream()
        .filter(a -> a.startsWith("_") && !KEPT.contains(a) && !NodeAttributes.isRefused(a))
        .toList();
  }
}
