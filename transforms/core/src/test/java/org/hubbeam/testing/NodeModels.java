// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Values;
import org.hubbeam.gradients.NodeTypes;
import org.hubbeam.model.OpDefs;
import org.hubbeam.tfjs.Attributes;
import org.hubbeam.tfjs.GraphJson;
import org.opentest4j.TestAbortedException;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Runs TensorFlow.js graph models by the real runtime, on its backend {@code cpu}, in one process
 * of Node that serves all calls of a JVM. The folder with {@code node_modules} is {@code
 * testdata/node} or where {@code -Dhubbeam.node} says; tests are skipped where Node or the package
 * is absent.
 *
 * <p>Arrays are exact both ways, strings with their bytes. What the runtime has no type for becomes
 * what it has: float32 and int32.
 */
public final class NodeModels {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static NodeModels running;

  private final Process process;
  private final Writer requests;
  private final BufferedReader replies;
  private final Path log;

  private NodeModels(Path folder) throws IOException {
    log = Files.createTempFile("hubbeam-node", ".log");
    log.toFile().deleteOnExit();
    String program;
    try (InputStream in = NodeModels.class.getResourceAsStream("runner.js")) {
      program = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    process =
        new ProcessBuilder("node", "--eval", program)
            .directory(folder.toFile())
            .redirectError(log.toFile())
            .start();
    requests = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
    replies =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** What a model returned, and what it took. */
  public record Run(Map<String, Array> outputs, List<Double> milliseconds, int nodes, int kept) {}

  /**
   * Runs a model once, with the {@code hubbeam-ops.js} that lies beside it.
   *
   * @param inputs by the names of the signature
   * @return the outputs by their names in the signature
   * @throws NodeException with the message of the runtime, where it fails
   */
  public static Map<String, Array> run(Path folder, Map<String, Array> inputs) {
    return run(folder, inputs, 0).outputs();
  }

  /**
   * Runs a model once and then {@code calls} times, each with its processor time in milliseconds.
   */
  public static Run run(Path folder, Map<String, Array> inputs, int calls) {
    ObjectNode request = JSON.createObjectNode();
    request.put("folder", folder.toAbsolutePath().toString());
    request.put("calls", calls);
    ObjectNode fed = request.putObject("inputs");
    inputs.forEach((name, array) -> fed.set(name, encode(array)));
    JsonNode reply = ask(request);
    Map<String, Array> outputs = new LinkedHashMap<>();
    reply
        .get("outputs")
        .fields()
        .forEachRemaining(e -> outputs.put(e.getKey(), decode(e.getValue())));
    List<Double> times = new ArrayList<>();
    reply.get("times").forEach(t -> times.add(t.asDouble()));
    return new Run(outputs, times, reply.get("operations").asInt(), reply.get("kept").asInt());
  }

  /** The median processor time of a call, after the first one. */
  public static double milliseconds(Path folder, Map<String, Array> inputs, int calls) {
    List<Double> times = run(folder, inputs, calls).milliseconds();
    return times.stream().sorted().skip(calls / 2).findFirst().orElseThrow();
  }

  /** Runs one operation as the runtime has it; attributes left out are written. */
  public static List<Array> op(NodeDef node, List<? extends Array> inputs) {
    return op("", node, inputs);
  }

  /**
   * Runs one operation with a script that registers operations.
   *
   * @param node its inputs are not read; attributes left out are written
   */
  public static List<Array> op(String script, NodeDef node, List<? extends Array> inputs) {
    NodeDef.Builder whole = Attributes.complete(node).toBuilder().clearInput();
    GraphDef.Builder graph = GraphDef.newBuilder();
    Map<String, Array> fed = new LinkedHashMap<>();
    for (int i = 0; i < inputs.size(); i++) {
      String name = "input_" + i;
      whole.addInput(name);
      fed.put(name, inputs.get(i));
      graph.addNode(
          NodeDef.newBuilder()
              .setName(name)
              .setOp("Placeholder")
              .putAttr(
                  "dtype", AttrValue.newBuilder().setType(inputs.get(i).dtype().proto()).build()));
    }
    graph.addNode(whole);
    List<String> outputs = new ArrayList<>();
    for (int i = 0; i < outputs(whole.build()); i++) {
      outputs.add(whole.getName() + ":" + i);
    }
    return graph(script, graph.build(), fed, outputs);
  }

  /**
   * Runs a graph without weights.
   *
   * @param script registers operations; may be empty
   * @param inputs by the names of the placeholders
   * @param outputs tensors: {@code node:0}
   */
  public static List<Array> graph(
      String script, GraphDef graph, Map<String, ? extends Array> inputs, List<String> outputs) {
    ObjectNode request = JSON.createObjectNode();
    request.set("topology", GraphJson.graph(graph));
    request.put("script", script);
    ObjectNode fed = request.putObject("inputs");
    inputs.forEach((name, array) -> fed.set(name, encode(array)));
    ArrayNode names = request.putArray("outputs");
    outputs.forEach(names::add);
    List<Array> list = new ArrayList<>();
    ask(request).get("list").forEach(a -> list.add(decode(a)));
    return list;
  }

  /** The runtime refused a model or a call. */
  public static final class NodeException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NodeException(String message) {
      super(message);
    }
  }

  private static synchronized JsonNode ask(ObjectNode request) {
    try {
      if (running == null || !running.process.isAlive()) {
        running = new NodeModels(folder());
      }
      JsonNode reply = running.reply(request);
      if (reply.has("error")) {
        throw new NodeException(reply.get("error").asText());
      }
      return reply;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode reply(ObjectNode request) throws IOException {
    String line = null;
    IOException broken = null;
    try {
      requests.write(JSON.writeValueAsString(request));
      requests.write('\n');
      requests.flush();
      line = replies.readLine();
    } catch (IOException e) {
      broken = e;
    }
    if (line == null) {
      process.destroy();
      throw new AssertionError("Node ended: " + Files.readString(log), broken);
    }
    return JSON.readTree(line);
  }

  /** The folder with the packages; the test is skipped where there are none. */
  public static Path folder() {
    String given = System.getProperty("hubbeam.node", "");
    Path folder = given.isEmpty() ? TestFiles.root().resolve("testdata/node") : Path.of(given);
    if (!Files.isRegularFile(folder.resolve("node_modules/@tensorflow/tfjs/package.json"))) {
      throw new TestAbortedException(
          "needs @tensorflow/tfjs (-Dhubbeam.node=FOLDER; .ci/run fetches it): there is none in "
              + folder);
    }
    try {
      Process version = new ProcessBuilder("node", "--version").redirectErrorStream(true).start();
      version.getInputStream().readAllBytes();
      if (version.waitFor() != 0) {
        throw new TestAbortedException("needs Node: 'node --version' fails");
      }
    } catch (IOException e) {
      throw new TestAbortedException("needs Node: " + e.getMessage());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return folder;
  }

  private static ObjectNode encode(Array array) {
    if (!(array instanceof Array.Dense dense)) {
      throw new IllegalArgumentException("the runtime takes dense arrays, not " + array.layout());
    }
    ObjectNode out = JSON.createObjectNode();
    DType type = runtimeType(array.dtype());
    out.put("dtype", type.toString());
    dense.dims().forEach(out.putArray("shape")::add);
    if (dense.values() instanceof Values.Strings strings) {
      ArrayNode values = out.putArray("values");
      for (int i = 0; i < strings.size(); i++) {
        values.add(strings.get(i));
      }
    } else {
      out.put("bytes", converted((Values.Numbers) dense.values(), type));
    }
    return out;
  }

  /** What the runtime holds values of a type in. */
  public static DType runtimeType(DType type) {
    if (type.isFloating()) {
      return DType.FLOAT32;
    }
    return switch (type) {
      case BOOL, STRING, COMPLEX64 -> type;
      case COMPLEX128 -> throw new IllegalArgumentException("the runtime has no complex128");
      default -> DType.INT32;
    };
  }

  private static byte[] converted(Values.Numbers values, DType type) {
    if (values.dtype() == type) {
      return values.bytes();
    }
    if (type == DType.FLOAT32) {
      return Values.of(values.roundedToFloats()).bytes();
    }
    return Values.of(Arrays.stream(values.toLongs()).mapToInt(Math::toIntExact).toArray()).bytes();
  }

  private static Array decode(JsonNode node) {
    List<Long> dims = new ArrayList<>();
    node.get("shape").forEach(d -> dims.add(d.asLong()));
    DType type = DType.valueOf(node.get("dtype").asText().toUpperCase(Locale.ROOT));
    try {
      if (type == DType.STRING) {
        List<byte[]> values = new ArrayList<>();
        for (JsonNode value : node.get("values")) {
          values.add(value.binaryValue());
        }
        return new Array.Dense(dims, Values.ofBytes(values));
      }
      return new Array.Dense(dims, new Values.Numbers(type, node.get("bytes").binaryValue()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int outputs(NodeDef node) {
    OpDefs known = OpDefs.registered();
    return known.find(node.getOp()) == null ? 1 : NodeTypes.outputs(known, node).size();
  }
}
