// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.hubbeam.model.NewFolder;
import org.hubbeam.model.NewFolder.Existing;
import org.hubbeam.model.Protos;
import org.hubbeam.model.TensorProtos;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Folders of graph models: {@code model.json}, the weights in {@code group1-shardIofN.bin}, and
 * {@code hubbeam-ops.js} where the model needs it.
 */
public final class GraphModelFolder {

  static final String MODEL = "model.json";
  static final String FORMAT = "graph-model";
  static final String CONVERTER = "hubbeam";
  static final String SCRIPT = "hubbeam-ops.js";
  static final String SCRIPT_OPERATIONS = "hubbeamOps";

  private static final ObjectMapper JSON = new ObjectMapper();

  private GraphModelFolder() {}

  /**
   * Writes a model; the folder is complete or does not exist. The same model gives the same bytes.
   *
   * @throws java.nio.file.FileAlreadyExistsException when the folder is there and is not to be
   *     replaced
   */
  public static void write(
      GraphModel model, Path folder, Quantization quantization, Existing existing)
      throws IOException {
    write(model, folder, quantization, existing, f -> {});
  }

  /**
   * Writes a model, and looks at what was written before it is put in place.
   *
   * @param check what it throws, {@code write} throws, and nothing is written
   */
  public static void write(
      GraphModel model,
      Path folder,
      Quantization quantization,
      Existing existing,
      NewFolder.Content check)
      throws IOException {
    NewFolder.write(
        folder,
        existing,
        f -> {
          new Writer(model, quantization).write(f);
          check.write(f);
        });
  }

  /**
   * Reads a model, also of Python's converter. Weights in fewer bits become floats again.
   *
   * @throws ConversionException when it is not whole, or not a graph model; says why
   */
  public static GraphModel read(Path folder) throws IOException {
    return new GraphModelReader(folder).read();
  }

  private static final class Writer {

    private final GraphModel model;
    private final Weights weights;

    Writer(GraphModel model, Quantization quantization) {
      quantization.require(Weights.floats(model));
      this.model = model;
      this.weights = new Weights(quantization);
    }

    void write(Path folder) throws IOException {
      ObjectNode json = JSON.createObjectNode();
      json.put("format", FORMAT);
      json.put("generatedBy", org.tensorflow.TensorFlow.version());
      json.put("convertedBy", CONVERTER);
      ObjectNode signature = json.putObject("signature");
      signature.set("inputs", ports(model.inputs()));
      signature.set("outputs", ports(model.outputs()));
      GraphDef graph = topology(model.graph());
      json.set("modelTopology", GraphJson.graph(graph));
      if (!model.scriptOperations().isEmpty()) {
        ArrayNode operations = json.putObject("userDefinedMetadata").putArray(SCRIPT_OPERATIONS);
        model.scriptOperations().forEach(operations::add);
      }
      if (!model.tables().isEmpty()) {
        tables(json);
      }
      json.set("weightsManifest", weights.write(folder));
      Files.write(folder.resolve(MODEL), JSON.writeValueAsBytes(json));
      if (!model.scriptOperations().isEmpty()) {
        Files.writeString(folder.resolve(SCRIPT), OpsScript.text());
      }
    }

    private static ObjectNode ports(List<Port> ports) {
      ObjectNode out = JSON.createObjectNode();
      for (Port port : ports) {
        out.putObject(port.name())
            .put("name", port.tensor())
            .put("dtype", port.type().name())
            .set("tensorShape", GraphJson.shape(Protos.shape(port.shape())));
      }
      return out;
    }

    /** The graph whose constants are weights; tables are inputs. */
    private GraphDef topology(GraphDef graph) {
      Map<String, Integer> resources = resources();
      GraphDef.Builder out = graph.toBuilder().clearNode().clearLibrary();
      for (NodeDef node : graph.getNodeList()) {
        out.addNode(
            resources.containsKey(node.getName())
                ? handle(node.getName())
                : weight(Attributes.complete(node), node.getName()));
      }
      for (FunctionDef function : graph.getLibrary().getFunctionList()) {
        out.getLibraryBuilder().addFunction(function(function));
      }
      return out.build();
    }

    private Map<String, Integer> resources() {
      Map<String, Integer> resources = new HashMap<>();
      model.tables().forEach(t -> resources.put(t.node(), resources.size() + 1));
      return resources;
    }

    private static NodeDef handle(String name) {
      return NodeDef.newBuilder()
          .setName(name)
          .setOp("Placeholder")
          .putAttr("dtype", Protos.attr(DataType.DT_RESOURCE))
          .putAttr("shape", Protos.attr(org.hubbeam.batch.Shape.of()))
          .build();
    }

    /** Constants of functions get the function's name in front: all weights are in one map. */
    private FunctionDef function(FunctionDef given) {
      FunctionDef function = FunctionResults.direct(given);
      String name = function.getSignature().getName();
      Map<String, String> renamed = new HashMap<>();
      function.getNodeDefList().stream()
          .filter(n -> n.getOp().equals("Const"))
          .forEach(n -> renamed.put(n.getName(), name + "/" + n.getName()));
      FunctionDef.Builder out = function.toBuilder().clearNodeDef().clearRet();
      for (NodeDef node : function.getNodeDefList()) {
        String own = renamed.getOrDefault(node.getName(), node.getName());
        NodeDef.Builder copy = Attributes.complete(node).toBuilder().setName(own).clearInput();
        node.getInputList().forEach(i -> copy.addInput(renamed(i, renamed)));
        out.addNodeDef(weight(copy.build(), own));
      }
      function.getRetMap().forEach((k, v) -> out.putRet(k, renamed(v, renamed)));
      return out.build();
    }

    private static String renamed(String tensor, Map<String, String> names) {
      int colon = tensor.indexOf(':');
      String node = colon < 0 ? tensor : tensor.substring(0, colon);
      return names.getOrDefault(node, node) + (colon < 0 ? "" : tensor.substring(colon));
    }

    /** A constant without its content, which becomes a weight. */
    private NodeDef weight(NodeDef node, String name) {
      if (!node.getOp().equals("Const")) {
        return node;
      }
      AttrValue value = node.getAttrOrThrow("value");
      weights.add(name, TensorProtos.decode(value.getTensor()));
      return node.toBuilder()
          .putAttr(
              "value",
              AttrValue.newBuilder()
                  .setTensor(
                      org.tensorflow.proto.TensorProto.newBuilder()
                          .setDtype(value.getTensor().getDtype())
                          .setTensorShape(value.getTensor().getTensorShape()))
                  .build())
          .build();
    }

    /** A graph that makes and fills the tables, run once when the model is loaded. */
    private void tables(ObjectNode json) {
      GraphDef.Builder graph = GraphDef.newBuilder().setVersions(model.graph().getVersions());
      ObjectNode outputs = JSON.createObjectNode();
      ObjectNode inputs = (ObjectNode) json.get("signature").get("inputs");
      Map<String, Integer> resources = resources();
      for (Table table : model.tables()) {
        int number = Objects.requireNonNull(resources.get(table.node()));
        String scope = "initializer/table_" + number;
        TableNodes.of(table, scope).forEach(n -> graph.addNode(weight(n, n.getName())));
        graph
            .addNodeBuilder()
            .setName(scope + "/handle")
            .setOp("Identity")
            .addInput(scope)
            .addInput("^" + TableNodes.filling(scope))
            .putAttr("T", Protos.attr(DataType.DT_RESOURCE));
        resource(outputs, scope + "/handle:0", scope + "/handle:0", number);
        resource(inputs, table.node(), table.node() + ":0", number);
      }
      json.set("modelInitializer", GraphJson.graph(graph.build()));
      json.putObject("initializerSignature").set("outputs", outputs);
    }

    private static void resource(ObjectNode to, String name, String tensor, int number) {
      to.putObject(name)
          .put("name", tensor)
          .put("dtype", "DT_RESOURCE")
          .put("resourceId", number)
          .putObject("tensorShape");
    }
  }
}
