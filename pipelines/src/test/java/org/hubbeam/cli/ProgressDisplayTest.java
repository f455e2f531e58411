// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {

  @Test
  void linesComeLessAndLessOftenButAtLeastOnceAMinute() {
    assertThat(ProgressDisplay.next(2)).isEqualTo(4);
    assertThat(ProgressDisplay.next(4)).isEqualTo(8);
    assertThat(ProgressDisplay.next(3600)).isEqualTo(3660);
  }

  @Test
  void aLineTellsTheRowsAndTheSpeedSinceTheLineBefore() {
    assertThat(new ProgressDisplay.Seen(0, 2).since(new ProgressDisplay.Seen(0, 0)))
        .isEqualTo("no rows yet after 2.0 s");
    assertThat(new ProgressDisplay.Seen(50_000, 8).since(new ProgressDisplay.Seen(10_000, 4)))
        .isEqualTo("50,000 rows after 8.0 s, 10,000 rows/s");
  }

  @Test
  void aTerminalShowsRowsAndSpeedWithoutAPartOfAnUnknownWhole() {
    ProgressDisplay.Seen seen = new ProgressDisplay.Seen(1234, 2);
    assertThat(Terminal.line("embedding", seen, 80))
        .isEqualTo("embedding  1,234 rows after 2.0 s, 617 rows/s");
    assertThat(Terminal.line("embedding", seen, 7)).isEqualTo("embeddi");
  }

  @Test
  void theBeginningIsToldAtOnce() {
    StringWriter err = new StringWriter();
    new ProgressDisplay(
            new PrintWriter(err, true),
            "embedding with m",
            List.of(new ProgressDisplay.Stage("embedding", List.of("rows"))))
        .close();
    assertThat(err.toString().strip()).isEqualTo("embedding with m");
  }
}
