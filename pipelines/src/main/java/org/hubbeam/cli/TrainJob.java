// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.FailuresSource;
import org.hubbeam.files.RunFolder;
import org.hubbeam.learning.FeatureSource;
import org.hubbeam.learning.TrainHead;
import org.hubbeam.learning.Training;
import org.hubbeam.learning.TrainingProgress;
import org.hubbeam.learning.TrainingSummary;
import org.hubbeam.report.TrainingReport;
import org.hubbeam.training.HeadOptions;
import org.hubbeam.training.Task;
import org.hubbeam.training.TrainingHistory;
import org.hubbeam.training.TrainingOptions;
import org.hubbeam.training.TuningOptions;
import org.jspecify.annotations.Nullable;

/**
 * Trains a head on features that are there, and writes it with its modules as one module.
 *
 * @param features what a job before has written
 * @param what what is trained
 * @param shown what stands for a row in the report
 * @param given the options of the program, for the manifest
 */
record TrainJob(
    CachedFeatures features,
    What what,
    TrainingReport.Shown shown,
    List<String> given,
    TrainedFolder output)
    implements Job {

  TrainJob {
    given = List.copyOf(given);
  }

  /**
   * What is trained.
   *
   * @param sources what gives the features
   * @param tuning how the module is trained, too; null where it stays as it is
   */
  record What(
      Task task,
      HeadOptions head,
      TrainingOptions options,
      List<FeatureSource> sources,
      @Nullable TuningOptions tuning) {
    What {
      sources = List.copyOf(sources);
    }
  }

  @Override
  public String activity() {
    return (what.tuning == null ? "training a head on " : "training a module with a head on ")
        + Formatting.of(features.rows(), "row");
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    Training training =
        new Training(
            features.files(),
            what.task,
            what.head,
            what.options,
            what.sources,
            what.tuning == null ? null : new Training.Tuning(what.tuning, features.schema()),
            output.places(RunFolder.of(pipeline.getOptions())));
    TrainHead.Result trained =
        pipeline
            .apply("Training", Create.of(training).withCoder(SerializableCoder.of(Training.class)))
            .apply("Train", TrainHead.create());
    failures.add(
        pipeline.apply("Failures of features", FailuresSource.of(features.output().failures())));
    failures.add(trained.failures());
    PCollection<String> written =
        trained
            .heads()
            .apply("Written", MapElements.into(TypeDescriptors.strings()).via(head -> "module"))
            .setCoder(StringUtf8Coder.of());
    output.delete();
    return new Built(
        List.of(written),
        new ModuleWritten(features.output().manifest(), shown, List.copyOf(given), output));
  }

  @Override
  public Following follow(RunFolder run, ProgressDisplay watch) {
    return TrainingWatch.start(
        output.places(run).progress(), progress -> watch.show(line(progress)));
  }

  private String line(TrainingProgress progress) {
    String steps = TrainingWatch.steps(progress, what.options.batchSize());
    List<TrainingHistory.EpochMetrics> epochs = progress.epochs();
    return epochs.isEmpty()
        ? steps
        : EpochLine.of(what.task, epochs.get(epochs.size() - 1)) + "; " + steps;
  }

  /** What is known before the run. */
  private record ModuleWritten(
      String features, TrainingReport.Shown shown, List<String> given, TrainedFolder output)
      implements Finish {

    @Override
    public TrainManifest manifest(RunFolder run, long failures) throws IOException {
      Training.Places places = output.places(run);
      TrainingSummary summary = TrainingSummary.read(places.summary());
      JsonNode made = new ObjectMapper().readTree(OutputFiles.text(features).orElse("{}"));
      new TrainReport(
              TrainReport.of(output, summary.task(), shown).withHistory(summary.history()),
              summary.rows(),
              summary.measures(),
              summary.labels(),
              given,
              made)
          .write(output);
      output.take(places.output());
      TrainManifest manifest =
          new TrainManifest(
              summary.task(),
              summary.labels(),
              new TrainManifest.Counts(summary.rows().train(), summary.rows().heldOut(), failures),
              summary.history(),
              made,
              given,
              Versions.used(),
              Instant.now().toString());
      RunFolder.delete(output.unfinished());
      return manifest;
    }
  }
}
