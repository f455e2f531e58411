// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/** A light module for texts, where the cost is outside the calls. */
final class TextSuite implements Suite {

  private static final int BATCH = 1024;

  private final Workplace place;
  private final Calls calls;
  private final long some;
  private final long many;

  TextSuite(Workplace place) {
    this.place = place;
    this.calls = new Calls(place);
    this.some = place.sizes().of(300_000);
    this.many = place.sizes().of(3_000_000);
  }

  @Override
  public String name() {
    return "text";
  }

  @Override
  public String title() {
    return "A light module for texts";
  }

  @Override
  public String about() {
    return """
        Lines of 51 bytes through a module with a vocabulary of 100,000 words and vectors of
        128 floats, from a text file into TFRecords; the loops discard the vectors. In the
        longer run, JIT compilation is mostly finished. `embed` prints the rows a second
        from the first rows to the end of the job; on the direct runner, those of the whole
        job. The ratios use the time of the whole command minus that of a command with six
        lines, because the loops in Python and Java leave out their start, too.
        """;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Path model = calls.inputs().model("text_light");
    List<Contender> all = new ArrayList<>();
    for (long rows : List.of(some, many)) {
      Path lines = calls.inputs().lines(rows);
      String few = calls.inputs().lines(some).toString();
      Contender java = calls.javaLoop(Names.JAVA_LOOP, model, few, rows, BATCH);
      all.add(rows == many ? java.once() : java);
      all.add(calls.pythonLoop(Names.PYTHON_LOOP, model, "text", rows, BATCH));
      all.add(calls.own(Names.OWN_CALL, model, few, rows, Calls.Calling.allCores(BATCH)));
      all.add(calls.embed(Names.EMBED_FLINK, Calls.Engine.FLINK, model, lines, rows));
      all.add(calls.embed(Names.EMBED_DIRECT, Calls.Engine.DIRECT, model, lines, rows));
    }
    Path least = calls.inputs().lines(StartSuite.LINES);
    all.add(calls.embed(Names.EMBED_FLINK, Calls.Engine.FLINK, model, least, StartSuite.LINES));
    all.add(calls.embed(Names.EMBED_DIRECT, Calls.Engine.DIRECT, model, least, StartSuite.LINES));
    all.add(beam(Names.RUN_INFERENCE, "runinference", model, some));
    all.add(beam(Names.ML_TRANSFORM, "mltransform", model, place.sizes().of(60_000)));
    return all;
  }

  private Contender beam(String name, String how, Path model, long rows) throws IOException {
    return place
        .peer(
            name,
            Contender.Work.rows(rows),
            Python.BEAM,
            "beam_py.py",
            how,
            model.toString(),
            calls.inputs().lines(rows).toString(),
            place.output("beam"))
        .once();
  }

  @Override
  public List<Target> targets() {
    List<Target> targets = new ArrayList<>();
    for (String embed : List.of(Names.EMBED_FLINK, Names.EMBED_DIRECT)) {
      for (long rows : List.of(some, many)) {
        targets.add(
            Target.atLeast(
                1.5,
                embed + ", light text, " + Numbers.count(rows) + " lines",
                "rows/s against the Python loop",
                m -> Medians.ratio(rate(m, embed, rows), m.rate(Names.PYTHON_LOOP, rows))));
      }
    }
    targets.add(
        Target.atLeast(
            30,
            Names.EMBED_FLINK + ", light text, " + Numbers.count(many) + " lines",
            "rows/s against Beam Python's RunInference, " + Numbers.count(some) + " lines",
            m ->
                Medians.ratio(
                    rate(m, Names.EMBED_FLINK, many), m.rate(Names.RUN_INFERENCE, some))));
    return targets;
  }

  /** Rows a second, computed without the time that six lines take. */
  private static OptionalDouble rate(Medians medians, String embed, long rows) {
    return medians.marginalRate(embed, StartSuite.LINES, rows);
  }

  @Override
  public List<String> remarks(Medians medians) {
    return Stream.of(
            Names.EMBED_FLINK,
            Names.EMBED_DIRECT,
            Names.OWN_CALL,
            Names.PYTHON_LOOP,
            Names.JAVA_LOOP)
        .flatMap(name -> cpuOfARowMore(name, medians).stream())
        .toList();
  }

  private Optional<String> cpuOfARowMore(String name, Medians medians) {
    OptionalDouble seconds = medians.marginalCpu(name, some, many);
    return seconds.isEmpty()
        ? Optional.empty()
        : Optional.of(
            name
                + ": "
                + Numbers.ratio(seconds.getAsDouble() * 1e6)
                + " µs CPU for a row more, from "
                + Numbers.count(some)
                + " to "
                + Numbers.count(many));
  }

  @Override
  public List<Chart> charts(Medians medians) {
    return List.of(
        Chart.bars(
            "text",
            "Light text, rows a second",
            "rows/s",
            List.of(
                Chart.bar(Names.EMBED_FLINK, rate(medians, Names.EMBED_FLINK, many)),
                Chart.bar(Names.EMBED_DIRECT, rate(medians, Names.EMBED_DIRECT, many)),
                Chart.bar(Names.OWN_CALL, medians.rate(Names.OWN_CALL, many)),
                Chart.bar(Names.PYTHON_LOOP, medians.rate(Names.PYTHON_LOOP, many)),
                Chart.bar(Names.JAVA_LOOP, medians.rate(Names.JAVA_LOOP, many)),
                Chart.bar(Names.RUN_INFERENCE, medians.rate(Names.RUN_INFERENCE, some)))));
  }
}
