// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.preprocessing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.ArrayJson;
import org.hubbeam.plan.VocabularyFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tensorflow.types.TFloat32;

class ReportsTest {

  @TempDir private Path folder;

  private static Map<String, Column> reporting(Columns in) {
    Column x = in.get("x");
    Statistic mean = Analyzers.mean(x);
    in.report("mean", mean);
    in.report(
        "twice", in.statistic(in.tf().math.mul(mean.as(TFloat32.class), in.tf().constant(2f))));
    in.report(
        "of_scaled",
        Analyzers.max(
            x.withValues(in.tf().math.sub(x.values(TFloat32.class), mean.as(TFloat32.class)))));
    in.report("words", Vocabularies.vocabulary(in.get("w")));
    return Map.of("x", x);
  }

  @Test
  void whatTheAnalysisFoundIsTold() throws Exception {
    Local rows = Local.over(Map.of("x", Local.floats(1, 2, 6), "w", Local.strings("a", "b", "a")));
    try (LocalRun run = rows.run(ReportsTest::reporting)) {
      assertThat(run.reports().keySet()).containsExactly("mean", "twice", "of_scaled", "words");
      assertThat(Local.floats(run.reports().get("mean"))).containsExactly(3f);
      assertThat(Local.floats(run.reports().get("twice"))).containsExactly(6f);
      assertThat(Local.floats(run.reports().get("of_scaled"))).containsExactly(3f);
      assertThat(Local.longs(run.reports().get("words"))).containsExactly(2);
      run.write(folder.resolve("out"));
    }
    String written =
        Files.readString(
            folder.resolve("out").resolve(TransformOutput.REPORTED), StandardCharsets.UTF_8);
    Map<String, Array> read = ArrayJson.decode(new ObjectMapper().readTree(written));
    assertThat(read.keySet()).containsExactly("mean", "twice", "of_scaled", "words");
    assertThat(Local.floats(read.get("twice"))).containsExactly(6f);
    assertThat(read.get("words").dims()).isEmpty();
  }

  @Test
  void aFunctionThatReportsNothingLeavesNothing() throws Exception {
    try (LocalRun run = Local.over("x", Local.floats(1)).run(in -> Map.of("x", in.get("x")))) {
      assertThat(run.reports()).isEmpty();
      run.write(folder.resolve("out"));
    }
    assertThat(folder.resolve("out").resolve(TransformOutput.REPORTED)).doesNotExist();
  }

  @Test
  void whatRowsChangeOrIsToldAlreadyIsRefused() {
    Local rows = Local.over("x", Local.floats(1));
    assertThatThrownBy(
            () ->
                rows.run(
                    in -> {
                      in.report("first", in.statistic(in.get("x").values()));
                      return Map.of("x", in.get("x"));
                    }))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'first' needs the column 'x'");
    assertThatThrownBy(
            () ->
                rows.run(
                    in -> {
                      in.report("m", Analyzers.mean(in.get("x")));
                      in.report("m", Analyzers.max(in.get("x")));
                      return Map.of("x", in.get("x"));
                    }))
        .hasMessageContaining("'m' is reported twice");
  }

  @Test
  void aFileOfOnesOwnHasNothingToTell() throws Exception {
    Path file = Files.writeString(folder.resolve("words"), "a\n");
    assertThatThrownBy(
            () ->
                Local.over("x", Local.floats(1))
                    .run(
                        in -> {
                          in.report(
                              "mine",
                              Vocabularies.annotateAsset(
                                  in, "mine", file.toString(), VocabularyFormat.TEXT));
                          return Map.of("x", in.get("x"));
                        }))
        .hasMessageContaining("'mine'");
  }
}
