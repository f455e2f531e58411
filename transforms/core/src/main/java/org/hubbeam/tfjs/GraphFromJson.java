// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.hubbeam.model.OpDefs;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NameAttrList;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorProto;
import org.tensorflow.proto.TensorShapeProto;

/** Graphs of the JSON mapping of protobuf. */
final class GraphFromJson {

  private GraphFromJson() {}

  static GraphDef graph(JsonNode json) {
    GraphDef.Builder out = GraphDef.newBuilder();
    json.path("node").forEach(n -> out.addNode(node(n)));
    json.path("library")
        .path("function")
        .forEach(f -> out.getLibraryBuilder().addFunction(function(f)));
    out.getVersionsBuilder().setProducer(json.path("versions").path("producer").asInt());
    return out.build();
  }

  private static FunctionDef function(JsonNode json) {
    FunctionDef.Builder out = FunctionDef.newBuilder();
    OpDef.Builder signature = out.getSignatureBuilder();
    signature.setName(json.path("signature").path("name").asText());
    json.path("signature").path("inputArg").forEach(a -> signature.addInputArg(argument(a)));
    json.path("signature").path("outputArg").forEach(a -> signature.addOutputArg(argument(a)));
    json.path("nodeDef").forEach(n -> out.addNodeDef(node(n)));
    Map<String, NodeDef> nodes = new HashMap<>();
    out.getNodeDefList().forEach(n -> nodes.put(n.getName(), n));
    for (int i = 0; i < out.getNodeDefCount(); i++) {
      NodeDef node = out.getNodeDef(i);
      NodeDef.Builder copy = node.toBuilder().clearInput();
      node.getInputList().forEach(t -> copy.addInput(named(t, nodes)));
      out.setNodeDef(i, copy);
    }
    json.path("ret")
        .properties()
        .forEach(e -> out.putRet(e.getKey(), named(e.getValue().asText(), nodes)));
    return out.build();
  }

  /** {@code x:output:0} for {@code x:0} and {@code x}; arguments stay. */
  private static String named(String tensor, Map<String, NodeDef> nodes) {
    String[] parts = tensor.split(":", -1);
    NodeDef node = nodes.get(parts[0]);
    if (node == null || parts.length == 3) {
      return tensor;
    }
    int index = parts.length == 1 ? 0 : Integer.parseInt(parts[1]);
    OpDef op = OpDefs.registered().find(node.getOp());
    if (op == null) {
      throw new IllegalArgumentException("the operation " + node.getOp() + " is not known");
    }
    for (OpDef.ArgDef output : op.getOutputArgList()) {
      int length = OpDefs.registered().length(output, node);
      if (index < length) {
        return parts[0] + ":" + output.getName() + ":" + index;
      }
      index -= length;
    }
    throw new IllegalArgumentException("there is no tensor '" + tensor + "'");
  }

  private static OpDef.ArgDef argument(JsonNode json) {
    return OpDef.ArgDef.newBuilder()
        .setName(json.path("name").asText())
        .setType(type(json.path("type")))
        .build();
  }

  private static NodeDef node(JsonNode json) {
    String op = json.path("op").asText();
    NodeDef.Builder out =
        NodeDef.newBuilder()
            .setName(json.path("name").asText())
            .setOp(op.equals(GraphJson.FUSED_DEPTHWISE) ? "_" + op : op);
    json.path("input").forEach(i -> out.addInput(i.asText()));
    json.path("attr").properties().forEach(e -> out.putAttr(e.getKey(), value(e.getValue())));
    return out.build();
  }

  private static AttrValue value(JsonNode json) {
    AttrValue.Builder out = AttrValue.newBuilder();
    Map.Entry<String, JsonNode> entry = json.properties().stream().findFirst().orElse(null);
    if (entry == null) {
      return out.build();
    }
    JsonNode value = entry.getValue();
    switch (entry.getKey()) {
      case "s" -> out.setS(bytes(value));
      case "i" -> out.setI(integer(value));
      case "f" -> out.setF(number(value));
      case "b" -> out.setB(value.asBoolean());
      case "type" -> out.setType(type(value));
      case "shape" -> out.setShape(shape(value));
      case "tensor" ->
          out.setTensor(
              TensorProto.newBuilder()
                  .setDtype(type(value.path("dtype")))
                  .setTensorShape(shape(value.path("tensorShape"))));
      case "func" -> out.setFunc(NameAttrList.newBuilder().setName(value.path("name").asText()));
      case "list" -> out.setList(list(value));
      default ->
          throw new IllegalArgumentException("an attribute is of the kind " + entry.getKey());
    }
    return out.build();
  }

  private static AttrValue.ListValue list(JsonNode json) {
    AttrValue.ListValue.Builder out = AttrValue.ListValue.newBuilder();
    json.path("s").forEach(v -> out.addS(bytes(v)));
    json.path("i").forEach(v -> out.addI(integer(v)));
    json.path("f").forEach(v -> out.addF(number(v)));
    json.path("b").forEach(v -> out.addB(v.asBoolean()));
    json.path("type").forEach(v -> out.addType(type(v)));
    json.path("shape").forEach(v -> out.addShape(shape(v)));
    return out.build();
  }

  static DataType type(JsonNode json) {
    DataType type =
        json.isInt() ? DataType.forNumber(json.asInt()) : DataType.valueOf(json.asText());
    if (type == null || type == DataType.UNRECOGNIZED) {
      throw new IllegalArgumentException("there is no type " + json);
    }
    return type;
  }

  static TensorShapeProto shape(JsonNode json) {
    TensorShapeProto.Builder out = TensorShapeProto.newBuilder();
    if (json.path("unknownRank").asBoolean()) {
      return out.setUnknownRank(true).build();
    }
    json.path("dim").forEach(d -> out.addDimBuilder().setSize(size(d)));
    return out.build();
  }

  /** Zero is left out in JSON. */
  private static long size(JsonNode dim) {
    return dim.has("size") ? integer(dim.get("size")) : 0;
  }

  /** Integers of 64 bits are texts in JSON. */
  private static long integer(JsonNode json) {
    return json.canConvertToLong() ? json.asLong() : Long.parseLong(json.asText());
  }

  /** Numbers that are not finite are texts. */
  private static float number(JsonNode json) {
    return json.isNumber() ? (float) json.asDouble() : Float.parseFloat(json.asText());
  }

  private static ByteString bytes(JsonNode json) {
    return ByteString.copyFrom(Base64.getDecoder().decode(json.asText()));
  }
}
