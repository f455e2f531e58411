// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

/** A failure of a worker reads like one of this process. */
class RemoteFailureTest {

  private static String said(Throwable failure) {
    StringWriter trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    return Errors.message(RemoteFailure.parse(trace.toString()));
  }

  @Test
  void theSameIsSaidOfAFailureAndItsTrace() {
    Throwable cause = new IOException("it ends too early");
    Throwable usage = new UsageException("line one\nline two");
    Throwable file = new NoSuchFileException("/data/in.txt");
    for (Throwable inner : new Throwable[] {cause, usage, file, new NullPointerException("x")}) {
      Throwable wrapped = new RuntimeException(new IllegalStateException("task failed", inner));
      assertThat(said(wrapped)).isEqualTo(Errors.message(wrapped));
    }
  }

  @Test
  void wrappersOfOthersAreLeftOutAndTheInnermostIsNamed() {
    String trace =
        """
        org.apache.beam.sdk.util.UserCodeException: java.lang.IllegalStateException: boom
        \tat org.hubbeam.X.y(X.java:1)
        Caused by: java.lang.IllegalStateException: boom
        of two lines
        \tat org.hubbeam.X.y(X.java:2)
        \t... 3 more
        """;
    assertThat(Errors.message(RemoteFailure.parse(trace))).isEqualTo("boom\nof two lines");
    assertThat(
            Errors.message(
                RemoteFailure.parse(
                    "org.apache.flink.NoResourceAvailableException: no slots\n\tat a.B.c(B.java)")))
        .isEqualTo("NoResourceAvailableException: no slots");
    assertThat(RemoteFailure.parse("what is this")).hasMessage("what is this");
  }
}
