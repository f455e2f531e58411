// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.training.HeadTrainer;
import org.hubbeam.training.RowCollector;
import org.hubbeam.training.TrainedHead;
import org.hubbeam.training.TrainingData;
import org.hubbeam.training.TunedModule;

/** Trains a head, and writes it with its modules. */
final class TrainFn extends DoFn<Training, TrainedHead> {
  private static final long serialVersionUID = 1;

  static final TupleTag<TrainedHead> HEADS = new TupleTag<>("heads") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  @ProcessElement
  public void process(@Element Training training, MultiOutputReceiver out) throws IOException {
    Path work = Files.createTempDirectory("hubbeam-train");
    try {
      TrainedHead trained;
      if (training.tuning() == null) {
        trained = train(training, work, out.get(FAILURES));
        ModuleOutput.write(
            training.features(),
            trained.head(),
            training.options().penalties(),
            training.places().output());
      } else {
        TunedRows rows = new TunedRows(training, training.tuning());
        TunedModule tuned = rows.train(work, out.get(FAILURES)::output);
        trained = tuned.head();
        ModuleOutput.writeFeatures(
            rows.features(tuned),
            trained.head(),
            training.options().penalties(),
            training.places().output());
      }
      out.get(HEADS).output(trained);
    } finally {
      FileTrees.delete(work);
    }
  }

  private static TrainedHead train(Training training, Path work, OutputReceiver<Failure> failures)
      throws IOException {
    try (RowCollector rows =
        RowCollector.of(training.task(), training.options(), work, failures::output)) {
      new CachedRows(training.rows()).addTo(rows);
      try (TrainingData data = rows.finish()) {
        TrainingProgress.Rows counts =
            new TrainingProgress.Rows(data.train().rows(), data.heldOut().rows());
        TrainedHead trained =
            HeadTrainer.train(
                data,
                training.head(),
                training.options(),
                new CheckpointFile(training.places().checkpoint()),
                new ProgressWriter(
                    progress -> progress.write(training.places().progress()), counts));
        TrainingSummary.Measures measures =
            new HeadMeasure(new CachedRows(training.rows()), training.options().split())
                .of(trained.head());
        new TrainingSummary(training.task(), data.labels(), counts, trained.history(), measures)
            .write(training.places().summary());
        return trained;
      }
    }
  }
}
