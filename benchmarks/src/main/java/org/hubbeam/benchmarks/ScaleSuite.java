// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.LongStream;

/** The cost of more rows, features and tokens, and the gain of a second core. */
final class ScaleSuite implements Suite {

  private static final String EMBED = "`embed` by rows";
  private static final String TRANSFORM = "`transform` by rows";
  private static final String FEATURES = "`transform` by features";
  private static final String TOKENS = "`transform` by tokens";
  private static final String PARALLEL = "`embed`, parallelism ";
  private static final double LINEAR = 1.25;

  private final Calls calls;
  private final Tables tables;
  private final List<Long> rows;
  private final List<Long> vocabularies;
  private final List<Long> features = List.of(10L, 100L, 1000L, 2000L);
  private final long featureRows;
  private final long tokenRows;
  private final long parallelRows;

  ScaleSuite(Workplace place) {
    Sizes sizes = place.sizes();
    this.calls = new Calls(place);
    this.tables = new Tables(calls.inputs());
    this.rows = decades(sizes, 10_000);
    this.vocabularies = decades(sizes, 1000);
    this.featureRows = sizes.of(20_000);
    this.tokenRows = sizes.of(1_000_000);
    this.parallelRows = sizes.of(1_000_000);
  }

  /** Sizes from this one to ten million. */
  private static List<Long> decades(Sizes sizes, long first) {
    return LongStream.iterate(first, n -> n <= 10_000_000, n -> n * 10)
        .map(sizes::of)
        .distinct()
        .boxed()
        .toList();
  }

  @Override
  public String name() {
    return "scale";
  }

  @Override
  public String title() {
    return "Scale";
  }

  @Override
  public String about() {
    return "Rows: the light module and the function for the census data. Features: half"
        + " z-scores, half vocabularies of"
        + " 20 words, "
        + Numbers.count(featureRows)
        + " rows. Tokens: one vocabulary over "
        + Numbers.count(tokenRows * Tables.TOKENS_PER_ROW)
        + " words; size is the number of distinct words. All on Flink, on all cores unless"
        + " stated, start-up included in the seconds.";
  }

  @Override
  public List<Contender> contenders() throws IOException {
    Path model = calls.inputs().model("text_light");
    List<Contender> all = new ArrayList<>();
    for (int tasks = 1; tasks <= 2; tasks++) {
      Path lines = calls.inputs().lines(parallelRows);
      String option = "--parallelism=" + tasks;
      all.add(
          calls.embed(PARALLEL + tasks, Calls.Engine.FLINK, model, lines, parallelRows, option));
    }
    for (long count : rows) {
      Path lines = calls.inputs().lines(count);
      all.add(calls.embed(EMBED, Calls.Engine.FLINK, model, lines, count).once());
      Path table = calls.inputs().adultRows(count);
      all.add(fit(TRANSFORM, Contender.Work.rows(count), calls.adultSpec(), table));
    }
    for (long count : features) {
      Tables.Fitting wide = tables.wide(Math.toIntExact(count), featureRows);
      Contender.Work work = new Contender.Work(count, featureRows);
      all.add(fit(FEATURES, work, wide.spec(), wide.table()));
    }
    for (long count : vocabularies) {
      Tables.Fitting tokens = tables.tokens(count, tokenRows);
      Contender.Work work = new Contender.Work(count, tokenRows);
      all.add(fit(TOKENS, work, tokens.spec(), tokens.table()));
    }
    return all;
  }

  private Contender fit(String name, Contender.Work work, Path spec, Path table) {
    return calls.transform(name, work, Calls.Engine.FLINK, spec, table, "features").once();
  }

  @Override
  public List<Target> targets() {
    return List.of(
        linear(EMBED, rows, "row"),
        linear(TRANSFORM, rows, "row"),
        linear(FEATURES, features, "feature"),
        linear(TOKENS, vocabularies, "token that differs"));
  }

  /** The marginal cost between the two largest sizes, divided by that between the two before. */
  private static Target linear(String contender, List<Long> sizes, String unit) {
    int last = sizes.size() - 1;
    return Target.atMost(
        LINEAR,
        contender + ", up to " + Numbers.count(sizes.get(last)),
        "seconds for one " + unit + " more, the last step against the one before (linear: 1)",
        m ->
            last < 2
                ? OptionalDouble.empty()
                : Medians.ratio(
                    m.marginalRate(contender, sizes.get(last - 2), sizes.get(last - 1)),
                    m.marginalRate(contender, sizes.get(last - 1), sizes.get(last))));
  }

  @Override
  public List<String> remarks(Medians medians) {
    List<String> remarks = new ArrayList<>();
    OptionalDouble second =
        Medians.ratio(
            medians.rate(PARALLEL + 2, parallelRows), medians.rate(PARALLEL + 1, parallelRows));
    if (second.isPresent()) {
      remarks.add(
          "a second task makes it " + Numbers.ratio(second.getAsDouble()) + " times as fast");
    }
    for (String contender : List.of(EMBED, TRANSFORM)) {
      for (int i = 1; i < rows.size(); i++) {
        long from = rows.get(i - 1);
        long to = rows.get(i);
        medians
            .marginalRate(contender, from, to)
            .ifPresent(
                rate ->
                    remarks.add(
                        contender
                            + ", from "
                            + Numbers.count(from)
                            + " to "
                            + Numbers.count(to)
                            + ": "
                            + Numbers.rate(rate)
                            + " rows more a second"));
      }
    }
    return remarks;
  }

  @Override
  public List<Chart> charts(Medians medians) {
    return List.of(
        Chart.lines(
            "scale-rows",
            new Chart.Axes("Cost of rows", "rows", "seconds"),
            List.of(line(EMBED, medians), line(TRANSFORM, medians))),
        Chart.lines(
            "scale-features",
            new Chart.Axes(
                "Cost of features, " + Numbers.count(featureRows) + " rows", "features", "seconds"),
            List.of(line(FEATURES, medians))),
        Chart.lines(
            "scale-tokens",
            new Chart.Axes(
                "Cost of a vocabulary, "
                    + Numbers.count(tokenRows * Tables.TOKENS_PER_ROW)
                    + " words",
                "tokens that differ",
                "seconds"),
            List.of(line(TOKENS, medians))));
  }

  private static Chart.Line line(String contender, Medians medians) {
    List<Chart.Point> points = new ArrayList<>();
    for (long size : medians.sizes(contender)) {
      points.add(new Chart.Point(size, medians.wall(contender, size).getAsDouble()));
    }
    return new Chart.Line(contender, points);
  }
}
