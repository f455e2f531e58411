// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.gradients;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hubbeam.batch.Internal;
import org.hubbeam.model.OpDefs;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** The types of the tensors that nodes take and give. */
@Internal
public final class NodeTypes {

  /** Types that values which change smoothly can have; lists of tensors are variants. */
  private static final Set<DataType> SMOOTH =
      Set.of(
          DataType.DT_HALF,
          DataType.DT_BFLOAT16,
          DataType.DT_FLOAT,
          DataType.DT_DOUBLE,
          DataType.DT_COMPLEX64,
          DataType.DT_COMPLEX128,
          DataType.DT_VARIANT);

  private NodeTypes() {}

  /** Whether values of a type can change smoothly. */
  public static boolean isSmooth(DataType type) {
    return SMOOTH.contains(type);
  }

  /** The types of a node's outputs. */
  public static List<DataType> outputs(OpDefs ops, NodeDef node) {
    OpDef op = ops.definition(node);
    return types(ops, op.getOutputArgList(), node);
  }

  /** The types of a node's inputs, control inputs left out. */
  public static List<DataType> inputs(OpDefs ops, NodeDef node) {
    OpDef op = ops.definition(node);
    return types(ops, op.getInputArgList(), node);
  }

  private static List<DataType> types(OpDefs ops, List<OpDef.ArgDef> arguments, NodeDef node) {
    List<DataType> types = new ArrayList<>();
    for (OpDef.ArgDef argument : arguments) {
      if (!argument.getTypeListAttr().isEmpty()) {
        types.addAll(ops.attribute(node, argument.getTypeListAttr()).getList().getTypeList());
        continue;
      }
      DataType type =
          argument.getTypeAttr().isEmpty()
              ? argument.getType()
              : ops.attribute(node, argument.getTypeAttr()).getType();
      long count =
          argument.getNumberAttr().isEmpty()
              ? 1
              : ops.attribute(node, argument.getNumberAttr()).getI();
      for (long i = 0; i < count; i++) {
        types.add(type);
      }
    }
    return types;
  }
}
