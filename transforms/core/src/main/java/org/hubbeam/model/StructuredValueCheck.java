// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.Struct.TypeSpecProto;
import org.tensorflow.proto.Struct.TypeSpecProto.TypeSpecClass;

/**
 * Checks what a module tells of Python's structures of arguments and results. Kinds of values that
 * are not known here are taken as they are.
 */
final class StructuredValueCheck {

  /** A structure of tensors whose number is not known here. */
  static final int UNKNOWN = -1;

  /** Each leaf has the names of all above it. */
  private static final int MOST_LETTERS = 1_000;

  private final ValueCheck values;

  StructuredValueCheck(ValueCheck values) {
    this.values = values;
  }

  /**
   * Checks a value and all below it. Protocol buffers nest 100 deep at most.
   *
   * @return how many plain tensors it stands for, or {@link #UNKNOWN}
   */
  int check(StructuredValue value) {
    return switch (value.getKindCase()) {
      case LIST_VALUE -> all(value.getListValue().getValuesList());
      case TUPLE_VALUE -> all(value.getTupleValue().getValuesList());
      case DICT_VALUE -> dict(value.getDictValue().getFieldsMap());
      case NAMED_TUPLE_VALUE -> {
        List<StructuredValue> fields = new ArrayList<>();
        value.getNamedTupleValue().getValuesList().forEach(p -> requireName(p.getKey()));
        value.getNamedTupleValue().getValuesList().forEach(p -> fields.add(p.getValue()));
        yield all(fields);
      }
      case TENSOR_SPEC_VALUE -> {
        ValueCheck.valueDtype(value.getTensorSpecValue().getDtypeValue());
        ValueCheck.shape(value.getTensorSpecValue().getShape());
        yield 1;
      }
      case BOUNDED_TENSOR_SPEC_VALUE -> {
        var bounded = value.getBoundedTensorSpecValue();
        ValueCheck.valueDtype(bounded.getDtypeValue());
        ValueCheck.shape(bounded.getShape());
        values.tensor(bounded.getMinimum());
        values.tensor(bounded.getMaximum());
        yield 1;
      }
      case TYPE_SPEC_VALUE -> typeSpec(value.getTypeSpecValue());
      case TENSOR_DTYPE_VALUE -> {
        ValueCheck.dtype(value.getTensorDtypeValueValue());
        yield 0;
      }
      case TENSOR_SHAPE_VALUE -> {
        ValueCheck.shape(value.getTensorShapeValue());
        yield 0;
      }
      case TENSOR_VALUE -> {
        values.tensor(value.getTensorValue());
        yield 0;
      }
      case NUMPY_VALUE -> {
        values.tensor(value.getNumpyValue());
        yield 0;
      }
      default -> 0;
    };
  }

  private static void requireName(String name) {
    if (name.length() > MOST_LETTERS) {
      throw new Flaw(
          "a name has " + name.length() + " characters; at most " + MOST_LETTERS + " are allowed");
    }
  }

  private int all(List<StructuredValue> values) {
    int sum = 0;
    for (StructuredValue value : values) {
      int one = check(value);
      sum = sum == UNKNOWN || one == UNKNOWN ? UNKNOWN : sum + one;
    }
    return sum;
  }

  private int dict(Map<String, StructuredValue> fields) {
    fields.keySet().forEach(StructuredValueCheck::requireName);
    return all(List.copyOf(fields.values()));
  }

  /**
   * Checks what is told of a composite tensor.
   *
   * @return how many plain tensors it is made of, or {@link #UNKNOWN}
   */
  int typeSpec(TypeSpecProto spec) {
    check(spec.getTypeState());
    List<StructuredValue> state = spec.getTypeState().getTupleValue().getValuesList();
    int tensors =
        switch (spec.getTypeSpecClass()) {
          case RAGGED_TENSOR_SPEC -> ragged(state);
          case SPARSE_TENSOR_SPEC -> sparse(state);
          default -> UNKNOWN;
        };
    int told = spec.getNumFlatComponents();
    if (told < 0 || tensors != UNKNOWN && told > 0 && told != tensors) {
      throw new Flaw(
          "a " + spec.getTypeSpecClass() + " of " + tensors + " tensors is told to have " + told);
    }
    return tensors;
  }

  private static int ragged(List<StructuredValue> state) {
    require(
        TypeSpecClass.RAGGED_TENSOR_SPEC,
        state.size() >= 4
            && state.get(0).hasTensorShapeValue()
            && state.get(1).hasTensorDtypeValue()
            && state.get(2).hasInt64Value()
            && state.get(3).hasTensorDtypeValue());
    ValueCheck.valueDtype(state.get(1).getTensorDtypeValueValue());
    ValueCheck.valueDtype(state.get(3).getTensorDtypeValueValue());
    long rank = state.get(2).getInt64Value();
    if (rank < 0 || rank > ValueCheck.MOST_DIMENSIONS) {
      throw new Flaw("a ragged tensor cannot have " + rank + " ragged dimensions");
    }
    return (int) rank + 1;
  }

  private static int sparse(List<StructuredValue> state) {
    require(
        TypeSpecClass.SPARSE_TENSOR_SPEC,
        state.size() >= 2
            && state.get(0).hasTensorShapeValue()
            && state.get(1).hasTensorDtypeValue());
    ValueCheck.valueDtype(state.get(1).getTensorDtypeValueValue());
    return 3;
  }

  private static void require(TypeSpecClass kind, boolean complete) {
    if (!complete) {
      throw new Flaw("a " + kind + " lacks what describes it");
    }
  }
}
