// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A campaign finds what is wrong with parsers that are broken on purpose. */
@Execution(ExecutionMode.CONCURRENT)
class CampaignTest {

  @ParameterizedTest
  @CsvSource({
    "broken-throws, undeclared, IllegalStateException",
    "broken-fills, undeclared, OutOfMemoryError",
    "broken-hangs, hangs, takes more than PT10S",
    "broken-dies, dead, status 134"
  })
  void everyFailureIsFoundWithItsInput(
      String target, String kind, String reason, @TempDir Path folder) throws Exception {
    FuzzTarget broken = FuzzTargets.of(target);
    Campaign.Result result =
        new Campaign(broken, folder).mutate(new Campaign.Budget(0, 1, Duration.ofSeconds(5)));
    assertThat(result.findings())
        .anySatisfy(
            finding -> {
              assertThat(finding.kind()).isEqualTo(kind);
              assertThat(finding.reason()).contains(reason);
              assertThat(new String(finding.input(), StandardCharsets.UTF_8))
                  .containsPattern("[0-9]");
            });
    assertThat(folder.resolve("findings")).isNotEmptyDirectory();
  }

  @Test
  void aNumberGivesTheSameInputEachTime() {
    FuzzTarget target = FuzzTargets.of("tfrecord");
    Corpus corpus = Corpus.of(target);
    Mutator one = new Mutator(target, corpus);
    Mutator other = new Mutator(target, corpus);
    one.input(7);
    int changed = 0;
    for (long seed = 0; seed < 50; seed++) {
      byte[] input = one.input(seed);
      assertThat(other.input(seed)).isEqualTo(input);
      changed += corpus.inputs().stream().noneMatch(c -> Arrays.equals(c, input)) ? 1 : 0;
    }
    assertThat(changed).isGreaterThan(25);
  }

  @Test
  void envelopesKeepWhatIsWhole() {
    for (FuzzTarget target : FuzzTargets.ALL) {
      boolean sums = target.envelope() == Envelope.PNG || target.envelope() == Envelope.TFRECORD;
      if (sums) {
        Corpus corpus = Corpus.of(target);
        for (int i = 0; i < corpus.inputs().size(); i++) {
          byte[] input = corpus.inputs().get(i);
          assertThat(target.envelope().seal(input))
              .as(corpus.files().get(i).toString())
              .isEqualTo(input);
        }
      }
    }
  }
}
