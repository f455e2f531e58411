// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Shape;
import org.hubbeam.batch.Values;
import org.hubbeam.model.ModuleException.Kind;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.proto.AttrValue;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.SignatureDef;
import org.tensorflow.proto.TensorInfo;

/** Modules in processes of their own: what they give, how they end, and what they cannot do. */
class IsolationTest {

  private static final ModuleOptions ISOLATED =
      ModuleOptions.DEFAULT.withIsolation(Isolation.DEFAULT);
  private static final ModuleOptions DEADLY = ISOLATED.withAllowOps(DeadlyModule.OPS);

  private static final Map<String, AttrValue> STRING = Map.of("T", Protos.attr(DataType.DT_STRING));

  private static final Pattern DEPENDENCY =
      Pattern.compile(
          "<dependency>(?:(?!</dependency>).)*<artifactId>(.*?)</artifactId>.*?</dependency>",
          Pattern.DOTALL);

  @TempDir private Path work;

  @TestFactory
  Stream<DynamicTest> whatPythonGives() {
    Path zoo = TestFiles.zoo();
    return Stream.of("nnlm", "complex_out", "ragged_in", "half_precision", "tf1_hub", "tf2_counter")
        .filter(name -> Files.exists(zoo.resolve(name + ".golden.json")))
        .map(
            name -> {
              JsonNode golden = Goldens.read(zoo.resolve(name + ".golden.json"));
              return DynamicTest.dynamicTest(
                  name,
                  () ->
                      ModuleGoldensTest.check(
                          golden,
                          zoo.resolve(name),
                          golden.get("calls"),
                          ISOLATED.withAllowOps(
                              Set.copyOf(Goldens.strings(golden.path("unsafe_ops"))))));
            });
  }

  @Test
  void aCallThatEndsTheProcessIsRefusedAndTheNextOneIsAnswered() {
    try (Module module = Module.load(DeadlyModule.write(work.resolve("m")), DEADLY)) {
      assertThat(refused(module, "a", "abort"))
          .hasMessageContaining("signal 6 (abort)")
          .hasMessageContaining("as told")
          .extracting(ModuleException::kind)
          .isEqualTo(Kind.REFUSED);
      assertThat(lengths(module, "a", "bcd")).containsExactly(1, 3);
      assertThat(refused(module, "exit")).hasMessageContaining("exit code 0");
      assertThat(lengths(module, "bcd")).containsExactly(3);
    }
  }

  @Test
  void aCallThatTakesTooMuchMemoryIsRepeatedWithFewerRows() {
    ModuleOptions options = DEADLY.withIsolation(Isolation.DEFAULT.withMemoryBytes(1536L << 20));
    try (Module module = Module.load(DeadlyModule.write(work.resolve("m")), options)) {
      assertThat(refused(module, "memory"))
          .hasMessageContaining("1536 MiB")
          .extracting(ModuleException::kind)
          .isEqualTo(Kind.RESOURCE_EXHAUSTED);
      assertThat(lengths(module, "a")).containsExactly(1);
    }
  }

  @Test
  void aCallThatHangsIsRefused() {
    ModuleOptions options = DEADLY.withCallTimeout(Duration.ofMillis(500));
    try (Module module = Module.load(DeadlyModule.write(work.resolve("m")), options)) {
      assertThat(refused(module, "hang")).extracting(ModuleException::kind).isEqualTo(Kind.REFUSED);
      assertThat(lengths(module, "a")).containsExactly(1);
    }
  }

  @Test
  void aProcessThatIsStoppedIsEndedAfterTheTimeOfACall() throws Exception {
    ModuleOptions options = DEADLY.withCallTimeout(Duration.ofMillis(500));
    try (Module module = Module.load(DeadlyModule.write(work.resolve("m")), options)) {
      // The first call may take longer: it builds the graph.
      assertThat(lengths(module, "a")).containsExactly(1);
      kill("STOP");
      assertThat(refused(module, "a")).hasMessageContaining("took longer than 0.5 s");
      assertThat(lengths(module, "a")).containsExactly(1);
    }
  }

  @Test
  void aSegmentationFaultIsTold() throws Exception {
    try (Module module = Module.load(DeadlyModule.write(work.resolve("m")), DEADLY)) {
      ExecutorService caller = Executors.newSingleThreadExecutor();
      try {
        Future<ModuleException> refused = caller.submit(() -> refused(module, "hang"));
        kill("SEGV");
        assertThat(refused.get(1, TimeUnit.MINUTES)).hasMessageContaining("SIGSEGV");
      } finally {
        caller.shutdownNow();
      }
      assertThat(lengths(module, "a")).containsExactly(1);
    }
  }

  @Test
  void callsBesideTheOneToBlameAreAnswered() throws Exception {
    try (Module module = Module.load(DeadlyModule.write(work.resolve("m")), DEADLY)) {
      ExecutorService callers = Executors.newFixedThreadPool(4);
      try {
        List<Future<?>> answered = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          boolean bad = i == 0;
          answered.add(
              callers.submit(
                  () -> {
                    for (int n = 0; n < (bad ? 3 : 200); n++) {
                      if (bad) {
                        refused(module, "abort");
                      } else {
                        assertThat(lengths(module, "a", "bc")).containsExactly(1, 2);
                      }
                    }
                  }));
        }
        for (Future<?> future : answered) {
          future.get(3, TimeUnit.MINUTES);
        }
      } finally {
        callers.shutdownNow();
      }
    }
  }

  @Test
  void aModuleThatEndsItsProcessWheneverItIsCalledIsAtFault() {
    ModuleDefinition definition =
        ModuleDefinition.read(DeadlyModule.write(work.resolve("m")), null);
    try (IsolatedProgram program = new IsolatedProgram(definition, DEADLY, 2)) {
      Member member = definition.members().get(0);
      ProgramCall call = program.call(member, member.traces().get(0), List.of(0));
      for (Kind kind : List.of(Kind.REFUSED, Kind.REFUSED, Kind.NOT_LOADABLE, Kind.NOT_LOADABLE)) {
        assertThat(
                catchThrowableOfType(
                    ModuleException.class,
                    () -> call.run(List.of(Array.Dense.vector(Values.of("exit"))))))
            .extracting(ModuleException::kind)
            .isEqualTo(kind);
      }
    }
  }

  @Test
  void theProcessHasNoSecretsAndNoNetwork() throws Exception {
    try (Module module = Module.load(DeadlyModule.write(work.resolve("m")), DEADLY)) {
      assertThat(lengths(module, "a")).containsExactly(1);
      long pid = java().pid();
      String environment =
          Files.readString(Path.of("/proc/" + pid + "/environ"), StandardCharsets.ISO_8859_1);
      assertThat(environment.split("\0"))
          .allMatch(
              v ->
                  v.matches(
                      "(LANG|LC_.*|TF_.*|OMP_.*|MALLOC_.*|HOME|PATH|PWD|.*LIBRARY_PATH|CUDA.*)=.*"));
      assertThat(environment).doesNotContain(System.getProperty("user.home") + "/");
      if (ProcessTools.found().bwrap() != null || ProcessTools.found().unshare() != null) {
        assertThat(Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net")))
            .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
      }
    }
  }

  @Test
  void nothingIsLeftWhenAModuleIsClosed() throws Exception {
    Module module = Module.load(DeadlyModule.write(work.resolve("m")), DEADLY);
    ProcessHandle java = java();
    assertThat(lengths(module, "a")).containsExactly(1);
    module.close();
    java.onExit().get(10, TimeUnit.SECONDS);
    assertThat(folders()).isEmpty();
    assertThatThrownBy(() -> lengths(module, "a")).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aProcessDiesWithTheOneThatStartedIt() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                IsolatedParent.class.getName(),
                DeadlyModule.write(work.resolve("m")).toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String line = parent.inputReader().readLine();
    assertThat(line).startsWith("java ");
    ProcessHandle java = ProcessHandle.of(Long.parseLong(line.substring(5))).orElseThrow();
    assertThat(java.isAlive()).isTrue();
    parent.destroyForcibly();
    java.onExit().get(10, TimeUnit.SECONDS);
  }

  @Test
  void whatIsAllowedStaysBehindTheWalls() throws IOException {
    Assumptions.assumeTrue(ProcessTools.found().walled(), "needs bwrap");
    Path secret = Files.writeString(work.resolve("secret"), "secret");
    GraphNodes nodes = new GraphNodes();
    nodes.graph().getVersionsBuilder().setProducer(1882);
    String path = nodes.placeholder("path", DataType.DT_STRING, Shape.UNKNOWN);
    String text = nodes.constant("text", Protos.scalar("x"));
    String write = nodes.node("write", "WriteFile", List.of(path, text), Map.of());
    nodes.node("written", "Identity", List.of(text, "^" + write), STRING);
    nodes.node("read", "ReadFile", List.of(path), Map.of());
    SignatureDef.Builder signature =
        SignatureDef.newBuilder()
            .setMethodName("tensorflow/serving/predict")
            .putInputs("path", scalar("path:0"));
    Path reads = work.resolve("reads");
    DeadlyModule.write(
        reads, nodes.graph().build(), signature.putOutputs("y", scalar("read:0")).build());
    Path writes = work.resolve("writes");
    DeadlyModule.write(
        writes, nodes.graph().build(), signature.putOutputs("y", scalar("written:0")).build());
    ModuleOptions options = ISOLATED.withAllowOps(Set.of("ReadFile", "WriteFile"));
    try (Module module = Module.load(reads, options)) {
      for (String file : List.of(secret.toString(), "/etc/hostname", "/etc/passwd", "/bin/sh")) {
        assertThat(refusedFile(module, file)).isNotNull().hasMessageContaining("No such file");
      }
      assertThat(file(module, reads.resolve("saved_model.pb").toString())).isNotEmpty();
      assertThat(file(module, "/proc/self/environ")).doesNotContain("HUBBEAM");
    }
    try (Module module = Module.load(writes, options)) {
      for (String file :
          List.of(writes.resolve("saved_model.pb").toString(), "/usr/lib/x", "/dev/shm/x", "/x")) {
        assertThat(refusedFile(module, file)).as(file).isNotNull();
      }
      // The folder of temporary files is another one there.
      assertThat(file(module, secret.toString())).isEqualTo("x");
      Path temporary = Path.of("/tmp", "isolated-" + ProcessHandle.current().pid());
      assertThat(file(module, temporary.toString())).isEqualTo("x");
      assertThat(temporary).doesNotExist();
    }
    assertThat(secret).hasContent("secret");
  }

  private static TensorInfo scalar(String tensor) {
    return DeadlyModule.info(tensor, DataType.DT_STRING, Shape.UNKNOWN);
  }

  private static ModuleException refusedFile(Module module, String path) {
    return catchThrowableOfType(ModuleException.class, () -> file(module, path));
  }

  private static String file(Module module, String path) {
    Array y =
        module
            .function(FunctionChoice.ANY)
            .call(Map.of("path", Array.Dense.scalar(Values.of(path))))
            .get("y");
    return ((Values.Strings) y.values()).text(0);
  }

  @Test
  void theProcessHasAllThatThisArtifactDependsOn() throws IOException {
    String pom = Files.readString(TestFiles.root().resolve("transforms/core/pom.xml"));
    Matcher dependencies = DEPENDENCY.matcher(pom);
    List<String> classPath = ProcessCommand.classPath();
    int found = 0;
    while (dependencies.find()) {
      String artifact = "/" + dependencies.group(1) + "-";
      if (!dependencies.group().contains("<scope>test</scope>")) {
        assertThat(classPath).as(artifact).anyMatch(place -> place.contains(artifact));
        found++;
      }
    }
    assertThat(found).isGreaterThan(10);
  }

  private static List<Path> folders() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String folder : List.of(System.getProperty("java.io.tmpdir"), "/dev/shm")) {
      try (Stream<Path> files = Files.list(Path.of(folder))) {
        files
            .filter(
                f ->
                    f.getFileName()
                        .toString()
                        .startsWith("hubbeam-module-" + ProcessHandle.current().pid() + "-"))
            .forEach(found::add);
      }
    }
    return found;
  }

  /** The JVM of the only module that is isolated. */
  static ProcessHandle java() {
    return ProcessHandle.current()
        .descendants()
        .filter(p -> p.info().command().orElse("").endsWith("/java"))
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  private static void kill(String signal) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + signal, "" + java().pid()).start().waitFor())
        .isZero();
  }

  private static ModuleException refused(Module module, String... texts) {
    return catchThrowableOfType(ModuleException.class, () -> lengths(module, texts));
  }

  private static List<Integer> lengths(Module module, String... texts) {
    Array y =
        module
            .function(FunctionChoice.ANY)
            .call(Map.of("x", Array.Dense.vector(Values.of(texts))))
            .get("y");
    List<Integer> lengths = new ArrayList<>();
    for (long length : ((Values.Numbers) y.values()).toLongs()) {
      lengths.add((int) length);
    }
    return lengths;
  }
}
