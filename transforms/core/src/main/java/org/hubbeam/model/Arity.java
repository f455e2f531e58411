// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;

/** How many tensors a node takes and gives, by the definition of its operation. */
final class Arity {

  /** Not known: the operation is not, or the function's caller says it. */
  static final int UNKNOWN = -1;

  /** More outputs of one node make TensorFlow reserve gigabytes. */
  private static final long MOST = 1_000_000;

  private static final Set<String> CONSTANTS = Set.of("Const", "HostConst");

  private Arity() {}

  /** The tensors of all of a node's inputs or outputs. */
  static int of(NodeDef node, OpDef op, List<OpDef.ArgDef> arguments) {
    long sum = 0;
    for (OpDef.ArgDef argument : arguments) {
      int one = of(node, op, argument);
      if (one == UNKNOWN) {
        return UNKNOWN;
      }
      sum += one;
    }
    if (sum > MOST) {
      throw new Flaw(sum + " tensors are too many; at most " + MOST + " are allowed");
    }
    return (int) sum;
  }

  /** The tensors of one input or output, which can be a list. */
  static int of(NodeDef node, OpDef op, OpDef.ArgDef argument) {
    String number = argument.getNumberAttr();
    if (!number.isEmpty()) {
      AttrValue value = attribute(node, op, number);
      return value == null ? UNKNOWN : number(number, value.getI());
    }
    String types = argument.getTypeListAttr();
    if (!types.isEmpty()) {
      AttrValue value = attribute(node, op, types);
      return value == null ? UNKNOWN : value.getList().getTypeCount();
    }
    return 1;
  }

  private static int number(String attribute, long value) {
    if (value < 0 || value > MOST) {
      throw new Flaw(
          "the attribute "
              + Flaw.name(attribute)
              + " is "
              + value
              + "; 0 to "
              + MOST
              + " is allowed");
    }
    return (int) value;
  }

  /** An attribute or its default; null when the caller of the function around says it. */
  private static @Nullable AttrValue attribute(NodeDef node, OpDef op, String name) {
    AttrValue value = node.getAttrMap().get(name);
    if (value != null) {
      return value.hasPlaceholder() ? null : value;
    }
    for (OpDef.AttrDef attribute : op.getAttrList()) {
      if (attribute.getName().equals(name) && attribute.hasDefaultValue()) {
        return attribute.getDefaultValue();
      }
    }
    throw new Flaw("lacks the attribute " + Flaw.name(name) + " of the operation " + op.getName());
  }

  /** Checks that a node has all attributes of its operation, each of its kind. */
  static void checkAttributes(NodeDef node, OpDef op) {
    for (OpDef.AttrDef attribute : op.getAttrList()) {
      AttrValue value = node.getAttrMap().get(attribute.getName());
      if (value == null) {
        if (!attribute.hasDefaultValue()) {
          throw new Flaw(
              "lacks the attribute "
                  + Flaw.name(attribute.getName())
                  + " of the operation "
                  + Flaw.name(op.getName()));
        }
      } else if (!isOfKind(value, attribute.getType())) {
        throw new Flaw(
            "the attribute " + Flaw.name(attribute.getName()) + " is no " + attribute.getType());
      } else {
        checkTypes(attribute.getName(), value);
      }
    }
  }

  private static void checkTypes(String attribute, AttrValue value) {
    try {
      if (value.getValueCase() == AttrValue.ValueCase.TYPE) {
        ValueCheck.valueDtype(value.getTypeValue());
      }
      value.getList().getTypeValueList().forEach(ValueCheck::valueDtype);
    } catch (Flaw e) {
      throw e.in("the attribute " + Flaw.name(attribute));
    }
  }

  /**
   * Checks that the value of a constant, whose attributes were checked, has the constant's dtype;
   * TensorFlow relies on it.
   */
  static void checkConstant(NodeDef node) {
    if (!CONSTANTS.contains(node.getOp())) {
      return;
    }
    AttrValue value = node.getAttrOrThrow("value");
    AttrValue dtype = node.getAttrOrThrow("dtype");
    boolean known = value.hasTensor() && !dtype.hasPlaceholder();
    if (known && value.getTensor().getDtype() != dtype.getType()) {
      throw new Flaw(
          "the value of a constant of "
              + dtype.getType()
              + " is of "
              + value.getTensor().getDtype());
    }
  }

  private static boolean isOfKind(AttrValue value, String kind) {
    return switch (value.getValueCase()) {
      case PLACEHOLDER -> true;
      case LIST -> kind.startsWith("list(");
      case S -> kind.equals("string");
      case I -> kind.equals("int");
      case F -> kind.equals("float");
      case B -> kind.equals("bool");
      case TYPE -> kind.equals("type");
      case SHAPE -> kind.equals("shape");
      case TENSOR -> kind.equals("tensor");
      case FUNC -> kind.equals("func");
      case VALUE_NOT_SET -> kind.startsWith("list(");
    };
  }
}
