// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A transformer, where all that counts is that the module has the cores. */
final class HeavySuite implements Suite {

  private static final int[] BATCHES = {32, 64, 128};
  private static final int BATCH = 64;
  private static final String ONE_BY_ONE = "own call, one at a time";

  private final Calls calls;
  private final long loopRows;
  private final long rows;

  HeavySuite(Workplace place) {
    this.calls = new Calls(place);
    this.loopRows = place.sizes().of(3_000);
    this.rows = place.sizes().of(12_000);
  }

  @Override
  public String name() {
    return "heavy";
  }

  @Override
  public String title() {
    return "A transformer for texts";
  }

  @Override
  public String about() {
    return """
        The same lines through four layers of width 256, 32 tokens each. `embed` is compared
        with the best of these Java loops: TensorFlow Java's loop, one call at a time, with
        three batch sizes, and this project's own call, one at a time and one per core. The
        ratio leaves out the rows of the first call of each task, whose time counts as
        start-up.
        """;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Path model = calls.inputs().model("text_heavy");
    String lines = calls.inputs().lines(rows).toString();
    List<Contender> all = new ArrayList<>();
    for (int batch : BATCHES) {
      all.add(calls.javaLoop(Names.batch(Names.JAVA_LOOP, batch), model, lines, loopRows, batch));
      all.add(
          calls.own(
              Names.batch(Names.OWN_CALL, batch),
              model,
              lines,
              loopRows,
              Calls.Calling.allCores(batch)));
    }
    all.add(
        calls.own(
            Names.batch(ONE_BY_ONE, BATCH), model, lines, loopRows, Calls.Calling.oneByOne(BATCH)));
    all.add(
        calls.pythonLoop(Names.batch(Names.PYTHON_LOOP, BATCH), model, "text", loopRows, BATCH));
    all.add(
        calls.embed(
            Names.batch(Names.EMBED_FLINK, BATCH),
            Calls.Engine.FLINK,
            model,
            calls.inputs().lines(rows),
            rows,
            "--batchRows=" + BATCH));
    return all;
  }

  @Override
  public List<Target> targets() {
    List<String> loops = new ArrayList<>(List.of(Names.batch(ONE_BY_ONE, BATCH)));
    for (int batch : BATCHES) {
      loops.add(Names.batch(Names.JAVA_LOOP, batch));
      loops.add(Names.batch(Names.OWN_CALL, batch));
    }
    return List.of(
        Target.atLeast(
            0.97,
            Names.EMBED_FLINK + ", transformer",
            "rows/s against the best Java loop",
            m ->
                Medians.ratio(
                    Calls.afterFirstCalls(
                        m.rate(Names.batch(Names.EMBED_FLINK, BATCH), rows), rows, BATCH),
                    m.bestRate(loopRows, loops))));
  }
}
