// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.proto.GraphDef;

/** What a JVM of its own, in which TensorFlow was not loaded before, writes to standard error. */
@EnabledOnOs(OS.LINUX)
class NativeLogTest {

  private static final String LEVEL = "TF_CPP_MIN_LOG_LEVEL";
  private static final String ONE_DNN = "TF_ENABLE_ONEDNN_OPTS";

  /** TensorFlow logs an error: the operation has no such attribute. */
  private static final String UNKNOWN_ATTRIBUTE =
      "node { name: 'node' op: 'NoOp' attr { key: 'nonsense' value { i: 3 } } }";

  /** XLA compiles the function, as it does those of Keras 3, and logs that through Abseil. */
  private static final String COMPILED =
      """
      node {
        name: 'node' op: 'StatefulPartitionedCall'
        attr { key: 'Tin' value { list { } } }
        attr { key: 'Tout' value { list { type: DT_FLOAT } } }
        attr { key: 'f' value { func { name: 'f' } } }
        attr { key: '_XlaMustCompile' value { b: true } }
      }
      library {
        function {
          signature { name: 'f' output_arg { name: 'y' type: DT_FLOAT } }
          node_def {
            name: 'one' op: 'Const'
            attr { key: 'dtype' value { type: DT_FLOAT } }
            attr { key: 'value' value { tensor { dtype: DT_FLOAT tensor_shape { } float_val: 1 } } }
          }
          node_def {
            name: 'two' op: 'AddV2' input: 'one:output:0' input: 'one:output:0'
            attr { key: 'T' value { type: DT_FLOAT } }
          }
          ret { key: 'y' value: 'two:z:0' }
          attr { key: '_XlaMustCompile' value { b: true } }
        }
      }
      versions { producer: 1882 }
      """;

  @TempDir Path work;

  /** What a JVM said. */
  private record Said(String out, String err) {}

  /** Loads a module, runs a graph, and says whether oneDNN computes. */
  static final class Loading {
    private Loading() {}

    public static void main(String[] args) throws Exception {
      Module.load(TestFiles.zoo("swivel20").toString()).close();
      GraphDef.Builder definition = GraphDef.newBuilder();
      com.google.protobuf.TextFormat.merge(args[0], definition);
      try (Graph graph = NativeRuntime.newGraph()) {
        graph.importGraphDef(definition.build());
        try (Session session = new Session(graph)) {
          session.runner().addTarget("node").run().close();
        }
      }
      System.out.print(NativeRuntime.load().oneDnn());
    }
  }

  private Said run(String graph, Map<String, String> environment) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-Dhubbeam.root=" + TestFiles.root(),
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            Loading.class.getName(),
            graph);
    Path errors = work.resolve("errors");
    builder.environment().keySet().removeIf(name -> name.startsWith("TF_"));
    builder.environment().putAll(environment);
    Process process = builder.redirectError(errors.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    return new Said(out, Files.readString(errors));
  }

  @ParameterizedTest
  @ValueSource(strings = {"node { name: 'node' op: 'NoOp' }", COMPILED})
  void nothingIsLoggedOfWhatIsInOrder(String graph) throws Exception {
    assertThat(run(graph, Map.of()).err()).isEmpty();
  }

  @Test
  void errorsAreLogged() throws Exception {
    assertThat(run(UNKNOWN_ATTRIBUTE, Map.of()).err())
        .contains(": E tensorflow/")
        .contains("nonsense")
        .hasLineCount(1);
  }

  @Test
  void theLevelOfTheUserHolds() throws Exception {
    assertThat(run(COMPILED, Map.of(LEVEL, "0")).err())
        .contains("cpu_feature_guard.cc")
        .contains("MLIR V1 optimization pass is not enabled")
        .contains("Compiled cluster using XLA!");
    assertThat(run(UNKNOWN_ATTRIBUTE, Map.of(LEVEL, "3")).err()).isEmpty();
  }

  @Test
  void oneDnnIsOnWherePythonSwitchesItOn() throws Exception {
    Path cpu = Path.of("/proc/cpuinfo");
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "the features are those of x86");
    String flags = Files.readString(cpu);
    boolean on =
        Pattern.compile("\\b(avx512_vnni|avx512_bf16|avx_vnni|amx_tile|amx_int8|amx_bf16)\\b")
            .matcher(flags)
            .find();

    assertThat(run(UNKNOWN_ATTRIBUTE, Map.of()).out())
        .isEqualTo((on ? "on" : "off") + ", the default for this processor");
  }

  @ParameterizedTest
  @CsvSource({"0, off", "True, on"})
  void oneDnnObeysItsVariable(String value, String state) throws Exception {
    assertThat(run(UNKNOWN_ATTRIBUTE, Map.of(ONE_DNN, value)).out())
        .isEqualTo(state + ", by " + ONE_DNN + "=" + value);
  }
}
