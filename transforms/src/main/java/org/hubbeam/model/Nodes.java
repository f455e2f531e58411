package org.hubbeam.model;

import com.google.protobuf.ByteString;
import java.util.List;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.FunctionDefLibrary;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Graph nodes as protos, made by hand. */
final class Nodes {

  private static final TensorShapeProto ANY_RANK =
      TensorShapeProto.newBuilder().setUnknownRank(true).build();

  private Nodes() {}

  static NodeDef placeholder(String name, DataType dtype) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Placeholder")
        .putAttr("dtype", type(dtype))
        .putAttr("shape", AttrValue.newBuilder().setShape(ANY_RANK).build())
        .build();
  }

  /** A constant string, or a vector of strings. */
  static NodeDef strings(String name, TensorShapeProto shape, List<String> values) {
    TensorProto.Builder tensor =
        TensorProto.newBuilder().setDtype(DataType.DT_STRING).setTensorShape(shape);
    values.forEach(v -> tensor.addStringVal(ByteString.copyFromUtf8(v)));
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("Const")
        .putAttr("dtype", type(DataType.DT_STRING))
        .putAttr("value", AttrValue.newBuilder().setTensor(tensor).build())
        .build();
  }

  static NodeDef string(String name, String value) {
    return strings(name, TensorShapeProto.getDefaultInstance(), List.of(value));
  }

  static NodeDef vector(String name, List<String> values) {
    return strings(
        name,
        TensorShapeProto.newBuilder()
            .addDim(TensorShapeProto.Dim.newBuilder().setSize(values.size()))
            .build(),
        values);
  }

  static NodeDef variable(String name, DataType dtype, TensorShapeProto shape) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("VarHandleOp")
        .putAttr("dtype", type(dtype))
        .putAttr("shape", AttrValue.newBuilder().setShape(shape).build())
        .putAttr("container", text(""))
        .putAttr("shared_name", text(name))
        .build();
  }

  static NodeDef readVariable(String name, String handle, DataType dtype) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("ReadVariableOp")
        .addInput(handle)
        .putAttr("dtype", type(dtype))
        .build();
  }

  static NodeDef assignVariable(String name, String handle, String value, DataType dtype) {
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("AssignVariableOp")
        .addInput(handle)
        .addInput(value)
        .putAttr("dtype", type(dtype))
        .putAttr("validate_shape", AttrValue.newBuilder().setB(false).build())
        .build();
  }

  /** The three nodes that read tensors of a checkpoint; the last is named {@code name}. */
  static List<NodeDef> restore(
      String name, String prefix, List<String> keys, List<DataType> dtypes) {
    return List.of(
        string(name + "/prefix", prefix),
        vector(name + "/names", keys),
        vector(name + "/slices", keys.stream().map(k -> "").toList()),
        NodeDef.newBuilder()
            .setName(name)
            .setOp("RestoreV2")
            .addInput(name + "/prefix")
            .addInput(name + "/names")
            .addInput(name + "/slices")
            .putAttr("dtypes", types(dtypes))
            .build());
  }

  /** A call of a graph function. */
  static NodeDef call(String name, FunctionDef function, List<String> inputs) {
    OpDef signature = function.getSignature();
    return NodeDef.newBuilder()
        .setName(name)
        .setOp("StatefulPartitionedCall")
        .addAllInput(inputs)
        .putAttr(
            "f",
            AttrValue.newBuilder()
                .setFunc(NameAttrList.newBuilder().setName(signature.getName()))
                .build())
        .putAttr(
            "Tin", types(signature.getInputArgList().stream().map(OpDef.ArgDef::getType).toList()))
        .putAttr(
            "Tout",
            types(signature.getOutputArgList().stream().map(OpDef.ArgDef::getType).toList()))
        .putAttr("config", text(""))
        .putAttr("config_proto", text(""))
        .putAttr("executor_type", text(""))
        .build();
  }

  static AttrValue type(DataType dtype) {
    return AttrValue.newBuilder().setType(dtype).build();
  }

  static AttrValue types(List<DataType> dtypes) {
    return AttrValue.newBuilder()
        .setList(AttrValue.ListValue.newBuilder().addAllType(dtypes))
        .build();
  }

  static AttrValue text(String value) {
    return AttrValue.newBuilder().setS(ByteString.copyFromUtf8(value)).build();
  }

  /** The graph without the devices that its ops were pinned to where it was made. */
  static GraphDef withoutDevices(GraphDef graph) {
    GraphDef.Builder builder = graph.toBuilder();
    for (int i = 0; i < graph.getNodeCount(); i++) {
      if (!graph.getNode(i).getDevice().isEmpty()) {
        builder.setNode(i, graph.getNode(i).toBuilder().clearDevice());
      }
    }
    return builder.setLibrary(withoutDevices(graph.getLibrary())).build();
  }

  static FunctionDefLibrary withoutDevices(FunctionDefLibrary library) {
    FunctionDefLibrary.Builder builder = library.toBuilder();
    for (int f = 0; f < library.getFunctionCount(); f++) {
      FunctionDef function = library.getFunction(f);
      if (function.getNodeDefList().stream().anyMatch(n -> !n.getDevice().isEmpty())) {
        FunctionDef.Builder cleared = function.toBuilder();
        for (int i = 0; i < function.getNodeDefCount(); i++) {
          cleared.setNodeDef(i, function.getNodeDef(i).toBuilder().clearDevice());
        }
        builder.setFunction(f, cleared);
      }
    }
    return builder.build();
  }
}
