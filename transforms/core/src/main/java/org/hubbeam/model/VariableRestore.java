// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.tensorflow.proto.CollectionDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SaveSliceInfoDef;
import org.tensorflow.proto.VariableDef;

/**
 * Restores a graph that has no saver of its own, as modules of TF1 Hub may: TF Hub makes one for
 * the variables of the graph's collection, each under its own name in the checkpoint.
 *
 * @param graph what is to be added to the graph
 * @param targets the nodes to run then
 */
record VariableRestore(GraphDef graph, List<String> targets) {

  /** The variables of a graph's collection. */
  static List<VariableDef> collected(MetaGraphDef metaGraph) {
    return collected(metaGraph, "variables");
  }

  /** The variables of one of a graph's collections. */
  static List<VariableDef> collected(MetaGraphDef metaGraph, String name) {
    List<VariableDef> variables = new ArrayList<>();
    CollectionDef collection =
        metaGraph.getCollectionDefOrDefault(name, CollectionDef.getDefaultInstance());
    for (ByteString bytes : collection.getBytesList().getValueList()) {
      try {
        variables.add(VariableDef.parseFrom(bytes));
      } catch (InvalidProtocolBufferException e) {
        throw new ModuleException(
            ModuleException.Kind.NOT_LOADABLE, "the collection of variables is broken", e);
      }
    }
    return variables;
  }

  static VariableRestore of(
      String prefix, List<VariableDef> variables, Function<String, NodeDef> nodeOf) {
    List<String> keys = new ArrayList<>();
    List<String> slices = new ArrayList<>();
    List<DataType> dtypes = new ArrayList<>();
    for (VariableDef variable : variables) {
      boolean whole = !variable.hasSaveSliceInfoDef();
      SaveSliceInfoDef slice = variable.getSaveSliceInfoDef();
      keys.add(whole ? node(variable) : slice.getFullName());
      slices.add(whole ? "" : spec(slice));
      dtypes.add(nodeOf.apply(node(variable)).getAttrOrThrow("dtype").getType());
    }
    GraphNodes nodes = new GraphNodes();
    String file = nodes.constant("hubbeam/restore/prefix", Protos.scalar(prefix));
    String restored = nodes.restore("hubbeam/restore", file, keys, Protos.strings(slices), dtypes);
    List<String> targets = new ArrayList<>();
    for (int i = 0; i < variables.size(); i++) {
      String name = node(variables.get(i));
      String assign = "hubbeam/assign/" + name;
      String value = restored + ":" + i;
      targets.add(
          nodeOf.apply(name).getOp().equals("VarHandleOp")
              ? nodes.assign(assign, name, value, dtypes.get(i))
              : nodes.node(
                  assign, "Assign", List.of(name, value), Map.of("T", Protos.attr(dtypes.get(i)))));
    }
    return new VariableRestore(nodes.graph().build(), targets);
  }

  /** The node of a variable. */
  static String node(VariableDef variable) {
    return NativeSession.TensorName.parse(variable.getVariableName()).node();
  }

  /** A part of a variable that was cut for several machines: its whole shape, start and size. */
  private static String spec(SaveSliceInfoDef slice) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < slice.getVarShapeCount(); i++) {
      parts.add(slice.getVarOffset(i) + "," + slice.getVarShape(i));
    }
    String full =
        slice.getFullShapeList().stream().map(String::valueOf).collect(Collectors.joining(" "));
    return full + " " + String.join(":", parts);
  }
}
