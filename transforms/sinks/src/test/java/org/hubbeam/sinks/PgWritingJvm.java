// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.sinks;

import java.nio.file.Path;
import java.util.stream.IntStream;
import org.hubbeam.batch.Batch;
import org.hubbeam.testing.PgServer;

/** Writes without end, until it is killed. Arguments: the URL, the table, the password's file. */
final class PgWritingJvm {
  private PgWritingJvm() {}

  /** Writes. */
  public static void main(String[] args) throws Exception {
    PgVectorSink sink =
        PgVectorSink.to(args[0], args[1])
            .withUser(PgServer.USER)
            .withPassword(Secret.ofFile(Path.of(args[2])));
    String[] ids = IntStream.range(0, 1000).mapToObj(i -> "row" + i).toArray(String[]::new);
    Batch batch = WriteVectorsTest.batch("killed", ids);
    try (VectorSink.Writer writer = sink.open(VectorSchema.of(batch, "id", "embedding"))) {
      while (true) {
        WriteOutcome unused = writer.write(batch);
        System.out.println("written");
      }
    }
  }
}
