// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.hubbeam.batch.Array;
import org.hubbeam.batch.Batch;
import org.hubbeam.batch.Values;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressDisplayTest {

  @Test
  void linesComeLessAndLessOftenButAtLeastOnceAMinute() {
    assertThat(ProgressDisplay.next(2)).isEqualTo(4);
    assertThat(ProgressDisplay.next(4)).isEqualTo(8);
    assertThat(ProgressDisplay.next(3600)).isEqualTo(3660);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // rows, share, seconds, first row
        "1|0|2.0|1.9|1 row after 2.0 s",
        "1024|0|4.0|3.9|1,024 rows after 4.0 s",
        "135188|0|4.0|3.9|135,188 rows after 4.0 s",
        "50000|0|8.0|3.0|50,000 rows after 8.0 s, 10,000 rows/s",
        "50000|0.25|8.0|3.0|25 %, 50,000 rows after 8.0 s, 10,000 rows/s, about 15 s left",
        "10|0.001|1000|3.0|10 rows after 1000 s, 36 rows/h",
        "10|0.01|100|3.0|1 %, 10 rows after 100 s, 6 rows/min, about 2 h 40 min left",
        "50|1|8.0|3.0|99 %, 50 rows after 8.0 s, 10 rows/s",
      })
  void aLineTellsTheShareTheRowsTheSpeedAndWhatIsLeft(
      long rows, double share, double seconds, double first, String line) {
    assertThat(new ProgressDisplay.Seen(rows, share, seconds, first).text()).isEqualTo(line);
  }

  @Test
  void theShareIsThatOfBytesOrRowsAndUnknownForPackedFiles() {
    RowCount.Seen seen = new RowCount.Seen(10, 500);
    assertThat(new Whole(Whole.Unit.BYTES, 2000).share(seen)).isEqualTo(0.25);
    assertThat(Whole.rows(20).share(seen)).isEqualTo(0.5);
    assertThat(new Whole(Whole.Unit.BYTES, 490).share(seen)).isEqualTo(1);
    assertThat(new Whole(Whole.Unit.BYTES, 100).share(seen)).isZero();
    assertThat(Whole.UNKNOWN.share(seen)).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "290|0.8|0|0.8 s (363 rows/s)",
        "4000|6.1|4.1|6.1 s (4.1 s to start, 2,000 rows/s)",
        "5|3.001|3.0|3.0 s (3.0 s to start)",
        "0|3|0|3.0 s",
        "1|3|0|3.0 s (20 rows/min)",
      })
  void theEndTellsTheTimeAndTheSpeedWhereItSaysSomething(
      long rows, double seconds, double start, String text) {
    assertThat(new RunDuration(seconds, start).text(rows)).isEqualTo(text);
  }

  @Test
  void theBeginningIsToldAtOnceAndTheStartOfTheEngineIsAStep() {
    StringWriter err = new StringWriter();
    try (ProgressDisplay display =
        new ProgressDisplay(
            new PrintWriter(err, true),
            new ProgressDisplay.Start("embedding with m", "Flink"),
            List.of(
                new ProgressDisplay.Stage(
                    "embedding", List.of("no such rows"), () -> Whole.UNKNOWN)))) {
      assertThat(err.toString().strip()).isEqualTo("embedding with m");
      assertThat(display.text()).matches("starting Flink, 0\\.\\d s");
    }
  }

  @Test
  void aStageFollowsAnotherWithItsOwnRows() {
    Batch batch =
        new Batch(
            3,
            Map.of("x", Array.Dense.vector(Values.of("a", "b", "c"))),
            new Batch.Origin("f", new long[] {0, 10, 20}));
    try (ProgressDisplay display =
        new ProgressDisplay(
            new PrintWriter(new StringWriter(), true),
            new ProgressDisplay.Start("transforming", "Direct"),
            List.of(
                new ProgressDisplay.Stage(
                    "one", List.of("stage one"), () -> new Whole(Whole.Unit.BYTES, 60)),
                new ProgressDisplay.Stage("two", List.of("stage two"), () -> Whole.rows(4))))) {
      RowCount.add("stage one", batch);
      assertThat(display.text()).matches("one: 50 %, 3 rows after 0\\.\\d s");
      RowCount.add("stage one", batch);
      RowCount.add("stage two", batch);
      assertThat(display.text()).matches("two: 75 %, 3 rows after 0\\.\\d s");
    }
  }
}
