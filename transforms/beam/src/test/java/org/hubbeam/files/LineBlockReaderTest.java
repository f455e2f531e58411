// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineBlockReaderTest {

  private static final int LONGEST = 40;

  /** {@code offset=line} of each line; {@code offset!length} where it is too long. */
  private static List<String> read(byte[] file, long from, long to, int longest)
      throws IOException {
    int before = (int) Math.max(0, from - 1);
    InputStream in = dribble(new ByteArrayInputStream(file, before, file.length - before));
    LineBlockReader reader = new LineBlockReader(in, from, to, longest);
    List<String> lines = new ArrayList<>();
    while (reader.next()) {
      String text =
          new String(
              reader.buffer(),
              reader.start(),
              reader.end() - reader.start(),
              StandardCharsets.ISO_8859_1);
      lines.add(reader.offset() + (reader.tooLong() > 0 ? "!" + reader.tooLong() : "=" + text));
    }
    return lines;
  }

  /** A stream that gives 1, 2, 3, 1, ... bytes at a time. */
  private static InputStream dribble(InputStream in) {
    return new java.io.FilterInputStream(in) {
      private int turn;

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        turn = turn % 3 + 1;
        return super.read(bytes, from, Math.min(length, turn));
      }
    };
  }

  /** The same by a loop over single bytes. */
  private static List<String> expected(byte[] file, int longest) {
    List<String> lines = new ArrayList<>();
    boolean mark = file.length >= 3 && file[0] == (byte) 0xef;
    int at = mark ? 3 : 0;
    while (at < file.length) {
      int end = at;
      while (end < file.length && file[end] != '\n') {
        end++;
      }
      int next = end + 1;
      boolean carriage = end < file.length && end > at && file[end - 1] == '\r';
      String line =
          new String(file, at, end - at - (carriage ? 1 : 0), StandardCharsets.ISO_8859_1);
      lines.add(
          (mark && at == 3 ? 0 : at)
              + (line.length() > longest ? "!" + line.length() : "=" + line));
      at = next;
    }
    return lines;
  }

  private static byte[] random(Random random) {
    StringBuilder text = new StringBuilder(random.nextInt(4) == 0 ? "\u00ef\u00bb\u00bf" : "");
    int lines = random.nextInt(6);
    for (int i = 0; i < lines; i++) {
      text.append("abc\rd".repeat(10), 0, random.nextInt(random.nextInt(5) == 0 ? 50 : 6));
      text.append(random.nextBoolean() ? "\n" : "\r\n");
    }
    text.append("tail", 0, random.nextInt(5));
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void linesAreThoseOfASimpleLoop() throws IOException {
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      byte[] file = random(random);
      assertThat(read(file, 0, Long.MAX_VALUE, LONGEST))
          .as("%s", new String(file, StandardCharsets.ISO_8859_1))
          .isEqualTo(expected(file, LONGEST));
    }
  }

  @Test
  void twoPartsGiveEachLineOnceWhereverTheFileIsCut() throws IOException {
    Random random = new Random(2);
    for (int i = 0; i < 200; i++) {
      byte[] file = random(random);
      for (int cut = 1; cut <= file.length; cut++) {
        List<String> both = read(file, 0, cut, LONGEST);
        both.addAll(read(file, cut, Long.MAX_VALUE, LONGEST));
        assertThat(both).as("cut at %s", cut).isEqualTo(expected(file, LONGEST));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16})
  void manyPartsGiveEachLineOnce(int part) throws IOException {
    Random random = new Random(part);
    for (int i = 0; i < 100; i++) {
      byte[] file = random(random);
      List<String> all = new ArrayList<>();
      for (FileRange range : FileRange.whole("f", file.length).split(part)) {
        all.addAll(read(file, range.from(), range.to(), LONGEST));
      }
      assertThat(all).isEqualTo(expected(file, LONGEST));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4095, 4096, 4097, 5000, 1 << 20})
  void linesAroundTheSizesOfTheBlock(int longest) throws IOException {
    for (int length : new int[] {longest - 1, longest, longest + 1, longest + 2, longest + 20}) {
      for (String end : List.of("\n", "\r\n")) {
        String text = "a\n" + "x".repeat(length) + end + "b";
        byte[] file = text.getBytes(StandardCharsets.ISO_8859_1);
        List<String> lines = expected(file, longest);
        assertThat(read(file, 0, Long.MAX_VALUE, longest)).isEqualTo(lines);
      }
    }
  }
}
