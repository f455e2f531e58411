// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hubbeam.batch.ArraySpec;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.Struct.DictValue;
import org.tensorflow.proto.Struct.ListValue;
import org.tensorflow.proto.Struct.NamedTupleValue;
import org.tensorflow.proto.Struct.NoneValue;
import org.tensorflow.proto.Struct.PairValue;
import org.tensorflow.proto.Struct.StructuredValue;
import org.tensorflow.proto.Struct.TensorSpecProto;
import org.tensorflow.proto.Struct.TupleValue;
import org.tensorflow.proto.Struct.TypeSpecProto;
import org.tensorflow.proto.Struct.TypeSpecProto.TypeSpecClass;

/** Python's structures of arguments and results, as a SavedModel tells them. */
final class StructuredValues {

  static final StructuredValue NONE =
      StructuredValue.newBuilder().setNoneValue(NoneValue.getDefaultInstance()).build();

  private StructuredValues() {}

  static StructuredValue tuple(List<StructuredValue> values) {
    return StructuredValue.newBuilder()
        .setTupleValue(TupleValue.newBuilder().addAllValues(values))
        .build();
  }

  static StructuredValue list(List<StructuredValue> values) {
    return StructuredValue.newBuilder()
        .setListValue(ListValue.newBuilder().addAllValues(values))
        .build();
  }

  static StructuredValue dict(Map<String, StructuredValue> values) {
    return StructuredValue.newBuilder()
        .setDictValue(DictValue.newBuilder().putAllFields(values))
        .build();
  }

  static StructuredValue strings(List<String> values) {
    return list(values.stream().map(StructuredValues::python).toList());
  }

  /** A Boolean, Long, Double, String or null as Python has it. */
  static StructuredValue python(@Nullable Object value) {
    StructuredValue.Builder out = StructuredValue.newBuilder();
    if (value == null) {
      return NONE;
    } else if (value instanceof Boolean b) {
      out.setBoolValue(b);
    } else if (value instanceof Long l) {
      out.setInt64Value(l);
    } else if (value instanceof Double d) {
      out.setFloat64Value(d);
    } else {
      out.setStringValue((String) value);
    }
    return out.build();
  }

  static StructuredValue tensor(TensorPart part) {
    return StructuredValue.newBuilder()
        .setTensorSpecValue(
            TensorSpecProto.newBuilder()
                .setName(NodeNames.of(part.name()))
                .setShape(Protos.shape(part.shape()))
                .setDtype(part.dtype()))
        .build();
  }

  /** What an array is, in whatever layout. */
  static StructuredValue array(ArraySpec spec) {
    List<TensorPart> parts = TensorPart.of(spec);
    return switch (spec.layout()) {
      case DENSE -> tensor(parts.get(0));
      case SPARSE ->
          typeSpec(
              TypeSpecClass.SPARSE_TENSOR_SPEC,
              "SparseTensorSpec",
              parts.size(),
              List.of(shape(spec), dtype(spec.dtype().proto())));
      case RAGGED ->
          typeSpec(
              TypeSpecClass.RAGGED_TENSOR_SPEC,
              "RaggedTensorSpec",
              parts.size(),
              List.of(
                  shape(spec),
                  dtype(spec.dtype().proto()),
                  python((long) TensorPart.raggedRank(spec)),
                  dtype(DataType.DT_INT64)));
    };
  }

  /** Arrays under names with {@code /}, as the nested structure of those names. */
  static StructuredValue nested(Tree tree, Function<String, ArraySpec> specs) {
    if (tree.isLeaf()) {
      return array(specs.apply(tree.path()));
    }
    if (tree.isList()) {
      return list(tree.children().values().stream().map(c -> nested(c, specs)).toList());
    }
    return dict(
        tree.children().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, c -> nested(c.getValue(), specs))));
  }

  /** {@code inspect.FullArgSpec} of a Python function; defaults null for none. */
  static StructuredValue fullArgSpec(
      List<String> positional, StructuredValue defaults, List<String> keywordOnly) {
    NamedTupleValue.Builder out = NamedTupleValue.newBuilder().setName("FullArgSpec");
    pair(out, "args", strings(positional));
    pair(out, "varargs", NONE);
    pair(out, "varkw", NONE);
    pair(out, "defaults", defaults);
    pair(out, "kwonlyargs", strings(keywordOnly));
    pair(out, "kwonlydefaults", NONE);
    pair(out, "annotations", dict(Map.of()));
    return StructuredValue.newBuilder().setNamedTupleValue(out).build();
  }

  private static void pair(NamedTupleValue.Builder out, String key, StructuredValue value) {
    out.addValues(PairValue.newBuilder().setKey(key).setValue(value));
  }

  private static StructuredValue shape(ArraySpec spec) {
    return StructuredValue.newBuilder().setTensorShapeValue(Protos.shape(spec.shape())).build();
  }

  private static StructuredValue dtype(DataType dtype) {
    return StructuredValue.newBuilder().setTensorDtypeValue(dtype).build();
  }

  private static StructuredValue typeSpec(
      TypeSpecClass kind, String name, int components, List<StructuredValue> state) {
    return StructuredValue.newBuilder()
        .setTypeSpecValue(
            TypeSpecProto.newBuilder()
                .setTypeSpecClass(kind)
                .setTypeState(tuple(state))
                .setTypeSpecClassName(name)
                .setNumFlatComponents(components))
        .build();
  }
}
