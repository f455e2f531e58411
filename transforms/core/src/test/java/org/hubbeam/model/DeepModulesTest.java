// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.testing.Command;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.OpDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Long chains of operations run as in Python, where TensorFlow has a whole process's stack. */
class DeepModulesTest {

  private static final Map<String, org.tensorflow.proto.AttrValue> FLOAT =
      Map.of("T", Protos.attr(DataType.DT_FLOAT));

  @TempDir Path work;

  /** Calls the modules in the folders and prints what they give for 3. */
  static final class Calling {
    private Calling() {}

    public static void main(String[] args) {
      for (String folder : args) {
        try (Module module = Module.load(folder)) {
          Map<String, Array> three = Map.of("x", Array.Dense.scalar(Values.of(3f)));
          Array.Dense y = (Array.Dense) module.function(FunctionChoice.ANY).call(three).get("y");
          System.out.println(((Values.Numbers) y.values()).getDouble(0));
        }
      }
    }
  }

  @Test
  void theyRun() throws Exception {
    List<String> folders =
        List.of(identities(100_000), control(20_000), inAFunction(20_000), nested(100));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                Calling.class.getName()));
    command.addAll(folders);
    assertThat(Command.run(work, command).lines().filter(l -> !l.contains("SLF4J")))
        .containsExactly("3.0", "3.0", "3.0", "-3.0");
  }

  private String identities(int count) throws Exception {
    GraphNodes nodes = new GraphNodes();
    String at = nodes.placeholder("x", DataType.DT_FLOAT, Shape.UNKNOWN);
    for (int i = 0; i < count; i++) {
      at = nodes.node("n" + i, "Identity", List.of(at), FLOAT);
    }
    return write("identities", nodes, at);
  }

  private String control(int count) throws Exception {
    GraphNodes nodes = new GraphNodes();
    String x = nodes.placeholder("x", DataType.DT_FLOAT, Shape.UNKNOWN);
    String at = nodes.node("first", "NoOp", List.of(), Map.of());
    for (int i = 0; i < count; i++) {
      at = nodes.node("n" + i, "NoOp", List.of("^" + at), Map.of());
    }
    return write("control", nodes, nodes.node("y", "Identity", List.of(x, "^" + at), FLOAT));
  }

  private String inAFunction(int count) throws Exception {
    FunctionDef.Builder function = function("f");
    String at = "x";
    for (int i = 0; i < count; i++) {
      function.addNodeDef(node("n" + i, "Identity", at).putAllAttr(FLOAT));
      at = "n" + i + ":output:0";
    }
    return calling("function", List.of(function.putRet("y", at).build()));
  }

  private String nested(int count) throws Exception {
    List<FunctionDef> functions = new ArrayList<>();
    functions.add(
        function("f0")
            .addNodeDef(node("n", "Neg", "x").putAllAttr(FLOAT))
            .putRet("y", "n:y:0")
            .build());
    for (int i = 1; i < count; i++) {
      NodeDef.Builder call =
          node("n", "PartitionedCall", "x")
              .putAttr("f", Protos.function("f" + (i - 1)))
              .putAttr("Tin", Protos.types(List.of(DataType.DT_FLOAT)))
              .putAttr("Tout", Protos.types(List.of(DataType.DT_FLOAT)));
      functions.add(function("f" + i).addNodeDef(call).putRet("y", "n:output:0").build());
    }
    return calling("nested", functions);
  }

  /** A module that calls the last of some functions. */
  private String calling(String name, List<FunctionDef> functions) throws Exception {
    GraphNodes nodes = new GraphNodes();
    String x = nodes.placeholder("x", DataType.DT_FLOAT, Shape.UNKNOWN);
    nodes.graph().getLibraryBuilder().addAllFunction(functions);
    return write(name, nodes, nodes.call(functions.get(functions.size() - 1), List.of(x)));
  }

  private static FunctionDef.Builder function(String name) {
    OpDef.ArgDef argument =
        OpDef.ArgDef.newBuilder().setName("x").setType(DataType.DT_FLOAT).build();
    return FunctionDef.newBuilder()
        .setSignature(
            OpDef.newBuilder()
                .setName(name)
                .addInputArg(argument)
                .addOutputArg(argument.toBuilder().setName("y")));
  }

  private static NodeDef.Builder node(String name, String op, String input) {
    return NodeDef.newBuilder().setName(name).setOp(op).addInput(input);
  }

  private String write(String name, GraphNodes nodes, String output) throws Exception {
    TensorInfo.Builder tensor = TensorInfo.newBuilder().setDtype(DataType.DT_FLOAT);
    String fetched = output.contains(":") ? output : output + ":0";
    MetaGraphDef.Builder graph =
        MetaGraphDef.newBuilder()
            .setGraphDef(nodes.graph())
            .putSignatureDef(
                "serving_default",
                SignatureDef.newBuilder()
                    .putInputs("x", tensor.setName("x:0").build())
                    .putOutputs("y", tensor.setName(fetched).build())
                    .build());
    graph.getMetaInfoDefBuilder().addTags("serve");
    Path folder = Files.createDirectory(work.resolve(name));
    Files.write(
        folder.resolve("saved_model.pb"),
        SavedModel.newBuilder().addMetaGraphs(graph).build().toByteArray());
    return folder.toString();
  }
}
