// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.hubbeam.benchmarks.loops.HeadLoop;

/** Heads on frozen vectors beside Keras, and more rows than there is memory for. */
final class TrainHeadSuite implements Suite {

  private static final double MOST = 0.8;
  private static final String LARGE = "own, 128 features, linear, batches of 256, heap of 512 MiB";

  /** A head and its batches. */
  private record Case(int features, int batch, String hidden) {

    String name(String program) {
      return "%s, %d features, %s, batches of %d"
          .formatted(program, features, hidden.isEmpty() ? "linear" : hidden + " hidden", batch);
    }
  }

  private static final List<Case> CASES =
      List.of(
          new Case(128, 32, ""),
          new Case(512, 256, ""),
          new Case(128, 32, "64,32"),
          new Case(512, 256, "64,32"));

  private final Workplace place;
  private final long steps;
  private final long many;

  TrainHeadSuite(Workplace place) {
    this.place = place;
    this.steps = place.sizes().of(10_000);
    this.many = place.sizes().of(10_000_000);
  }

  @Override
  public String name() {
    return "train-head";
  }

  @Override
  public String title() {
    return "Training heads";
  }

  @Override
  public String about() {
    return """
    Heads on vectors that are there, 11 classes, Adam, beside Keras's `fit` of arrays: the same
    model, batches and optimizer, one thread. Rows a second of processor time, start-up and the
    first quarter of the epochs left out. The rows of the last line are a file of 5 GB; that line
    counts everything from the first row on, for one epoch.
    """;
  }

  @Override
  public List<Contender> contenders() {
    List<Contender> all = new ArrayList<>();
    for (Case head : CASES) {
      long rows = rows(head);
      List<String> arguments =
          new ArrayList<>(List.of(Long.toString(rows), head.features + "", head.batch + "", "40"));
      if (!head.hidden.isEmpty()) {
        arguments.add(head.hidden);
      }
      all.add(
          Contender.of(
              head.name("own"),
              Contender.Work.rows(rows),
              place.java(List.of(), HeadLoop.class, arguments.toArray(String[]::new))));
      arguments.add(0, place.root().resolve("benchmarks/train.py").toString());
      all.add(
          place.python(
              head.name("Keras"),
              Contender.Work.rows(rows),
              Python.KERAS,
              arguments.toArray(String[]::new)));
    }
    all.add(
        Contender.of(
                LARGE,
                Contender.Work.rows(many),
                place.java(
                    List.of("-Xmx512m"), HeadLoop.class, Long.toString(many), "128", "256", "1"))
            .once());
    return all;
  }

  /** So many that 40 epochs have the same number of steps in each case. */
  private long rows(Case head) {
    return steps / 40 * head.batch;
  }

  @Override
  public boolean usesLauncher() {
    return false;
  }

  @Override
  public List<Target> targets() {
    return CASES.stream()
        .map(
            head ->
                Target.atMost(
                    MOST,
                    head.name("own"),
                    "processor time a step against Keras",
                    m ->
                        Medians.ratio(
                            m.rate(head.name("Keras"), rows(head)),
                            m.rate(head.name("own"), rows(head)))))
        .toList();
  }
}
