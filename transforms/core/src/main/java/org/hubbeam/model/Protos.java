// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import com.google.protobuf.ByteString;
import java.util.List;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Internal;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Shapes, attributes and constants as TensorFlow's protos. */
@Internal
public final class Protos {

  private Protos() {}

  public static TensorShapeProto shape(Shape shape) {
    TensorShapeProto.Builder out = TensorShapeProto.newBuilder();
    if (!shape.hasRank()) {
      return out.setUnknownRank(true).build();
    }
    shape.dims().forEach(d -> out.addDim(TensorShapeProto.Dim.newBuilder().setSize(d)));
    return out.build();
  }

  /** The shape of an operand. */
  public static Shape shape(org.tensorflow.ndarray.Shape shape) {
    return shape.isUnknown() ? Shape.UNKNOWN : Shape.of(shape.asArray());
  }

  /** A shape for an operation. */
  public static org.tensorflow.ndarray.Shape ndShape(Shape shape) {
    return shape.hasRank()
        ? org.tensorflow.ndarray.Shape.of(
            shape.dims().stream().mapToLong(Long::longValue).toArray())
        : org.tensorflow.ndarray.Shape.unknown();
  }

  public static AttrValue attr(Shape shape) {
    return AttrValue.newBuilder().setShape(shape(shape)).build();
  }

  public static AttrValue attr(DataType type) {
    return AttrValue.newBuilder().setType(type).build();
  }

  public static AttrValue attr(String text) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(text)).build();
  }

  public static AttrValue attr(long number) {
    return AttrValue.newBuilder().setI(number).build();
  }

  public static AttrValue attr(boolean flag) {
    return AttrValue.newBuilder().setB(flag).build();
  }

  public static AttrValue attr(TensorProto tensor) {
    return AttrValue.newBuilder().setTensor(tensor).build();
  }

  public static AttrValue types(List<DataType> types) {
    return AttrValue.newBuilder()
        .setList(AttrValue.ListValue.newBuilder().addAllType(types))
        .build();
  }

  public static AttrValue shapes(List<Shape> shapes) {
    AttrValue.ListValue.Builder list = AttrValue.ListValue.newBuilder();
    shapes.forEach(s -> list.addShape(shape(s)));
    return AttrValue.newBuilder().setList(list).build();
  }

  public static AttrValue function(String name) {
    return AttrValue.newBuilder().setFunc(NameAttrList.newBuilder().setName(name)).build();
  }

  public static TensorProto scalar(Values value) {
    return tensor(Array.Dense.scalar(value));
  }

  public static TensorProto scalar(String text) {
    return scalar(Values.of(text));
  }

  /** A list of strings as a tensor of rank 1. */
  public static TensorProto strings(List<String> values) {
    return tensor(Array.Dense.vector(Values.of(values.toArray(new String[0]))));
  }

  public static TensorProto tensor(Array.Dense array) {
    TensorProto.Builder out =
        TensorProto.newBuilder()
            .setDtype(array.dtype().proto())
            .setTensorShape(shape(new Shape(array.dims())));
    if (array.values() instanceof Values.Numbers numbers) {
      return out.setTensorContent(ByteString.copyFrom(numbers.bytes())).build();
    }
    for (int i = 0; i < array.values().size(); i++) {
      out.addStringVal(ByteString.copyFrom((byte[]) array.values().get(i)));
    }
    return out.build();
  }
}
