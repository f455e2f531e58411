// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.tfjs;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.hubbeam.gradients.GraphFlow;
import org.hubbeam.model.ModuleException;
import org.hubbeam.model.Protos;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.TensorShapeProto;

/** Reads the folder of a graph model. Nothing in it is trusted. */
final class GraphModelReader {

  private static final int DEEPEST = 100;
  private static final long LARGEST = 64 << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
              .build());

  private final Path folder;
  private final Set<String> taken = new HashSet<>();

  GraphModelReader(Path folder) {
    this.folder = folder;
  }

  GraphModel read() throws IOException {
    try {
      return model(json());
    } catch (IllegalArgumentException | ArithmeticException | ModuleException e) {
      throw damaged(e);
    }
  }

  private ConversionException damaged(RuntimeException cause) {
    return new ConversionException(
        folder.resolve(GraphModelFolder.MODEL) + " is damaged: " + cause.getMessage(), cause);
  }

  private JsonNode json() throws IOException {
    Path file = folder.resolve(GraphModelFolder.MODEL);
    if (!Files.isRegularFile(file)) {
      throw new ConversionException(folder + " has no " + GraphModelFolder.MODEL);
    }
    if (Files.size(file) > LARGEST) {
      throw new ConversionException(
          file + " has " + Files.size(file) + " bytes; at most " + LARGEST + " are read");
    }
    byte[] bytes = Files.readAllBytes(file);
    JsonNode json;
    try {
      json = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      throw new ConversionException(file + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new ConversionException(file + " is not JSON: " + e.getMessage(), e);
    }
    String format = json.path("format").asText(GraphModelFolder.FORMAT);
    if (!format.equals(GraphModelFolder.FORMAT)) {
      throw new ConversionException(
          file + " has the format " + format + "; only graph-model can be read");
    }
    if (!json.path("modelTopology").has("node")) {
      throw new ConversionException(file + " has no graph; only graph-model can be read");
    }
    return json;
  }

  private GraphModel model(JsonNode json) throws IOException {
    Map<String, Array.Dense> weights = new StoredWeights(folder).read(json.path("weightsManifest"));
    GraphDef read = GraphFromJson.graph(json.get("modelTopology"));
    boolean own = json.path("convertedBy").asText().equals(GraphModelFolder.CONVERTER);
    GraphDef graph = withContents(own ? OutputPlaces.named(read) : read, weights);
    Map<Integer, String> resources = new HashMap<>();
    List<Port> inputs = new ArrayList<>();
    for (Map.Entry<String, JsonNode> e : json.path("signature").path("inputs").properties()) {
      Port port = port(e.getKey(), e.getValue());
      if (port.type() == DataType.DT_RESOURCE) {
        resources.put(e.getValue().path("resourceId").asInt(), port.node());
      } else {
        inputs.add(port);
      }
    }
    List<Port> outputs = new ArrayList<>();
    json.path("signature")
        .path("outputs")
        .properties()
        .forEach(e -> outputs.add(port(e.getKey(), e.getValue())));
    requireNodes(graph, inputs);
    requireNodes(graph, outputs);
    List<String> operations = new ArrayList<>();
    json.path("userDefinedMetadata")
        .path(GraphModelFolder.SCRIPT_OPERATIONS)
        .forEach(o -> operations.add(o.asText()));
    return new GraphModel(graph, inputs, outputs, tables(json, weights, resources), operations);
  }

  private static Port port(String name, JsonNode json) {
    TensorShapeProto shape = GraphFromJson.shape(json.path("tensorShape"));
    String tensor = json.path("name").asText(name);
    return new Port(
        name,
        tensor.contains(":") ? tensor : tensor + ":0",
        GraphFromJson.type(json.path("dtype")),
        shape.getUnknownRank()
            ? Shape.UNKNOWN
            : new Shape(shape.getDimList().stream().map(TensorShapeProto.Dim::getSize).toList()));
  }

  private static void requireNodes(GraphDef graph, List<Port> ports) {
    Set<String> nodes = new HashSet<>();
    graph.getNodeList().forEach(n -> nodes.add(n.getName()));
    for (Port port : ports) {
      if (!nodes.contains(port.node())) {
        throw new IllegalArgumentException(
            "the signature names the tensor '" + port.tensor() + "', which is not in the graph");
      }
    }
  }

  private static List<Table> tables(
      JsonNode json, Map<String, Array.Dense> weights, Map<Integer, String> resources) {
    List<Table> tables = new ArrayList<>();
    if (!json.has("modelInitializer")) {
      return tables;
    }
    GraphDef graph = GraphFromJson.graph(json.get("modelInitializer"));
    Map<String, NodeDef> nodes = new LinkedHashMap<>();
    graph.getNodeList().forEach(n -> nodes.put(n.getName(), n));
    Map<String, String> handles = new HashMap<>();
    for (Map.Entry<String, JsonNode> e :
        json.path("initializerSignature").path("outputs").properties()) {
      String placeholder = resources.get(e.getValue().path("resourceId").asInt());
      if (placeholder != null) {
        handles.put(source(e.getValue().path("name").asText(), nodes), placeholder);
      }
    }
    for (NodeDef node : nodes.values()) {
      if (node.getOp().startsWith("InitializeTableFrom")) {
        throw new ConversionException(
            "the table of "
                + node.getName()
                + " is filled from a file, which is not in the folder");
      }
      boolean fills =
          node.getOp().startsWith("LookupTableImport")
              || node.getOp().startsWith("InitializeTable");
      if (fills && node.getInputCount() > 2) {
        String table = source(node.getInput(0), nodes);
        String placeholder = handles.isEmpty() ? table : handles.get(table);
        Array.Dense keys = weights.get(source(node.getInput(1), nodes));
        Array.Dense values = weights.get(source(node.getInput(2), nodes));
        if (placeholder == null || keys == null || values == null) {
          throw new ConversionException("the table that " + node.getName() + " fills is not whole");
        }
        tables.add(new Table(placeholder, typed(keys, node, "Tin"), typed(values, node, "Tout")));
      }
    }
    return tables;
  }

  private static Array.Dense typed(Array.Dense weight, NodeDef node, String attribute) {
    return StoredWeights.cast(weight, node.getAttrOrThrow(attribute).getType());
  }

  private static String source(String tensor, Map<String, NodeDef> nodes) {
    String name = GraphFlow.producer(tensor);
    NodeDef node = nodes.get(name);
    for (int i = 0; node != null && isCopy(node) && i < nodes.size(); i++) {
      name = GraphFlow.producer(node.getInput(0));
      node = nodes.get(name);
    }
    return name;
  }

  private static boolean isCopy(NodeDef node) {
    return node.getOp().equals("Identity") && node.getInputCount() > 0;
  }

  private GraphDef withContents(GraphDef graph, Map<String, Array.Dense> weights) {
    GraphDef.Builder out = graph.toBuilder().clearNode().clearLibrary();
    graph.getNodeList().forEach(n -> out.addNode(withContent(n, weights)));
    for (FunctionDef function : graph.getLibrary().getFunctionList()) {
      FunctionDef.Builder copy = function.toBuilder().clearNodeDef();
      function.getNodeDefList().forEach(n -> copy.addNodeDef(withContent(n, weights)));
      out.getLibraryBuilder().addFunction(copy);
    }
    return out.build();
  }

  private NodeDef withContent(NodeDef node, Map<String, Array.Dense> weights) {
    if (!node.getOp().equals("Const")) {
      return node;
    }
    Array.Dense weight = weights.get(node.getName());
    if (weight == null) {
      throw new ConversionException("the constant '" + node.getName() + "' has no weight");
    }
    if (!taken.add(node.getName())) {
      throw new ConversionException("two constants have the name '" + node.getName() + "'");
    }
    Array.Dense typed = StoredWeights.cast(weight, node.getAttrOrThrow("dtype").getType());
    return node.toBuilder().putAttr("value", Protos.attr(Protos.tensor(typed))).build();
  }
}
