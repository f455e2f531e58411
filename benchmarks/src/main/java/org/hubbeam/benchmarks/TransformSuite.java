// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The same function, fitted to the census data by several programs. */
final class TransformSuite implements Suite {

  private static final long ROWS_ONCE = 32_561;
  private static final int FEW = 10;
  private static final int MANY = 100;

  private final Workplace place;
  private final Calls calls;
  private final Part part;
  private final int few;
  private final int many;

  /** Few rows with start-up included, or many rows. */
  enum Part {
    FEW,
    MANY
  }

  TransformSuite(Workplace place, Part part) {
    this.place = place;
    this.calls = new Calls(place);
    this.part = part;
    this.few = place.sizes().isFull() ? FEW : 1;
    this.many = place.sizes().isFull() ? MANY : 2;
  }

  private long rows(int times) {
    return ROWS_ONCE * times;
  }

  @Override
  public String name() {
    return part == Part.FEW ? "transform" : "transform" + MANY;
  }

  @Override
  public String title() {
    return "Features of a table, "
        + Numbers.count(rows(part == Part.FEW ? few : many))
        + " rows of census data";
  }

  @Override
  public String about() {
    return part == Part.FEW
        ? """
        Six z-scores, one bucketize and nine vocabularies, from CSV into TFRecords (Spark
        ML: Parquet), start-up included. The outputs of the reference and of this project
        are compared value by value.
        """
        : """
        The same function with ten times as many rows. Rows a second are those of the
        additional rows, which excludes start-up.
        """;
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Inputs.Adult adult = calls.inputs().adult(part == Part.FEW ? few : many);
    Contender.Work work = Contender.Work.rows(adult.rows());
    Contender flink =
        ours(Names.TRANSFORM_FLINK, work, Calls.Engine.FLINK, adult.headed(), "flink");
    Contender direct =
        ours(Names.TRANSFORM_DIRECT, work, Calls.Engine.DIRECT, adult.headed(), "direct");
    return List.of(
        flink,
        part == Part.FEW ? direct : direct.once(),
        peer(Names.TF_TRANSFORM, work, Python.TRANSFORM, "tft_py.py", adult.bare(), "reference"),
        peer(Names.SPARK_ML, work, Python.SPARK, "spark_ml.py", adult.bare(), "spark"));
  }

  private Contender ours(
      String name, Contender.Work work, Calls.Engine engine, Path table, String output) {
    return calls.transform(name, work, engine, calls.adultSpec(), table, output);
  }

  private Contender peer(
      String name, Contender.Work work, Python python, String script, Path table, String output) {
    return place.peer(name, work, python, script, table.toString(), place.output(output)).once();
  }

  @Override
  public Keeping keeping() {
    return part == Part.FEW ? Keeping.UNTIL_CHECKED : Keeping.NOTHING;
  }

  @Override
  public List<Run> checks() throws IOException {
    if (part == Part.MANY) {
      return List.of();
    }
    List<Run> checks = new ArrayList<>();
    Contender.Work work = Contender.Work.rows(rows(few));
    for (String engine : List.of("flink", "direct")) {
      String name = "values of `transform`, " + engine + ", against tf.Transform's";
      checks.add(Run.noted(name, work, compared(engine)));
    }
    return checks;
  }

  private String compared(String engine) throws IOException {
    Path reference = Path.of(place.output("reference"));
    Path features = Path.of(place.output(engine));
    if (!FeatureFiles.exist(reference, "data") || !FeatureFiles.exist(features, "train")) {
      return "not compared, as one of them is not there";
    }
    try {
      return FeatureComparison.of(
              FeatureFiles.read(reference, "data"), FeatureFiles.read(features, "train"))
          .toString();
    } catch (IllegalArgumentException e) {
      return "**not the same**: " + e.getMessage();
    }
  }

  @Override
  public List<Target> targets() {
    return part == Part.FEW ? startIncluded() : marginal();
  }

  private List<Target> startIncluded() {
    List<Target> targets = new ArrayList<>();
    for (String ours : List.of(Names.TRANSFORM_FLINK, Names.TRANSFORM_DIRECT)) {
      targets.add(
          Target.atMost(
              0.1,
              ours + ", " + Numbers.count(rows(few)) + " rows",
              "seconds, start-up included, against tf.Transform",
              m -> Medians.ratio(m.wall(ours, rows(few)), m.wall(Names.TF_TRANSFORM, rows(few)))));
    }
    return targets;
  }

  private List<Target> marginal() {
    return List.of(marginal(12, Names.TF_TRANSFORM), marginal(4, Names.SPARK_ML));
  }

  private Target marginal(double limit, String other) {
    return Target.atLeast(
        limit,
        Names.TRANSFORM_FLINK
            + ", from "
            + Numbers.count(rows(few))
            + " to "
            + Numbers.count(rows(many))
            + " rows",
        "rows more a second against " + other,
        m ->
            Medians.ratio(
                m.marginalRate(Names.TRANSFORM_FLINK, rows(few), rows(many)),
                m.marginalRate(other, rows(few), rows(many))));
  }

  @Override
  public List<String> remarks(Medians medians) {
    List<String> remarks = new ArrayList<>();
    if (part == Part.MANY) {
      for (String name :
          List.of(
              Names.TRANSFORM_FLINK, Names.TRANSFORM_DIRECT, Names.TF_TRANSFORM, Names.SPARK_ML)) {
        medians
            .marginalRate(name, rows(few), rows(many))
            .ifPresent(
                rate -> remarks.add(name + ": " + Numbers.rate(rate) + " rows more a second"));
      }
    }
    return remarks;
  }

  @Override
  public List<Chart> charts(Medians medians) {
    if (part == Part.FEW) {
      return List.of();
    }
    List<Chart.Bar> bars = new ArrayList<>();
    for (String name : List.of(Names.TRANSFORM_FLINK, Names.SPARK_ML, Names.TF_TRANSFORM)) {
      bars.add(Chart.bar(name, medians.marginalRate(name, rows(few), rows(many))));
    }
    return List.of(Chart.bars("transform", "Census data, rows more a second", "rows/s", bars));
  }
}
