// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.FailuresSource;
import org.hubbeam.files.RunFolder;
import org.hubbeam.learning.EnsembleSearch;
import org.hubbeam.learning.EnsembleSummary;
import org.hubbeam.learning.HeadProgress;
import org.hubbeam.learning.SearchEnsemble;
import org.hubbeam.report.TrainingReport;
import org.hubbeam.training.AdaNet;

/**
 * Searches for an ensemble on features that are there, and writes it with its modules as one
 * module.
 */
record EnsembleJob(TrainingCommand.Learnt learnt, AdaNet adanet) implements Job {

  @Override
  public TrainedFolder output() {
    return learnt.output();
  }

  @Override
  public String activity() {
    return "searching for an ensemble on " + Formatting.of(learnt.features().rows(), "row");
  }

  private static EnsembleSearch.Places places(RunFolder run, TrainedFolder output) {
    return new EnsembleSearch.Places(
        run.child("module"),
        new LeftTraining(output.unfinished()).checkpoint(),
        run.child("progress"),
        run.child("rounds.json"));
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    EnsembleSearch search =
        new EnsembleSearch(
            learnt.features().files(),
            learnt.task(),
            adanet,
            learnt.options(),
            learnt.sources(),
            places(RunFolder.of(pipeline.getOptions()), output()));
    failures.add(
        pipeline.apply(
            "Failures of features", FailuresSource.of(learnt.features().output().failures())));
    PCollection<String> written =
        pipeline
            .apply("Search", SearchEnsemble.of(search))
            .apply("Written", MapElements.into(TypeDescriptors.strings()).via(state -> "module"))
            .setCoder(StringUtf8Coder.of());
    output().delete();
    return new Built(
        List.of(written),
        new EnsembleWritten(
            learnt.features().output().manifest(),
            learnt.shown(),
            List.copyOf(learnt.given()),
            output()));
  }

  @Override
  public Following follow(RunFolder run, ProgressDisplay watch) {
    EnsembleSearch.Places places = places(run, output());
    return Watching.every(
        places.summary(),
        () -> {
          List<HeadProgress> heads = HeadProgress.read(places.progress());
          List<EnsembleSummary.Round> rounds =
              EnsembleSummary.read(places.summary()).map(EnsembleSummary::rounds).orElse(List.of());
          if (!heads.isEmpty()) {
            watch.show(RoundLine.of(heads));
          } else if (!rounds.isEmpty()) {
            watch.show(RoundLine.of(rounds.get(rounds.size() - 1)));
          }
        });
  }

  /** What is known before the run. */
  private record EnsembleWritten(
      String features, TrainingReport.Shown shown, List<String> given, TrainedFolder output)
      implements Finish {

    @Override
    public EnsembleManifest manifest(RunFolder run, long failures) throws IOException {
      EnsembleSearch.Places places = places(run, output);
      EnsembleSummary summary = EnsembleSummary.read(places.summary()).orElseThrow();
      JsonNode made = new ObjectMapper().readTree(OutputFiles.text(features).orElse("{}"));
      new TrainReport(
              TrainReport.of(output, summary.task(), shown).withRounds(RoundLine.report(summary)),
              summary.rows(),
              summary.measures(),
              summary.labels(),
              given,
              made)
          .write(output);
      output.take(places.output());
      EnsembleManifest manifest =
          new EnsembleManifest(
              summary, failures, made, given, Versions.used(), Instant.now().toString());
      RunFolder.delete(output.unfinished());
      return manifest;
    }
  }
}
