// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before anything is fetched or submitted; W is a folder of this machine. */
class DataflowUseTest {

  private static final String PLACES =
      " --project=some-project --region=us-central1 --tempLocation=gs://bucket/temp";
  private static final String IN = " --input=gs://bucket/in.txt";
  private static final String OUT = " --output=gs://bucket/out";
  private static final String NOT_SEEN =
      " is on this machine, which the workers of Dataflow do not see; copy it to gs: (gcloud"
          + " storage cp -r) and give that";

  @TempDir private Path work;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "embed --module=W/m IN OUT PLACES | W/mNOT_SEEN",
        "embed --module=./none IN OUT PLACES | ./noneNOT_SEEN",
        "embed --module=file:///m IN OUT PLACES | file:///mNOT_SEEN",
        "embed --module=gs://b/m --input=W/in.txt OUT PLACES | W/in.txtNOT_SEEN",
        "embed --module=gs://b/m --input=- OUT PLACES | --input=- is on this machine only",
        "embed --module=gs://b/m IN --output=W/out PLACES | W/outNOT_SEEN",
        "embed --module=gs://b/m --cache=W/c IN OUT PLACES | W/cNOT_SEEN",
        "embed --module=https://a.org/m --mirror=https://a.org=W/m IN OUT PLACES | W/mNOT_SEEN",
        "detect --module=gs://b/m IN OUT --draw=W/d PLACES | W/dNOT_SEEN",
        "apply --transformOutput=W/t IN OUT PLACES | W/tNOT_SEEN",
        "embed --module=https://me:secret@a.org/m IN OUT PLACES"
            + " | https://...@a.org/m has a part that may be secret, which everybody could read who"
            + " sees the job on Dataflow; copy the module to gs: and give that",
        "embed --module=https://a.org/m?token=secret IN OUT PLACES"
            + " | https://a.org/m?... has a part that may be secret",
        "embed --module=gs://b/m IN OUT | Dataflow needs --project=PROJECT",
        "embed --module=gs://b/m IN OUT --project=p | Dataflow needs --region=us-central1",
        "embed --module=gs://b/m IN OUT --project=p --region=r"
            + " | Dataflow needs --tempLocation=gs://BUCKET/FOLDER",
        "embed --module=gs://b/m IN OUT --project=p --region=r --tempLocation=W"
            + " | --tempLocation=W must be in gs:",
        "embed --module=gs://b/m IN OUT PLACES --templateLocation=gs://b/t"
            + " | --templateLocation is for programs without a launcher",
      })
  void whatWorkersCannotReachIsRefused(String line, String message) throws Exception {
    Files.createDirectories(work.resolve("m"));
    Files.writeString(work.resolve("in.txt"), "a text\n");
    StringWriter err = new StringWriter();
    String[] arguments =
        (named(line.replace(" IN", IN).replace(" OUT", OUT).replace(" PLACES", PLACES))
                + " --runner=dataflow")
            .split(" ", -1);
    InputStream in = System.in;
    System.setIn(InputStream.nullInputStream());
    int code;
    try {
      code = Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err, true), arguments);
    } finally {
      System.setIn(in);
    }

    assertThat(err.toString())
        .contains(named(message).replace("NOT_SEEN", NOT_SEEN))
        .doesNotContain("secret@", "=secret");
    assertThat(code).isEqualTo(Main.MISUSED);
  }

  private String named(String line) {
    return line.replaceAll("\\bW\\b", work.toString());
  }
}
