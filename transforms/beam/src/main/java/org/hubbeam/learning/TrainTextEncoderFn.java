// SPDX-License-Identifier: Apache-2.0
// Copyright The hubbeam authors

package org.hubbeam.learning;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.TupleTag;
import org.hubbeam.batch.Failure;
import org.hubbeam.batch.FileTrees;
import org.hubbeam.training.Checkpoints;
import org.hubbeam.training.EncoderQuality;
import org.hubbeam.training.EncoderTrainer;
import org.hubbeam.training.Split;
import org.hubbeam.training.TaughtTexts;
import org.hubbeam.training.TextEncoder;
import org.hubbeam.training.TextEncoderModule;
import org.hubbeam.training.TextPairs;
import org.hubbeam.training.TrainedEncoder;
import org.jspecify.annotations.Nullable;

/** Trains an encoder, and writes it as a module. */
final class TrainTextEncoderFn extends DoFn<EncoderTraining, String> {
  private static final long serialVersionUID = 1;

  static final TupleTag<String> MODULES = new TupleTag<>("modules") {};
  static final TupleTag<Failure> FAILURES = new TupleTag<>("failures") {};

  private static final String NO_WORDS = "there is a text without words";

  @ProcessElement
  public void process(@Element EncoderTraining training, MultiOutputReceiver out)
      throws IOException {
    Path work = Files.createTempDirectory("hubbeam-encoder");
    try {
      EncoderSummary summary =
          switch (training.teaching()) {
            case PAIRS -> fromPairs(training, work, out.get(FAILURES));
            case TEACHER -> fromTeacher(training, work, out.get(FAILURES));
          };
      ModuleOutput.copy(folder(work, training.storage()), training.places().output());
      summary.write(training.places().summary());
      out.get(MODULES).output(training.places().output());
    } finally {
      FileTrees.delete(work);
    }
  }

  private static Path folder(Path work, TextEncoderModule.Storage storage) {
    return work.resolve(storage.name());
  }

  private static EncoderSummary fromPairs(
      EncoderTraining training, Path work, OutputReceiver<Failure> failures) throws IOException {
    try (TextPairs pairs = TextPairs.open(training.options().shape())) {
      new CachedTexts(training.rows())
          .read(
              rows -> {
                for (int refused : pairs.add(rows.first(), rows.second(), rows.file())) {
                  failures.output(Failure.reading(rows.ids().text(refused), "", NO_WORDS));
                }
              });
      TrainedEncoder trained =
          EncoderTrainer.train(
              pairs, training.options(), checkpoints(training), progress(training, pairs.size()));
      long heldOut = (long) pairs.size() - trained.trained() - trained.leftOut();
      EncoderSummary.Counts counts =
          new EncoderSummary.Counts(trained.trained(), heldOut, trained.leftOut(), 0);
      Split split = training.options().split();
      return summary(
          trained,
          counts,
          write(training, work, trained.encoder(), m -> EncoderQuality.of(m, pairs, split)),
          null);
    }
  }

  private static EncoderSummary fromTeacher(
      EncoderTraining training, Path work, OutputReceiver<Failure> failures) throws IOException {
    try (TaughtTexts texts = TaughtTexts.open(training.options().shape())) {
      new CachedTexts(training.rows())
          .read(
              rows -> {
                for (int refused : texts.add(rows.first(), rows.vectors())) {
                  failures.output(Failure.reading(rows.ids().text(refused), "", NO_WORDS));
                }
              });
      TrainedEncoder trained =
          EncoderTrainer.train(
              texts, training.options(), checkpoints(training), progress(training, texts.size()));
      EncoderSummary.Counts counts =
          new EncoderSummary.Counts(
              trained.trained(), texts.size() - trained.trained(), 0, texts.repeated());
      Split split = training.options().split();
      return summary(
          trained,
          counts,
          write(training, work, trained.encoder(), m -> EncoderQuality.of(m, texts, split)),
          training.teacher() == null
              ? null
              : TeacherCall.measured(training.teacher(), texts, split));
    }
  }

  private static Checkpoints checkpoints(EncoderTraining training) {
    return new CheckpointFile(training.places().checkpoint());
  }

  private static ProgressWriter progress(EncoderTraining training, int size) {
    return new ProgressWriter(
        progress -> progress.write(training.places().progress()),
        new TrainingProgress.Rows(size, 0));
  }

  private static EncoderSummary summary(
      TrainedEncoder trained,
      EncoderSummary.Counts counts,
      Map<TextEncoderModule.Storage, EncoderQuality> modules,
      @Nullable EncoderQuality teacher) {
    return new EncoderSummary(
        counts, trained.encoder().outputs(), trained.history(), trained.found(), modules, teacher);
  }

  /** Measures a module. */
  private interface Measure {
    EncoderQuality of(Path module) throws IOException;
  }

  /** Writes the module in floats and, if that is asked for, in bytes. */
  private static Map<TextEncoderModule.Storage, EncoderQuality> write(
      EncoderTraining training, Path work, TextEncoder encoder, Measure measure)
      throws IOException {
    Map<TextEncoderModule.Storage, EncoderQuality> modules =
        new EnumMap<>(TextEncoderModule.Storage.class);
    for (TextEncoderModule.Storage storage :
        List.of(TextEncoderModule.Storage.FLOAT32, training.storage())) {
      if (!modules.containsKey(storage)) {
        Path folder = folder(work, storage);
        TextEncoderModule.write(folder, encoder, storage);
        modules.put(storage, measure.of(folder));
      }
    }
    return modules;
  }
}
