// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No program takes a standard output that cannot be written to for success. */
class StandardOutputTest {

  @TempDir static Path work;

  @BeforeAll
  static void write() throws IOException {
    CliFixtures.numbers(work.resolve("numbers"));
    Files.writeString(
        work.resolve("in.json"),
        "{\"texts\": {\"dtype\": \"string\", \"shape\": [1], \"values\": [\"1\"]}}");
    Files.writeString(work.resolve("in.txt"), "1\n");
  }

  private static final class Refusing extends OutputStream {
    private final String reason;
    private int left;

    Refusing(String reason, int room) {
      this.reason = reason;
      this.left = room;
    }

    @Override
    public void write(int b) throws IOException {
      if (left-- <= 0) {
        throw new IOException(reason);
      }
    }
  }

  private record Ended(int code, String err) {}

  private static Ended run(OutputStream to, String arguments) {
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            StandardOutput.on(to),
            new PrintWriter(err, true),
            arguments.replace("W/", work + "/").split(" "));
    return new Ended(code, err.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "--version",
        "embed --help",
        "inspect W/numbers",
        "inspect W/numbers --json",
        "call W/numbers --inputs=W/in.json",
        "resolve W/numbers",
        "transform --operations",
        "doctor",
      })
  void aFullDiskIsAnErrorOfOneLine(String arguments) {
    for (int room : new int[] {0, 10}) {
      Ended ended = run(new Refusing("No space left on device", room), arguments);

      assertThat(ended.err().strip())
          .endsWith("cannot write to the standard output: No space left on device")
          .startsWith("hubbeam")
          .hasLineCount(1);
      assertThat(ended.code()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "inspect W/numbers --json", "resolve W/numbers"})
  void aReaderThatHasGoneEndsTheProgramWithoutAWord(String arguments) {
    Ended ended = run(new Refusing("Broken pipe", 0), arguments);

    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isEqualTo(141);
  }

  @Test
  void aJobThatCannotTellItsResultFailsButItsOutputIsThere() {
    String output = work.resolve("out").toString();
    Ended ended =
        run(
            new Refusing("No space left on device", 0),
            "embed --module=W/numbers --outputKey=value --input=W/in.txt --output=" + output);

    assertThat(ended.err()).contains("cannot write to the standard output: No space left");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(Path.of(output + ".manifest.json")).exists();
  }
}
