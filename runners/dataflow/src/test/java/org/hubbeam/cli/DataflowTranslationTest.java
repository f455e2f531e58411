// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.model.pipeline.v1.RunnerApi;
import org.apache.beam.sdk.extensions.gcp.auth.NoopCredentialFactory;
import org.apache.beam.sdk.extensions.gcp.storage.NoopPathValidator;
import org.hubbeam.files.RunFolder;
import org.hubbeam.testdata.DemoFiles;
import org.hubbeam.testing.TestFiles;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.SnappyInputStream;

/**
 * What Dataflow is sent. There is no service here: jobs are translated and staged into a folder,
 * and not run.
 */
class DataflowTranslationTest {

  private static final int LARGEST = 1_000_000;
  private static final long MOST_STAGED = 100_000_000;
  private static final String BUCKET = "gs://bucket/";
  private static final String TEXTS =
      "embed --module=gs://bucket/demo/demo_module --input=gs://bucket/texts.txt";
  private static final String PROJECT = "--project=some-project";
  private static final String REGION = "--region=us-central1";
  private static final String TEMP = "--tempLocation=gs://bucket/temp";
  private static final String STAGING = BUCKET + "temp/staging";
  private static final String IMAGE = "some-registry/hubbeam:1";
  private static final String IN_IMAGE = "--sdkContainerImage=" + IMAGE;
  private static final int PART = 48;
  private static final List<String> CLASS_PATH =
      List.of(System.getProperty("java.class.path").split(File.pathSeparator));
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CACHE = "hubbeam.cache";

  @TempDir private static Path store;
  private static FakeDataflow service;
  private ClassLoader before;

  @BeforeAll
  static void fill() throws IOException {
    service = new FakeDataflow();
    FakeStore.at(store.resolve("gs"));
    System.setProperty(CACHE, store.resolve("cache").toString());
    DemoFiles.write(FakeStore.file(BUCKET + "demo"));
    for (String module : List.of("bert_preprocess", "bert_encoder")) {
      copy(TestFiles.zoo(module), FakeStore.file(BUCKET + module));
    }
    copy(TestFiles.transformGoldens("transform_fns/adult_v1"), FakeStore.file(BUCKET + "adult"));
    Files.write(
        FakeStore.file(BUCKET + "texts.txt"), List.of("the parcel was late", "a garden of bees"));
    Files.write(
        FakeStore.file(BUCKET + "table.csv"), List.of("age,words", "39,a b", "50,c", ",d e f"));
    Files.write(
        FakeStore.file(BUCKET + "spec.yaml"),
        List.of(
            "columns:",
            "  age: {type: float32, varlen: true}",
            "  words: {type: string}",
            "outputs:",
            "  age_z: scale_to_z_score(fill_missing(age, mean(age)))",
            "  word: compute_and_apply_vocabulary(words, top_k=10)",
            "  bucket: bucketize(fill_missing(age, 0.0), 3)"));
  }

  @AfterAll
  static void forget() {
    service.close();
    System.clearProperty(CACHE);
  }

  @BeforeEach
  void knowOnlyTheStore() {
    before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(new FakeStore.Loader(before));
  }

  @AfterEach
  void knowAllAgain() {
    Thread.currentThread().setContextClassLoader(before);
  }

  /** The programs and what they are translated from. */
  static Stream<String> programs() {
    return Stream.of(
        TEXTS,
        "embed --module=gs://bucket/demo/demo_module --input=gs://bucket/texts.txt --shards=2"
            + " --projection=pca:4 --normalize --storage=INT8",
        "embed --module=gs://bucket/demo/demo_image_module --input=gs://bucket/demo/pictures/*",
        "embed --module=gs://bucket/demo/demo_clip_module --input=gs://bucket/demo/clips/*"
            + " --poolClips=MEAN",
        "embed --module=gs://bucket/bert_preprocess,gs://bucket/bert_encoder"
            + " --input=gs://bucket/texts.txt --outputKey=pooled_output",
        "detect --module=gs://bucket/demo/demo_detector --input=gs://bucket/demo/scenes/*"
            + " --draw=gs://bucket/drawn",
        "generate --module=gs://bucket/demo/demo_generator --count=4" + " --set=truncation=0.5",
        "transform --spec=gs://bucket/spec.yaml --input=gs://bucket/table.csv",
        "apply --transformOutput=gs://bucket/adult --input=gs://bucket/adult/raw.tfrecord");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void aJobIsSmallAndSaysNothingOfThisMachine(String program) throws IOException {
    String job = translate(program, IN_IMAGE);
    assertThat(job.length()).isLessThan(LARGEST);
    JsonNode environment = JSON.readTree(job).get("environment");
    assertThat(environment.get("workerPools").get(0).get("sdkHarnessContainerImages"))
        .anySatisfy(image -> assertThat(image.get("containerImage").asText()).isEqualTo(IMAGE));
    assertThat(environment.get("sdkPipelineOptions").get("options").get("filesToStage")).isEmpty();
    assertThat(JSON.readTree(job).get("name").asText())
        .matches("hubbeam-" + program.split(" ", -1)[0] + "-gs-bucket-out-[0-9a-f]{8}");
    assertThat(staged()).isBetween(1L, MOST_STAGED);
    for (String text : texts(job)) {
      assertThat(text).doesNotContain(placesHere());
      for (String part : parts(program)) {
        assertThat(text).doesNotContain(part);
      }
    }
  }

  @Test
  void aJobThatFailedIsSaidSo() {
    service.set(FakeDataflow.Fate.FAILED);
    Ended ended = run(TEXTS, IN_IMAGE);
    service.set(FakeDataflow.Fate.REFUSED);
    assertThat(ended.err).contains("FAILED");
    assertThat(ended.code).isEqualTo(Main.FAILED);
  }

  /** Without the image, the steps are in the description itself. */
  @ParameterizedTest
  @ValueSource(
      strings = {TEXTS, "transform --spec=gs://bucket/spec.yaml --input=gs://bucket/table.csv"})
  void stepsAreSmall(String program) throws IOException {
    String some = CLASS_PATH.stream().filter(f -> f.endsWith(".jar")).findFirst().orElseThrow();
    String job = translate(program, "--filesToStage=" + some);
    assertThat(JSON.readTree(job).get("steps").size()).isGreaterThan(10);
    assertThat(job.length()).isLessThan(LARGEST);
    for (String text : texts(job)) {
      assertThat(text).doesNotContain(placesHere());
    }
  }

  @Test
  void allJarsAreStagedWithoutAnImageAndHubbeamsOwnWithOne() {
    EngineArguments without = new EngineArguments(List.of(PROJECT, REGION, TEMP));
    EngineArguments with = new EngineArguments(List.of(PROJECT, REGION, TEMP, IN_IMAGE));
    DataflowEngine engine = new DataflowEngine();
    engine.addDefaults(without);
    engine.addDefaults(with);

    assertThat(files(without))
        .anyMatch(file -> file.contains("tensorflow-core-native"))
        .noneMatch(file -> file.contains("slf4j-simple"));
    assertThat(files(with))
        .isNotEmpty()
        .isSubsetOf(files(without))
        .allMatch(file -> !file.endsWith(".jar") || file.contains("hubbeam-"));
    assertThat(engine.notice(without)).get().asString().contains("with --sdkContainerImage");
    assertThat(engine.notice(with)).get().asString().doesNotContain("with --sdk");
  }

  private static List<String> files(EngineArguments arguments) {
    return List.of(arguments.value("filesToStage").orElseThrow().split(","));
  }

  /** Folders that only this machine has. */
  private static String[] placesHere() {
    return new String[] {
      System.getProperty("user.home") + "/",
      TestFiles.root().toString(),
      store.toString(),
      System.getProperty("java.io.tmpdir") + "/"
    };
  }

  /** A piece from the middle of each file of the program's modules. */
  private static List<String> parts(String program) throws IOException {
    List<String> parts = new ArrayList<>();
    Matcher handles =
        Pattern.compile("(?<=[=,])gs://bucket/(demo/demo_|bert_|adult)\\w*").matcher(program);
    while (handles.find()) {
      try (Stream<Path> files = Files.walk(FakeStore.file(handles.group()))) {
        for (Path file :
            files.filter(f -> f.toString().matches(".*(data-0.*|saved_model.pb)")).toList()) {
          byte[] bytes = Files.readAllBytes(file);
          int from = Math.max(0, bytes.length / 2 - PART);
          parts.add(new String(bytes, from, Math.min(PART, bytes.length), ISO_8859_1));
        }
      }
    }
    return parts;
  }

  private static long staged() throws IOException {
    try (Stream<Path> files = Files.walk(FakeStore.file(STAGING))) {
      return files.mapToLong(file -> file.toFile().isFile() ? file.toFile().length() : 0).sum();
    }
  }

  /** The job, its pipeline, and the functions in there, unpacked. */
  private static List<String> texts(String job) throws IOException {
    Path pipeline;
    try (Stream<Path> files = Files.walk(FakeStore.file(STAGING))) {
      pipeline = files.filter(f -> f.toString().endsWith(".pb")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(pipeline);
    List<String> texts = new ArrayList<>(List.of(job, new String(bytes, ISO_8859_1)));
    for (RunnerApi.PTransform step :
        RunnerApi.Pipeline.parseFrom(bytes).getComponents().getTransformsMap().values()) {
      RunnerApi.FunctionSpec spec = step.getSpec();
      if (spec.getUrn().equals("beam:transform:pardo:v1")) {
        InputStream function =
            RunnerApi.ParDoPayload.parseFrom(spec.getPayload()).getDoFn().getPayload().newInput();
        try (SnappyInputStream in = new SnappyInputStream(function)) {
          texts.add(new String(in.readAllBytes(), ISO_8859_1));
        }
      }
    }
    assertThat(texts).hasSizeGreaterThan(5);
    return texts;
  }

  /** Submits a job, which the service refuses, and returns what it was sent. */
  private static String translate(String program, String... more) throws IOException {
    delete(FakeStore.file(BUCKET + "temp"));
    Ended ended = run(program, more);
    assertThat(ended.err).contains("no such project");
    assertThat(ended.code).isEqualTo(Main.FAILED);
    try (Stream<Path> left = Files.walk(FakeStore.file(BUCKET))) {
      assertThat(left.filter(Files::isRegularFile).map(Path::toString))
          .noneMatch(file -> file.contains("/" + RunFolder.PREFIX));
    }
    return service.job();
  }

  private record Ended(int code, String err) {}

  private static Ended run(String program, String... more) {
    List<String> arguments = new ArrayList<>(List.of(program.split(" ", -1)));
    arguments.addAll(
        List.of(
            "--output=gs://bucket/out",
            "--runner=dataflow",
            PROJECT,
            REGION,
            TEMP,
            "--dataflowEndpoint=" + service.address(),
            "--credentialFactoryClass=" + NoopCredentialFactory.class.getName(),
            "--pathValidatorClass=" + NoopPathValidator.class.getName()));
    arguments.addAll(Arrays.asList(more));
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            new PrintWriter(new StringWriter(), true),
            new PrintWriter(err, true),
            arguments.toArray(String[]::new));
    return new Ended(code, err.toString());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }
}
