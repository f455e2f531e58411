// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.DType;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/**
 * A module that gives the length of texts, and does what some texts say: {@code abort} and {@code
 * exit} end the process, {@code hang} waits for ever, {@code memory} takes 3 GiB.
 */
public final class DeadlyModule {

  /** What is to be allowed to it. */
  public static final Set<String> OPS = Set.of("Abort", "FIFOQueueV2", "QueueDequeueV2");

  private static final Shape VECTOR = new Shape(List.of(-1L));
  private static final long GIB = 1L << 30;

  private DeadlyModule() {}

  /** Writes it. */
  public static Path write(Path folder) {
    GraphNodes nodes = new GraphNodes();
    nodes.graph().getVersionsBuilder().setProducer(1882);
    String x = nodes.placeholder("x", DataType.DT_STRING, VECTOR);
    List<String> after = new ArrayList<>();
    for (String text : List.of("abort", "exit", "hang", "memory")) {
      after.add("^" + when(nodes, x, text));
    }
    after.add(0, x);
    nodes.node("y", "StringLength", after, Map.of());
    SignatureDef signature =
        SignatureDef.newBuilder()
            .setMethodName("tensorflow/serving/predict")
            .putInputs("x", info("x:0", DataType.DT_STRING, VECTOR))
            .putOutputs("y", info("y:0", DataType.DT_INT32, VECTOR))
            .build();
    write(folder, nodes.graph().build(), signature);
    return folder;
  }

  /** Writes a module of one graph with one signature. */
  static void write(Path folder, GraphDef graph, SignatureDef signature) {
    MetaGraphDef.Builder metaGraph = MetaGraphDef.newBuilder().setGraphDef(graph);
    metaGraph.getMetaInfoDefBuilder().addTags("serve").setTensorflowVersion("2.18.0");
    metaGraph.putSignatureDef("serving_default", signature);
    try {
      Files.createDirectories(folder);
      Files.write(
          folder.resolve("saved_model.pb"),
          SavedModel.newBuilder()
              .setSavedModelSchemaVersion(1)
              .addMetaGraphs(metaGraph)
              .build()
              .toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TensorInfo info(String tensor, DataType dtype, Shape shape) {
    return TensorInfo.newBuilder()
        .setName(tensor)
        .setDtype(dtype)
        .setTensorShape(Protos.shape(shape))
        .build();
  }

  /** A node behind what happens when a text is there. */
  private static String when(GraphNodes nodes, String x, String text) {
    Map<String, AttrValue> strings = Map.of("T", Protos.attr(DataType.DT_STRING));
    Map<String, AttrValue> booleans = Map.of("T", Protos.attr(DataType.DT_BOOL));
    String wanted = nodes.constant(text + "/text", Protos.scalar(text));
    String equal = nodes.node(text + "/equal", "Equal", List.of(x, wanted), strings);
    String axis = nodes.constant(text + "/axis", Protos.scalar(Values.of(0)));
    String any =
        nodes.node(
            text + "/any",
            "Any",
            List.of(equal, axis),
            Map.of("Tidx", Protos.attr(DataType.DT_INT32)));
    String way = nodes.node(text + "/switch", "Switch", List.of(any, any), booleans);
    String no = nodes.node(text + "/no", "Identity", List.of(way), booleans);
    String yes = nodes.node(text + "/yes", "Identity", List.of(node(way) + ":1"), booleans);
    String done = act(nodes, x, text, "^" + node(yes));
    String acted =
        nodes.node(
            text + "/acted",
            "Identity",
            text.equals("memory") ? List.of(done) : List.of(node(way) + ":1", "^" + node(done)),
            booleans);
    Map<String, AttrValue> two = Map.of("T", Protos.attr(DataType.DT_BOOL), "N", Protos.attr(2));
    return node(nodes.node(text + "/merge", "Merge", List.of(no, acted), two));
  }

  private static String act(GraphNodes nodes, String x, String text, String after) {
    return switch (text) {
      case "abort", "exit" ->
          nodes.node(
              text + "/act",
              "Abort",
              List.of(after),
              Map.of(
                  "error_msg", Protos.attr("as told"),
                  "exit_without_error", Protos.attr(text.equals("exit"))));
      case "hang" -> {
        AttrValue types = Protos.types(List.of(DataType.DT_FLOAT));
        String queue =
            nodes.node(text + "/queue", "FIFOQueueV2", List.of(), Map.of("component_types", types));
        yield nodes.node(
            text + "/act",
            "QueueDequeueV2",
            List.of(queue, after),
            Map.of("component_types", types));
      }
      default -> {
        // Of the number of texts, so that TensorFlow does not compute it in advance.
        Map<String, AttrValue> longs = Map.of("T", Protos.attr(DataType.DT_INT64));
        String shape =
            nodes.node(
                text + "/shape",
                "Shape",
                List.of(x),
                Map.of(
                    "T", Protos.attr(DataType.DT_STRING),
                    "out_type", Protos.attr(DataType.DT_INT64)));
        String one = nodes.constant(text + "/1", Protos.tensor(Array.Dense.vector(Values.of(1L))));
        String gib =
            nodes.constant(text + "/3", Protos.tensor(Array.Dense.vector(Values.of(3 * GIB))));
        String least = nodes.node(text + "/least", "Minimum", List.of(shape, one), longs);
        String size = nodes.node(text + "/size", "Mul", List.of(least, gib), longs);
        String yes =
            nodes.constant(
                text + "/one",
                Protos.tensor(Array.Dense.scalar(new Values.Numbers(DType.BOOL, new byte[] {1}))));
        String many =
            nodes.node(
                text + "/fill",
                "Fill",
                List.of(size, yes, after),
                Map.of(
                    "T", Protos.attr(DataType.DT_BOOL),
                    "index_type", Protos.attr(DataType.DT_INT64)));
        String axis = nodes.constant(text + "/axes", Protos.scalar(Values.of(0)));
        // What is computed is used: else TensorFlow leaves it out.
        yield nodes.node(
            text + "/act",
            "All",
            List.of(many, axis),
            Map.of("Tidx", Protos.attr(DataType.DT_INT32)));
      }
    };
  }

  private static String node(String tensor) {
    return tensor.replaceAll(":\\d+$", "");
  }
}
