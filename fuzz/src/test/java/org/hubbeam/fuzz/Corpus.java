// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.hubbeam.testing.TestFiles;

/**
 * The inputs of a target: those that mutations start with, and those that were findings once.
 *
 * @param files in the order of their names
 * @param inputs what is in them
 * @param words what is worth to be put into an input; from {@code NAME.dict} in libFuzzer's format
 */
record Corpus(List<Path> files, List<byte[]> inputs, List<byte[]> words) {

  static Path folder(FuzzTarget target) {
    return TestFiles.root().resolve("testdata/fuzz").resolve(target.corpus());
  }

  static Path dictionary(FuzzTarget target) {
    return folder(target).resolveSibling(target.corpus() + ".dict");
  }

  static Corpus of(FuzzTarget target) {
    try (Stream<Path> found = Files.list(folder(target))) {
      List<Path> files = found.filter(Files::isRegularFile).sorted().toList();
      List<byte[]> inputs = new ArrayList<>();
      for (Path file : files) {
        inputs.add(Files.readAllBytes(file));
      }
      Path dictionary = dictionary(target);
      List<String> lines = Files.exists(dictionary) ? Files.readAllLines(dictionary) : List.of();
      List<byte[]> words =
          lines.stream().filter(l -> l.startsWith("\"")).map(Corpus::word).toList();
      return new Corpus(files, inputs, words);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The input with this number; behind the last comes the first. */
  byte[] kept(long number) {
    return inputs.get((int) (number % inputs.size()));
  }

  /** {@code "text\x00\\\""} */
  private static byte[] word(String line) {
    StringBuilder latin = new StringBuilder();
    for (int i = 1; i < line.length() - 1; i++) {
      char one = line.charAt(i);
      if (one != '\\') {
        latin.append(one);
      } else if (line.charAt(i + 1) == 'x') {
        latin.append((char) Integer.parseInt(line.substring(i + 2, i + 4), 16));
        i += 3;
      } else {
        i++;
        latin.append(line.charAt(i));
      }
    }
    return latin.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
