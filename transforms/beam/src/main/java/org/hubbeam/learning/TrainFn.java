// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.util.MimeTypes;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.files.RunFolder;
import org.hubbeam.training.HeadTrainer;
import org.hubbeam.training.RowCollector;
import org.hubbeam.training.TrainedHead;
import org.hubbeam.training.TrainedModule;
import org.hubbeam.training.TrainingData;

/** Trains a head, and writes it with its modules. */
final class TrainFn extends DoFn<Training, TrainedHead> {
  private static final long serialVersionUID = 1;

  static final TupleTag<TrainedHead> HEADS = new TupleTag<>("heads") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  @ProcessElement
  public void process(@Element Training training, MultiOutputReceiver out) throws IOException {
    Path work = Files.createTempDirectory("hubbeam-train");
    try {
      TrainedHead trained = train(training, work, out.get(FAILURES));
      Path module = work.resolve("module");
      List<TrainedModule.Feature> features =
          training.features().stream().flatMap(f -> f.here().stream()).toList();
      new TrainedModule(features, trained.head())
          .withPenalties(training.options().penalties())
          .write(module);
      copy(module, training.places().output());
      out.get(HEADS).output(trained);
    } finally {
      FileTrees.delete(work);
    }
  }

  private static TrainedHead train(Training training, Path work, OutputReceiver<Failure> failures)
      throws IOException {
    try (RowCollector rows =
        RowCollector.of(training.task(), training.options(), work, failures::output)) {
      new CachedRows(training.rows())
          .read(
              (in, file) -> rows.addExample(in.buffer(), in.start(), in.end(), file, in.offset()));
      try (TrainingData data = rows.finish()) {
        TrainingProgress.Rows counts =
            new TrainingProgress.Rows(data.train().rows(), data.heldOut().rows());
        TrainedHead trained =
            HeadTrainer.train(
                data,
                training.head(),
                training.options(),
                new CheckpointFile(training.places().checkpoint()),
                new ProgressWriter(training.places().progress(), counts));
        new TrainingSummary(training.task(), data.labels(), counts, trained.history())
            .write(training.places().summary());
        return trained;
      }
    }
  }

  /** Copies a folder to where others see it; what was left there by a worker that died goes. */
  private static void copy(Path from, String to) throws IOException {
    RunFolder.delete(to);
    List<Path> files;
    try (Stream<Path> all = Files.walk(from)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      String name = to + "/" + from.relativize(file).toString().replace('\\', '/');
      try (OutputStream out =
          Channels.newOutputStream(
              FileSystems.create(FileSystems.matchNewResource(name, false), MimeTypes.BINARY))) {
        Files.copy(file, out);
      }
    }
  }
}
