// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/**
 * An input that a parser does not take well.
 *
 * @param kind what happened: {@code undeclared}, {@code hangs}, {@code large}, {@code dead}
 * @param reason a stack trace, or the last lines of a process that died
 */
record Finding(FuzzTarget target, String kind, byte[] input, String reason) {

  private static final int FRAMES = 3;

  /** What findings of one cause have in common: the exception, and where it was thrown. */
  String cause() {
    List<String> lines = reason.lines().toList();
    String first = lines.isEmpty() ? "" : lines.get(0).replaceAll("[:(].*", "");
    String place =
        lines.stream()
            .filter(l -> l.startsWith("\tat org.hubbeam.") && !l.contains(".fuzz."))
            .limit(FRAMES)
            .map(l -> l.replaceAll(".*org\\.hubbeam\\.|\\(.*", ""))
            .toList()
            .toString();
    return kind + " " + first + " " + place;
  }

  /** Writes the input and the reason into a folder; gives the input's file. */
  Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    String name = kind + "-" + HexFormat.of().toHexDigits(Arrays.hashCode(input));
    Files.writeString(folder.resolve(name + ".txt"), reason);
    return Files.write(folder.resolve(name), input);
  }
}
