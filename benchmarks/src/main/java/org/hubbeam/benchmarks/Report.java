// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the stored results into a Markdown page, between two marks. The text around the marks
 * stays.
 */
final class Report {

  static final String BEGIN = "<!-- measured: written by benchmarks/run, not by hand -->";
  static final String END = "<!-- end of what was measured -->";

  private static final String NEW_PAGE =
      """
      # Performance

      `benchmarks/run` measures this project beside others on one machine, interleaved, and `benchmarks/run --report`
      writes the part of this page between the marks; see [benchmarks/README.md](../benchmarks/README.md).

      %s
      %s
      """
          .formatted(BEGIN, END);

  private final List<Suite> suites;
  private final Results results;
  private final Path page;

  Report(List<Suite> suites, Results results, Path page) {
    this.suites = suites;
    this.results = results;
    this.page = page;
  }

  /** Writes the page, and pictures beside it in {@code pictures/}. */
  void write() throws IOException {
    String old = Files.exists(page) ? Files.readString(page) : NEW_PAGE;
    Files.writeString(page, replace(old, measured()));
  }

  /**
   * The page with another part between the marks.
   *
   * @throws IllegalArgumentException if a mark is missing
   */
  static String replace(String page, String measured) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException("the page lacks the marks " + BEGIN + " and " + END);
    }
    return page.substring(0, begin + BEGIN.length())
        + "\n\n"
        + measured.strip()
        + "\n\n"
        + page.substring(end);
  }

  private String measured() throws IOException {
    Map<Suite, Results.Stored> stored = new LinkedHashMap<>();
    for (Suite suite : suites) {
      results.read(suite.name()).ifPresent(found -> stored.put(suite, found));
    }
    Medians medians = results.medians(suites);
    StringBuilder text = new StringBuilder();
    text.append(machines(stored)).append('\n').append(targets(suites, medians));
    for (Map.Entry<Suite, Results.Stored> suite : stored.entrySet()) {
      text.append(section(suite.getKey(), suite.getValue().runs(), medians));
    }
    return text.toString();
  }

  /** The machine. If a fact differs between suites, all its values are listed. */
  private static String machines(Map<Suite, Results.Stored> stored) {
    Map<String, List<String>> facts = new LinkedHashMap<>();
    for (Results.Stored suite : stored.values()) {
      suite.machine().forEach((name, value) -> add(facts, name, value));
    }
    StringBuilder text = new StringBuilder("| measured on | |\n|---|---|\n");
    facts.forEach(
        (name, values) -> text.append("| " + name + " | " + String.join("; ", values) + " |\n"));
    return text.toString();
  }

  private static void add(Map<String, List<String>> facts, String name, String value) {
    List<String> values = facts.computeIfAbsent(name, n -> new ArrayList<>());
    if (!values.contains(value)) {
      values.add(value);
    }
  }

  /** The targets, and whether they were reached. */
  static String targets(List<Suite> suites, Medians medians) {
    StringBuilder text = new StringBuilder();
    text.append("| work | ratio of medians | wanted | seen | reached |\n|---|---|--:|--:|---|\n");
    for (Suite suite : suites) {
      for (Target target : suite.targets()) {
        List<String> cells =
            List.of(
                target.work(),
                target.measure(),
                target.bound().toString(),
                target.seen(medians),
                target.verdict(medians));
        text.append("| " + String.join(" | ", cells) + " |\n");
      }
    }
    return text.toString();
  }

  /** Wraps a paragraph. */
  private static String wrapped(String paragraph) {
    return paragraph.replaceAll("\\s+", " ").replaceAll("(.{1,119})(?: |$)", "$1\n").strip();
  }

  private String section(Suite suite, List<Run> runs, Medians medians) throws IOException {
    StringBuilder text = new StringBuilder();
    text.append("\n## ").append(suite.title()).append("\n\n");
    text.append(wrapped(suite.about())).append("\n\n").append(ResultTable.of(runs));
    StringBuilder notes =
        new StringBuilder(ResultTable.measures(runs)).append(ResultTable.notes(runs));
    suite.remarks(medians).forEach(remark -> notes.append("* ").append(remark).append('\n'));
    text.append(notes.isEmpty() ? "" : "\n" + notes);
    Path pictures = Files.createDirectories(page.resolveSibling("pictures"));
    for (Chart chart : suite.charts(medians)) {
      if (!chart.isEmpty()) {
        chart.draw(pictures);
        String name = "pictures/" + chart.file() + ".png";
        text.append("\n![" + chart.axes().title() + "](" + name + ")\n");
      }
    }
    return text.toString();
  }
}
