// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/** The results of one suite as a Markdown table. */
final class ResultTable {

  private static final String HEAD =
      """
      | program | size | rows/s, start-up excluded | seconds, all | µs CPU a row | MiB resident | rounds |
      |---|--:|--:|--:|--:|--:|--:|
      """;

  private ResultTable() {}

  /** A row for each contender and size, in the order in which they first ran. */
  static String of(List<Run> runs) {
    Medians medians = new Medians(runs);
    Set<String> seen = new LinkedHashSet<>();
    StringBuilder text = new StringBuilder();
    for (Run run : runs) {
      boolean measured = run.wall() != null || run.peak() != null;
      if (measured && seen.add(run.contender() + "|" + run.size())) {
        text.append(row(run, medians)).append('\n');
      }
    }
    return text.isEmpty() ? "" : HEAD + text;
  }

  private static String row(Run run, Medians medians) {
    String name = run.contender();
    long size = run.size();
    OptionalDouble cpu = medians.cpu(name, size);
    OptionalDouble perRow =
        cpu.isPresent() && run.rows() > 0
            ? OptionalDouble.of(cpu.getAsDouble() * 1e6 / run.rows())
            : OptionalDouble.empty();
    List<String> cells =
        List.of(
            name,
            size == 0 ? "–" : Numbers.count(size),
            Numbers.or(medians.rate(name, size), Numbers::rate),
            Numbers.or(medians.wall(name, size), Numbers::ratio),
            Numbers.or(perRow, Numbers::ratio),
            Numbers.or(medians.peak(name, size), Numbers::mebibytes),
            run.wall() == null ? "–" : Integer.toString(medians.rounds(name, size)));
    return cells.stream().collect(Collectors.joining(" | ", "| ", " |"));
  }

  /** The medians of other numbers that contenders printed, a line for each contender and size. */
  static String measures(List<Run> runs) {
    Medians medians = new Medians(runs);
    Set<String> lines = new LinkedHashSet<>();
    for (Run run : runs) {
      String name = run.contender();
      List<String> parts = new ArrayList<>();
      for (String measure : medians.measures(name, run.size())) {
        double median = medians.measure(name, run.size(), measure).orElseThrow();
        parts.add(measure + " " + Numbers.exact(median));
      }
      if (!parts.isEmpty()) {
        lines.add("* " + named(run) + ": " + String.join(", ", parts));
      }
    }
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static String named(Run run) {
    return run.contender() + (run.size() == 0 ? "" : ", " + Numbers.count(run.size()));
  }

  /** The remarks as a list without duplicates. */
  static String notes(List<Run> runs) {
    Set<String> notes = new LinkedHashSet<>();
    for (Run run : runs) {
      if (!run.note().isEmpty()) {
        notes.add("* " + named(run) + ": " + run.note());
      }
    }
    return notes.stream().map(note -> note + "\n").collect(Collectors.joining());
  }

  /** One run in a line. */
  static String line(Run run) {
    List<String> parts = new ArrayList<>();
    parts.add(named(run));
    if (run.rate() != null) {
      parts.add(Numbers.rate(run.rate()) + " rows/s");
    }
    if (run.wall() != null) {
      parts.add(Numbers.ratio(run.wall()) + " s");
      parts.add(Numbers.ratio(run.cpu()) + " s CPU");
    }
    if (run.peak() != null) {
      parts.add(Numbers.mebibytes(run.peak()) + " MiB");
    }
    run.measures().forEach((name, value) -> parts.add(name + " " + Numbers.exact(value)));
    if (!run.note().isEmpty()) {
      parts.add(run.note());
    }
    return String.join(", ", parts);
  }
}
