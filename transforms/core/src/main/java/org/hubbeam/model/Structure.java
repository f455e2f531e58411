// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.hubbeam.batch.ArraySpec;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Layout;
import org.hubbeam.batch.PythonText;
import org.hubbeam.batch.Shape;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.Struct.TypeSpecProto;
import org.tensorflow.proto.TensorShapeProto;

/**
 * What a function takes or gives as Python structures it (dicts, lists, ragged and sparse tensors),
 * flattened in the order of TensorFlow's {@code nest}: dict keys sorted, lists in order.
 */
final class Structure {

  /** One leaf of a structure. */
  sealed interface Leaf permits Tensor, Constant {
    String path();
  }

  /**
   * A tensor, or a composite of several.
   *
   * @param parts how many plain tensors it is made of: 1 when dense, values and row splits when
   *     ragged, indices, values and shape when sparse
   * @param splits the type of the row splits of a ragged tensor, or null
   */
  record Tensor(ArraySpec spec, int parts, @Nullable DType splits) implements Leaf {

    /** The types of the plain tensors. */
    List<DataType> types() {
      DataType values = spec.dtype().proto();
      return switch (spec.layout()) {
        case DENSE -> List.of(values);
        case SPARSE -> List.of(DataType.DT_INT64, values, DataType.DT_INT64);
        case RAGGED -> {
          List<DataType> types = new ArrayList<>(List.of(values));
          for (int i = 1; i < parts; i++) {
            types.add(Objects.requireNonNull(splits).proto());
          }
          yield types;
        }
      };
    }

    @Override
    public String path() {
      return spec.name();
    }
  }

  /** A python value: Boolean, Long, Double, String or null. */
  record Constant(String path, @Nullable Object value) implements Leaf {}

  private Structure() {}

  /** The leaves of a value under a path. */
  static List<Leaf> flatten(StructuredValue value, String path) {
    List<Leaf> leaves = new ArrayList<>();
    collect(value, path, leaves);
    return leaves;
  }

  private static void collect(StructuredValue value, String path, List<Leaf> into) {
    switch (value.getKindCase()) {
      case LIST_VALUE -> items(value.getListValue().getValuesList(), path, into);
      case TUPLE_VALUE -> items(value.getTupleValue().getValuesList(), path, into);
      case DICT_VALUE -> entries(value.getDictValue().getFieldsMap(), path, into);
      case NAMED_TUPLE_VALUE ->
          value
              .getNamedTupleValue()
              .getValuesList()
              .forEach(p -> collect(p.getValue(), join(path, p.getKey()), into));
      case TENSOR_SPEC_VALUE ->
          into.add(
              dense(
                  path,
                  value.getTensorSpecValue().getDtype(),
                  value.getTensorSpecValue().getShape()));
      case BOUNDED_TENSOR_SPEC_VALUE ->
          into.add(
              dense(
                  path,
                  value.getBoundedTensorSpecValue().getDtype(),
                  value.getBoundedTensorSpecValue().getShape()));
      case TYPE_SPEC_VALUE -> into.add(composite(path, value.getTypeSpecValue()));
      default -> into.add(new Constant(path, constant(value)));
    }
  }

  private static void items(List<StructuredValue> values, String path, List<Leaf> into) {
    for (int i = 0; i < values.size(); i++) {
      collect(values.get(i), join(path, Integer.toString(i)), into);
    }
  }

  private static void entries(Map<String, StructuredValue> fields, String path, List<Leaf> into) {
    Map<String, StructuredValue> sorted = new TreeMap<>(PythonText.ORDER);
    sorted.putAll(fields);
    sorted.forEach((key, field) -> collect(field, join(path, key), into));
  }

  private static Tensor dense(String path, DataType dtype, TensorShapeProto shape) {
    return new Tensor(new ArraySpec(path, DType.of(dtype), shape(shape), Layout.DENSE), 1, null);
  }

  private static Tensor composite(String path, TypeSpecProto spec) {
    List<StructuredValue> state = spec.getTypeState().getTupleValue().getValuesList();
    return switch (spec.getTypeSpecClass()) {
      case RAGGED_TENSOR_SPEC -> {
        int rank = (int) state.get(2).getInt64Value();
        yield new Tensor(
            new ArraySpec(
                path,
                DType.of(state.get(1).getTensorDtypeValue()),
                shape(state.get(0).getTensorShapeValue()),
                rank == 0 ? Layout.DENSE : Layout.RAGGED),
            rank + 1,
            DType.of(state.get(3).getTensorDtypeValue()));
      }
      case SPARSE_TENSOR_SPEC ->
          new Tensor(
              new ArraySpec(
                  path,
                  DType.of(state.get(1).getTensorDtypeValue()),
                  shape(state.get(0).getTensorShapeValue()),
                  Layout.SPARSE),
              3,
              null);
      default ->
          throw new ModuleException(
              ModuleException.Kind.MISUSED,
              "'" + path + "' is a " + spec.getTypeSpecClassName() + ", which is not supported");
    };
  }

  /** A python value of a saved structure; what is no plain value is shown as text. */
  static @Nullable Object constant(StructuredValue value) {
    return switch (value.getKindCase()) {
      case BOOL_VALUE -> value.getBoolValue();
      case INT64_VALUE -> value.getInt64Value();
      case FLOAT64_VALUE -> value.getFloat64Value();
      case STRING_VALUE -> value.getStringValue();
      case TENSOR_DTYPE_VALUE -> DType.of(value.getTensorDtypeValue()).toString();
      case TENSOR_SHAPE_VALUE -> shape(value.getTensorShapeValue()).toString();
      default -> null;
    };
  }

  static Shape shape(TensorShapeProto proto) {
    return proto.getUnknownRank()
        ? Shape.UNKNOWN
        : new Shape(proto.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList());
  }

  private static String join(String path, String part) {
    return path.isEmpty() ? part : path + "/" + part;
  }
}
