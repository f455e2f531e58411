// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.hubbeam.benchmarks.loops.PerElement;

/** {@code HubEmbed} in a user's pipeline, where every line is an element. */
final class ElementsSuite implements Suite {

  private static final int BATCH = 1024;
  private static final String TEXT_IO = "`HubEmbed` after `TextIO`, Flink";
  private static final String LINES = "`HubEmbed` after a step that reads lines, Flink";

  private final Workplace place;
  private final Calls calls;
  private final long rows;

  ElementsSuite(Workplace place) {
    this.place = place;
    this.calls = new Calls(place);
    this.rows = place.sizes().of(1_000_000);
  }

  @Override
  public String name() {
    return "elements";
  }

  @Override
  public String title() {
    return "One element at a time";
  }

  @Override
  public String about() {
    return """
        `HubEmbed` on a `PCollection<String>`, light text, on Flink with the options of `embed`;
        the vectors are counted and not written.
        """;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Path model = calls.inputs().model("text_light");
    Path lines = calls.inputs().lines(rows);
    return List.of(
        calls.pythonLoop(Names.PYTHON_LOOP, model, "text", rows, BATCH),
        elements(LINES, model, lines, "lines"),
        elements(TEXT_IO, model, lines, "textio"));
  }

  private Contender elements(String name, Path model, Path lines, String source) {
    return Contender.of(
        name,
        Contender.Work.rows(rows),
        place.java(
            PerElement.class,
            model.toString(),
            lines.toString(),
            source,
            "--runner=FlinkRunner",
            "--flinkMaster=[local]",
            "--parallelism=" + Calls.cores(),
            "--objectReuse=true",
            "--fasterCopy=true",
            "--useDataStreamForBatch=true",
            "--maxBundleSize=" + Integer.MAX_VALUE,
            "--maxBundleTimeMills=1000000000"));
  }

  @Override
  public List<Target> targets() {
    return List.of(against(LINES), against(TEXT_IO));
  }

  private Target against(String contender) {
    return Target.atLeast(
        0.6,
        contender,
        "rows/s against the Python loop",
        m -> Medians.ratio(m.rate(contender, rows), m.rate(Names.PYTHON_LOOP, rows)));
  }
}
