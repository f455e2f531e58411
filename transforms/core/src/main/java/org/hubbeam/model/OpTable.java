// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All operations that TensorFlow registers, and what each may touch: the resource {@code
 * operations.tsv}. Operations of other libraries and of other versions are not in it.
 *
 * @see OpClass
 */
final class OpTable {

  /** An operation; {@code note} is what it does, where its class says too little, else empty. */
  record Line(String op, OpClass in, String note) {}

  private static final String RESOURCE = "operations.tsv";

  private final Map<String, Line> lines = new TreeMap<>();
  private final Map<OpClass, Set<String>> names = new EnumMap<>(OpClass.class);

  private OpTable(List<Line> lines) {
    for (OpClass c : OpClass.values()) {
      names.put(c, new TreeSet<>());
    }
    for (Line line : lines) {
      this.lines.put(line.op(), line);
      Objects.requireNonNull(names.get(line.in())).add(line.op());
    }
  }

  /** The table. */
  static OpTable get() {
    return Holder.TABLE;
  }

  /** What an operation may touch; null for one that is not in the table. */
  @Nullable OpClass classOf(String op) {
    Line line = lines.get(op);
    return line == null ? null : line.in();
  }

  /** The names of the operations of a class, in order. */
  Set<String> names(OpClass c) {
    return Collections.unmodifiableSet(Objects.requireNonNull(names.get(c)));
  }

  /** The lines, in the order of their names. */
  List<Line> lines() {
    return List.copyOf(lines.values());
  }

  /** What an operation does, as a verb and its object, to follow "which". */
  String says(String op) {
    Line line = lines.get(op);
    if (line == null) {
      return "is not one of TensorFlow's own";
    }
    return line.note().isEmpty() ? line.in().says() : line.note();
  }

  private static OpTable read() {
    List<Line> lines = new ArrayList<>();
    try (InputStream in =
            Objects.requireNonNull(OpTable.class.getResourceAsStream(RESOURCE), RESOURCE);
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith("#")) {
          String[] cells = line.split("\t", -1);
          lines.add(new Line(cells[0], OpClass.valueOf(cells[1]), cells[2]));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new OpTable(lines);
  }

  private static final class Holder {
    static final OpTable TABLE = read();
  }
}
