// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.hubbeam.batch.Failure;
import org.hubbeam.files.FailuresSource;
import org.hubbeam.files.RunFolder;
import org.hubbeam.files.WholeFile;
import org.hubbeam.inference.ModuleSpec;
import org.hubbeam.learning.EncoderSummary;
import org.hubbeam.learning.EncoderTraining;
import org.hubbeam.learning.TrainTextEncoder;
import org.hubbeam.learning.Training;
import org.hubbeam.learning.TrainingProgress;
import org.hubbeam.training.EncoderOptions;
import org.hubbeam.training.TextEncoderModule;
import org.hubbeam.training.TrainingHistory;
import org.jspecify.annotations.Nullable;

/**
 * Trains an encoder on texts that are there, and writes it as a module.
 *
 * @param texts what a job before has written
 * @param given the options of the program, for the manifest
 */
record EncoderJob(CachedFeatures texts, What what, List<String> given, TrainedFolder output)
    implements Job {

  EncoderJob {
    given = List.copyOf(given);
  }

  /** What is trained. */
  record What(
      EncoderTraining.Teaching teaching,
      @Nullable ModuleSpec teacher,
      EncoderOptions options,
      TextEncoderModule.Storage storage) {

    /** What a row is called. */
    String unit() {
      return teaching == EncoderTraining.Teaching.PAIRS ? "pair" : "text";
    }

    /** What is measured of held-out rows, with its value. */
    String metric(double value) {
      return String.format(
          Locale.ROOT,
          teaching == EncoderTraining.Teaching.PAIRS ? "P@1 %.3f" : "mean cosine %.4f",
          value);
    }
  }

  @Override
  public String activity() {
    return "training an encoder on " + Formatting.of(texts.rows(), what.unit());
  }

  @Override
  public Built build(Pipeline pipeline, List<PCollection<Failure>> failures) throws IOException {
    EncoderTraining training =
        new EncoderTraining(
            texts.files(),
            what.teaching,
            what.teacher,
            what.options,
            what.storage,
            output.places(RunFolder.of(pipeline.getOptions())));
    TrainTextEncoder.Result trained =
        pipeline
            .apply(
                "Training",
                Create.of(training).withCoder(SerializableCoder.of(EncoderTraining.class)))
            .apply("Train", TrainTextEncoder.create());
    failures.add(pipeline.apply("Failures of texts", FailuresSource.of(texts.output().failures())));
    failures.add(trained.failures());
    output.delete();
    return new Built(
        List.of(trained.modules()),
        new ModuleWritten(texts.output().manifest(), what.teaching, List.copyOf(given), output));
  }

  @Override
  public Following follow(RunFolder run, ProgressDisplay watch) {
    return TrainingWatch.start(
        output.places(run).progress(), progress -> watch.show(line(progress)));
  }

  private String line(TrainingProgress progress) {
    String steps = TrainingWatch.steps(progress, what.options.batchSize());
    List<TrainingHistory.EpochMetrics> epochs = progress.epochs();
    if (epochs.isEmpty()) {
      return steps;
    }
    TrainingHistory.EpochMetrics last = epochs.get(epochs.size() - 1);
    TrainingHistory.Measured held = last.heldOut();
    return String.format(Locale.ROOT, "epoch %d: loss %.4f", last.epoch(), last.train())
        + (held == null ? "" : ", held out: " + what.metric(held.metric()))
        + "; "
        + steps;
  }

  /** What is known before the run. */
  private record ModuleWritten(
      String texts, EncoderTraining.Teaching teaching, List<String> given, TrainedFolder output)
      implements Finish {

    @Override
    public EncoderManifest manifest(RunFolder run, long failures) throws IOException {
      Training.Places places = output.places(run);
      EncoderSummary summary = EncoderSummary.read(places.summary());
      JsonNode made = new ObjectMapper().readTree(OutputFiles.text(texts).orElse("{}"));
      output.take(places.output());
      EncoderManifest manifest =
          new EncoderManifest(
              teaching, summary, failures, made, given, Versions.used(), Instant.now().toString());
      WholeFile.write(output.report(), manifest.report());
      RunFolder.delete(output.unfinished());
      return manifest;
    }
  }
}
