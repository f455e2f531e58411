// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Resident memory for an input and for one ten times as large, with a small heap. */
final class MemorySuite implements Suite {

  private static final String EMBED = "`embed`, Flink, heap of 512 MiB";
  private static final String MODULE = "the module's files";
  private static final double LIMIT_MIB = 700;
  private static final double MIB = 1 << 20;

  private final Calls calls;
  private final long some;
  private final long many;

  MemorySuite(Workplace place) {
    this.calls = new Calls(place);
    this.some = place.sizes().of(300_000);
    this.many = place.sizes().of(3_000_000);
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public String title() {
    return "Memory";
  }

  @Override
  public String about() {
    return "The light module with `HUBBEAM_HEAP=512m`; resident memory is the maximum over all rounds.";
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Path model = calls.inputs().model("text_light");
    List<Contender> all = new ArrayList<>();
    for (long rows : List.of(some, many)) {
      Path lines = calls.inputs().lines(rows);
      all.add(
          calls.embed(EMBED, Calls.Engine.FLINK, model, lines, rows).with("HUBBEAM_HEAP", "512m"));
    }
    return all;
  }

  @Override
  public List<Run> checks() throws IOException {
    return List.of(Run.sized(MODULE, Inputs.bytes(calls.inputs().model("text_light"))));
  }

  @Override
  public List<Target> targets() {
    return List.of(
        Target.atMost(
            LIMIT_MIB,
            EMBED + ", " + Numbers.count(many) + " lines",
            "MiB resident more than the module's files have",
            m ->
                Medians.both(
                    m.peak(EMBED, many), m.peak(MODULE, 0), (all, own) -> (all - own) / MIB)),
        Target.atMost(
            1.1,
            EMBED,
            "resident with " + Numbers.count(many) + " lines against " + Numbers.count(some),
            m -> Medians.ratio(m.peak(EMBED, many), m.peak(EMBED, some))));
  }
}
