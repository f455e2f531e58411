// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import java.util.Base64;
import java.util.TreeMap;
import org.hubbeam.batch.Internal;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.TensorShapeProto;

/**
 * Graphs in the JSON mapping of protobuf, as far as the runtime reads them: names in lowerCamel,
 * bytes in base64, 64-bit integers as strings, enums by name. Contents of tensors are left out.
 */
@Internal
public final class GraphJson {

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  static final String FUSED_DEPTHWISE = "FusedDepthwiseConv2dNative";

  private GraphJson() {}

  /** A graph. */
  public static ObjectNode graph(GraphDef graph) {
    ObjectNode out = JSON.objectNode();
    ArrayNode nodes = out.putArray("node");
    graph.getNodeList().forEach(n -> nodes.add(node(n)));
    ObjectNode library = out.putObject("library");
    if (graph.getLibrary().getFunctionCount() > 0) {
      ArrayNode functions = library.putArray("function");
      graph
          .getLibrary()
          .getFunctionList()
          .forEach(f -> functions.add(function(OutputPlaces.placed(f))));
    }
    out.putObject("versions").put("producer", graph.getVersions().getProducer());
    return out;
  }

  private static ObjectNode function(FunctionDef function) {
    ObjectNode out = JSON.objectNode();
    OpDef signature = function.getSignature();
    ObjectNode named = out.putObject("signature").put("name", signature.getName());
    ArrayNode inputs = named.putArray("inputArg");
    signature.getInputArgList().forEach(a -> inputs.add(argument(a)));
    ArrayNode outputs = named.putArray("outputArg");
    signature.getOutputArgList().forEach(a -> outputs.add(argument(a)));
    ArrayNode nodes = out.putArray("nodeDef");
    function.getNodeDefList().forEach(n -> nodes.add(node(n)));
    ObjectNode results = out.putObject("ret");
    signature
        .getOutputArgList()
        .forEach(a -> results.put(a.getName(), function.getRetOrThrow(a.getName())));
    return out;
  }

  private static ObjectNode argument(OpDef.ArgDef argument) {
    return JSON.objectNode().put("name", argument.getName()).put("type", argument.getType().name());
  }

  private static ObjectNode node(NodeDef node) {
    ObjectNode out =
        JSON.objectNode().put("name", node.getName()).put("op", operation(node.getOp()));
    if (node.getInputCount() > 0) {
      ArrayNode inputs = out.putArray("input");
      node.getInputList().forEach(inputs::add);
    }
    ObjectNode attributes = out.putObject("attr");
    new TreeMap<>(node.getAttrMap()).forEach((name, value) -> attributes.set(name, value(value)));
    return out;
  }

  /** The name that the runtime knows an operation by. */
  private static String operation(String op) {
    return op.equals("_FusedDepthwiseConv2dNative") ? FUSED_DEPTHWISE : op;
  }

  private static ObjectNode value(AttrValue value) {
    ObjectNode out = JSON.objectNode();
    switch (value.getValueCase()) {
      case S -> out.put("s", base64(value.getS()));
      case I -> out.put("i", Long.toString(value.getI()));
      case F -> number(out, value.getF());
      case B -> out.put("b", value.getB());
      case TYPE -> out.put("type", value.getType().name());
      case SHAPE -> out.set("shape", shape(value.getShape()));
      case TENSOR ->
          out.putObject("tensor")
              .put("dtype", value.getTensor().getDtype().name())
              .set("tensorShape", shape(value.getTensor().getTensorShape()));
      case FUNC -> out.putObject("func").put("name", value.getFunc().getName());
      case LIST -> out.set("list", list(value.getList()));
      default -> {}
    }
    return out;
  }

  private static void number(ObjectNode out, float value) {
    if (Float.isFinite(value)) {
      out.put("f", value);
    } else {
      out.put("f", Float.toString(value));
    }
  }

  private static ObjectNode list(AttrValue.ListValue list) {
    ObjectNode out = JSON.objectNode();
    if (list.getSCount() > 0) {
      ArrayNode values = out.putArray("s");
      list.getSList().forEach(s -> values.add(base64(s)));
    }
    if (list.getICount() > 0) {
      ArrayNode values = out.putArray("i");
      list.getIList().forEach(i -> values.add(Long.toString(i)));
    }
    if (list.getFCount() > 0) {
      ArrayNode values = out.putArray("f");
      list.getFList().forEach(values::add);
    }
    if (list.getBCount() > 0) {
      ArrayNode values = out.putArray("b");
      list.getBList().forEach(values::add);
    }
    if (list.getTypeCount() > 0) {
      ArrayNode values = out.putArray("type");
      list.getTypeList().forEach(t -> values.add(t.name()));
    }
    if (list.getShapeCount() > 0) {
      ArrayNode values = out.putArray("shape");
      list.getShapeList().forEach(s -> values.add(shape(s)));
    }
    return out;
  }

  static ObjectNode shape(TensorShapeProto shape) {
    ObjectNode out = JSON.objectNode();
    if (shape.getUnknownRank()) {
      return out.put("unknownRank", true);
    }
    if (shape.getDimCount() > 0) {
      ArrayNode dims = out.putArray("dim");
      shape.getDimList().forEach(d -> dims.addObject().put("size", Long.toString(d.getSize())));
    }
    return out;
  }

  private static String base64(ByteString bytes) {
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
