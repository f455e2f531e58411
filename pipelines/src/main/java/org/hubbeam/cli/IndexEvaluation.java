// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.util.MimeTypes;
import org.hubbeam.batch.Printable;
import org.hubbeam.search.Evaluation;
import org.hubbeam.search.EvaluationTuning;
import org.hubbeam.search.HnswOptions;
import org.hubbeam.search.IndexDescription;
import org.hubbeam.search.SearchIndex;

/**
 * What is done with an index that stands: its ef is chosen, and it is measured.
 *
 * @param place where it is
 * @param options what is asked for
 */
record IndexEvaluation(IndexPlace place, EvaluationOptions options) {

  /** What an index finds without more being asked for. */
  private static final double USUAL_RECALL = 0.99;

  /**
   * Chooses the ef that finds the part of the nearest rows that is asked for, or enough for most
   * uses, and lets it stand.
   *
   * @return better parameters for the graph, if what is asked for is not reached
   */
  Optional<HnswOptions> tune(PrintWriter err) throws IOException {
    OptionalDouble asked = options.recall();
    if (asked.isEmpty() && !place.isLocal()) {
      return Optional.empty();
    }
    IndexDescription index;
    EvaluationTuning tuning;
    IndexDescription stands = place.read();
    if (stands.rows() < 2 || asked.isEmpty() && !fits(stands)) {
      return Optional.empty();
    }
    try (SearchIndex open = SearchIndex.open(place.local())) {
      index = open.description();
      int least = asked.isPresent() ? 1 : IndexDescription.DEFAULT_EF;
      tuning = EvaluationTuning.of(open, options.tuning(), least, asked.orElse(USUAL_RECALL));
    }
    if (tuning.ef() != index.ef()) {
      place.stand(index.withEf(tuning.ef()));
    }
    Optional<HnswOptions> better =
        asked.isPresent() && !tuning.enough()
            ? EvaluationTuning.better(index.graph())
            : Optional.empty();
    err.println(Printable.line(told(tuning, better)));
    return better;
  }

  /** Whether the vectors take at most half of the memory. */
  private static boolean fits(IndexDescription index) {
    long bytes = 4L * index.dimension() * index.rows();
    return bytes <= Runtime.getRuntime().maxMemory() / 2;
  }

  private String told(EvaluationTuning tuning, Optional<HnswOptions> better) {
    String recall =
        String.format(
            Locale.ROOT,
            "recall@%d: %s with ef %,d",
            options.k(),
            EvaluationTable.recall(tuning.recall()),
            tuning.ef());
    if (tuning.enough()) {
      return recall;
    }
    if (better.isPresent()) {
      return recall
          + ", the largest that is tried; the graph is built anew with m "
          + better.get().m()
          + " and efConstruction "
          + better.get().efConstruction();
    }
    return recall
        + (options.recall().isPresent()
            ? ", and no larger graph is tried; search --exact finds all"
            : "; --recall builds a better graph, and search --exact finds all");
  }

  /**
   * Measures the index, prints tables, and keeps the numbers in {@code index.json} and a picture
   * beside it.
   *
   * @param buildSeconds how long the job took; empty if none ran
   */
  void evaluate(OptionalDouble buildSeconds, PrintWriter out, PrintWriter err) throws IOException {
    IndexDescription index;
    Evaluation evaluation;
    try (SearchIndex open = SearchIndex.open(place.local())) {
      index = open.description();
      evaluation = Evaluation.of(open, options.evaluation());
    } catch (IllegalArgumentException e) {
      throw new UsageException(Errors.ownMessage(e));
    }
    if (buildSeconds.isPresent()) {
      evaluation = evaluation.withBuildSeconds(buildSeconds.getAsDouble());
    }
    place.stand(index.withEvaluation(evaluation.toMap()));
    EvaluationTable.of(evaluation).lines().map(Printable::line).forEach(out::println);
    String picture = Output.in(place.path(), EvaluationPlot.FILE);
    try {
      ByteArrayOutputStream png = new ByteArrayOutputStream();
      EvaluationPlot.write(evaluation, png);
      try (WritableByteChannel file =
          FileSystems.create(FileSystems.matchNewResource(picture, false), MimeTypes.BINARY)) {
        Channels.newOutputStream(file).write(png.toByteArray());
      }
    } catch (IOException e) {
      err.println(Printable.line("no picture of recall: " + Errors.message(e)));
    }
  }
}
