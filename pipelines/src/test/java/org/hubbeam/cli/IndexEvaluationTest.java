// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.hubbeam.search.Evaluation;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.SearchIndex;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code index --evaluate} and {@code --recall}. */
class IndexEvaluationTest {

  private static final int ROWS = 2000;
  private static final int DIMENSION = 24;

  @TempDir static Path shared;
  @TempDir Path work;

  /** Uniform vectors, which are hard to search for. */
  @BeforeAll
  static void write() throws IOException {
    String header =
        "{'descr': '<f4', 'fortran_order': False, 'shape': (" + ROWS + ", " + DIMENSION + "), }";
    header += " ".repeat(117 - header.length()) + "\n";
    ByteBuffer bytes =
        ByteBuffer.allocate(128 + 4 * ROWS * DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII)).put((byte) 1);
    bytes.put((byte) 0).putShort((short) header.length());
    bytes.put(header.getBytes(StandardCharsets.US_ASCII));
    Random random = new Random(7);
    while (bytes.hasRemaining()) {
      bytes.putFloat((float) random.nextGaussian());
    }
    Files.write(shared.resolve("v.npy"), bytes.array());
    Files.write(
        shared.resolve("v.ids"), IntStream.range(0, ROWS).mapToObj(i -> "row " + i).toList());
  }

  private Run index(String... arguments) {
    return Run.of(
        Stream.concat(
                Stream.of("index", "--output=" + work.resolve("ix"), "--runner=direct"),
                Stream.of(arguments))
            .toArray(String[]::new));
  }

  private Run build(String... arguments) {
    return index(
        Stream.concat(
                Stream.of(
                    "--input=" + shared.resolve("v.npy"),
                    "--ids=" + shared.resolve("v.ids"),
                    "--shards=1"),
                Stream.of(arguments))
            .toArray(String[]::new));
  }

  private IndexDescription description() {
    try (SearchIndex index = SearchIndex.open(work.resolve("ix"))) {
      return index.description();
    }
  }

  @Test
  void evaluatesAnIndexThatItMade() throws IOException {
    Run run = build("--evaluate=100");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("100 queries, the 10 nearest of each, compared with exact search")
        .contains("100 * ")
        .contains("0.1 %, ")
        .contains("50 %, ")
        .containsPattern("(?m)^recall@10: [01]\\.\\d{3}$");
    Evaluation evaluation = Evaluation.fromMap(description().evaluation()).orElseThrow();
    assertThat(evaluation.queries()).isEqualTo(100);
    assertThat(evaluation.buildSeconds().getAsDouble()).isPositive();
    assertThat(run.out())
        .contains("recall@10: " + EvaluationTable.recall(evaluation.own().recall().at10()));
    assertThat(ImageIO.read(work.resolve("ix/recall.png").toFile()).getWidth()).isEqualTo(900);
    Run again = index("--evaluate=50", "--evaluateK=3");
    assertThat(again.code()).as(again.err()).isZero();
    assertThat(again.out()).containsPattern("(?m)^recall@3: [01]\\.\\d{3}$");
    assertThat(description().evaluation()).containsEntry("k", 3).doesNotContainKey("buildSeconds");
    assertThat(description().generations()).as("the same index").hasSize(1);
  }

  @Test
  void choosesAnEf() {
    Run run = build("--recall=0.8");
    assertThat(run.code()).as(run.err()).isZero();
    int ef = description().ef();
    assertThat(ef).isLessThan(100);
    assertThat(run.err()).containsPattern("recall@10: 0\\.8\\d\\d with ef " + ef);
    Run more = index("--recall=0.95");
    assertThat(more.code()).as(more.err()).isZero();
    assertThat(description().ef()).as("for more of the nearest").isGreaterThan(ef);
    assertThat(description().graph().m()).isEqualTo(16);
  }

  @Test
  void buildsABetterGraphWhereNoEfIsEnough() {
    Run run = build("--recall=0.9999", "--m=2", "--efConstruction=4");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains("the largest that is tried; the graph is built anew with m 3 and")
        .contains("efConstruction 8");
    assertThat(description().graph().m()).isGreaterThan(2);
    assertThat(description().rows()).isEqualTo(ROWS);
  }

  @Test
  void tellsTheRecallOfEachIndex() {
    Run run = build();
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).containsPattern("recall@10: [01]\\.\\d{3} with ef \\d+");
    assertThat(description().ef()).isGreaterThanOrEqualTo(IndexDescription.DEFAULT_EF);
    assertThat(description().evaluation()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--evaluate=0,--evaluate=0 must be 1 or more",
    "--evaluateK=0,--evaluateK=0 must be 1 or more",
    "--recall=1,--recall=1.0 must be above 0 and below 1",
  })
  void refusesWrongOptions(String option, String message) {
    Run run = build(option);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(message);
    assertThat(work.resolve("ix")).doesNotExist();
  }
}
